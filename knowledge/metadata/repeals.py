"""What a text ends: the titles named before 同时废止, 予以废止, 自…起废止, or after 废止 in a decision to repeal."""

import re
from collections.abc import Iterator
from datetime import date

from knowledge.metadata.dates import DATE, day_of

_STOP = re.compile("[。；;\nꎮꎻ]")
_REACH = 3000
_LIST = 20_000
# Marks that text recognition and some fonts put in place of the Chinese ones, one for one; and inner brackets.
_SLIPS = str.maketrans("«»ꎬ〈〉", "《》，《》")
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
# After the last title of a list: nothing but words that lead to 废止.
_LEADS = re.compile(
    r"^(?:[，,、]|等|一并|同时|即行?|均|也|亦|随之|相应|予以|停止执行|规定|文件|现|立即|自.{0,40}?之日起|[自从].{0,40}?起|于.{0,20}?日)*+$"
)
# A title that is only told of, not ended: 《…》修正的《…》, 《…》第二次修订, 《…》中关于…的规定.
_TOLD_OF = re.compile(r"^\s*(?:修正|修订|修改|第|中|的|规定|批准|有关|关于|附件|所|已)")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[(（]\s*(?:19|20)\d{2}\s*[〕\])）]\s*第?\d{1,4}\s*号")
_LISTED = re.compile(r"^\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[.．、)）]\s*(.+)$")
_REPEALING = re.compile(r"关于.*废止.*的(?:决定|通知|公告|命令?)$")


def read_repeals(text: str, start: int, title: str, starts: date | None) -> tuple[str, ...]:
    """Titles, or numbers where no title is given; 'X（自2026-01-01起）' where the day is not the document's own.

    start: where to begin in the text. starts: when what the document says takes effect.
    """
    decision = bool(_REPEALING.search(title))
    names: list[str] = []
    for sentence, end in _sentences(text, start):
        if sentence.endswith(("：", ":")):
            names += _list_below(text, end, known=decision or "下列" in sentence or "以下" in sentence)
            continue
        before, _, after = sentence.rpartition("废止")
        found = list(_ended(before)) or (_after(after) if decision else [])
        names += (_with_day(name, before, starts) for name in found)
    return tuple(dict.fromkeys(name.strip() for name in names))


def _sentences(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Sentences that say 废止, and where each ends; a text without full stops is taken in pieces."""
    position = text.find("废止", start)
    while position >= 0:
        opening = max(start, position - _REACH)
        before = [match.end() for match in _STOP.finditer(text, opening, position)]
        stop = _STOP.search(text, position, position + _REACH)
        end = stop.start() if stop else min(len(text), position + _REACH)
        yield text[before[-1] if before else opening : end].translate(_SLIPS).rstrip(), end
        position = text.find("废止", end)


def _ended(before: str) -> Iterator[str]:
    """Objects of the 废止 that follows; none when something else stands between (修改或者废止, 中有关规定同时废止)."""
    titles = list(_TITLE.finditer(before))
    if not titles:
        number = list(_NUMBER.finditer(before))
        if number and _LEADS.match(_after_aside(before, number[-1].end())):
            yield from (re.sub(r"\s", "", one[0]) for one in number)
        return
    if not _LEADS.match(_after_aside(before, titles[-1].end())):
        return
    for match in titles:
        if not _TOLD_OF.match(_after_aside(before, match.end())):
            yield match[1]


def _after(after: str) -> list[str]:
    """废止《甲条例》（1994年…通过）、《乙条例》."""
    return [match[1] for match in _TITLE.finditer(_ASIDE.sub("", after))]


def _list_below(text: str, start: int, *, known: bool) -> Iterator[str]:
    """Numbered lines after 予以废止：, with or without 《》."""
    if not known:
        return
    for line in text[start : start + _LIST].splitlines():
        if not line.strip():
            continue
        item = _LISTED.match(line)
        if item is None:
            return
        quoted = _TITLE.search(item[1])
        yield quoted[1] if quoted else _ASIDE.sub("", item[1]).rstrip("。；; ")


def _after_aside(before: str, position: int) -> str:
    return _ASIDE.sub("", before[position:]).strip()


def _with_day(name: str, before: str, starts: date | None) -> str:
    """自2026年1月1日起废止, when the document itself starts on another day."""
    own = re.search(rf"(?:自|于)\s*{DATE}\s*起?(?:予以|同时)?\s*$", before)
    on = day_of(own) if own else None
    return f"{name}（自{on}起）" if on and on != starts else name
