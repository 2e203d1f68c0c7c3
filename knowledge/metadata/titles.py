"""The document's own title: not its letterhead's, nor that of the notice that carries it."""

import re
from collections.abc import Sequence
from pathlib import Path

_NAME_DATE = re.compile(r"[(（]\d{4}-\d{2}-\d{2}[)）]$")
_CARRIED = re.compile(r"印发[《<]?(.+?)[》>]?的(?:通知|函)$")
_ENDS = re.compile(
    r"(?:法|典|条例|办法|规定|规则|细则|决定|决议|解释|预案|方案|意见|通知|标准|规范|制度|报告|公告|通告|批复|答复|复函|函|章程|"
    r"纲要|规划|计划|措施|指南|要点|目录|清单|修正案|安排|宪法|规程|导则|手册|总则|附则|编)(?:[（(].{1,20}[)）])?$"
)
_NOT_TITLE = re.compile(
    r"文\s*件$|^目\s*录$|[：:，；]$|^[（(].*[)）]$|\d号$|^\d|^第[一二三四五六七八九十]+[编章节条]|^[一二三四五六七八九十]+、"
)
# An order carries a rule: 《沄州市某办法》已经2023年11月3日市政府常务会议通过，现予公布
_ORDERED = re.compile(r"^《(.{2,60}?)》(?:\S{0,10})已[经于].*(?:公布|发布|施行)")
_LONGEST = 80
# Two issuers parted by a space: 最高人民法院 最高人民检察院关于…
_JOINT = re.compile(r"(?<=[院部委局署厅府])\s+(?=[^\s关]{2,20}[院部委局署厅府](?:\s|、|关于|印发))")


def read_titles(heads: Sequence[str], lines: Sequence[str], path: Path) -> tuple[str, str]:
    """(title, the notice that carries it or ''). heads: lines marked as headings; lines: the first lines of text."""
    named = [re.sub(r"\s+", "", _JOINT.sub("、", name)) for name in (*heads, *_joined(lines))]
    own = [name for name in named if name and not _NOT_TITLE.search(name)]
    for name in own:
        if carried := _CARRIED.search(name):
            return carried[1], name
    ordered = next((found[1] for line in lines[:8] if (found := _ORDERED.match(line))), "")
    if ordered and lines[0].endswith("令"):
        return ordered, ""
    return (own[0] if own else _NAME_DATE.sub("", path.stem).strip()), ""


def _joined(lines: Sequence[str]) -> list[str]:
    """Opening lines that may be a title; one broken over two or three lines is put together."""
    opening = [line for line in lines[:8] if len(line) <= _LONGEST and "。" not in line]
    kept = [line for line in opening if not _NOT_TITLE.search(re.sub(r"\s+", "", line))]
    for start in range(min(3, len(kept))):
        for end in range(start + 1, min(start + 4, len(kept) + 1)):
            joined = "".join(kept[start:end])
            if _ENDS.search(joined):
                return [joined]
    return kept[:1] if lines and kept and kept[0] == lines[0] and len(kept[0]) <= 50 else []
