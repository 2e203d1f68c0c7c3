"""A document's lines, ready to be looked at: what is no word of the document (contents pages, page numbers,
pictures) left out, and slips of recognition evened out in a copy that is only compared, never quoted."""

import re
from dataclasses import dataclass

HEADING_LENGTH = 40

_HASHES = re.compile(r"^\s*(#{1,6})?[\s\u3000*]*")
# Dot leaders with the page they lead to; …… alone may end a sentence or stand for what is left out.
_LEADERS = re.compile(
    r"(?:[.．·…]\s*){2,}\d[\d\s]*$|(?:[.．·]\s*){2,}$|(?<=[^\d\s])\s*[.．]\s+\d{1,3}$"
    r"|^(?:第\S+[编章节条]|\d+(?:\.\d+)*|[一二三四五六七八九十]+、|附).*\t\d{1,4}$"
)
_CONTENTS = re.compile(r"^目\s*[录次]$")
_NOISE = re.compile(
    r"^(?:<!--.*-->|!\[[^\]]*\]\([^)]*\)|[—–\-\s]*\d{1,4}[—–\-\s]*|第\s*\d+\s*页(?:\s*共\s*\d+\s*页)?)$"
)
_ROW = re.compile(r"^\|.*\|$")
RULE = re.compile(r"^\|(?:\s*:?-{3,}:?\s*\|)+$")
_SENTENCE = ("。", "、", ";", ",", ":")
# One character for one, so that offsets stay: what converters and scanners write for the usual form.
_EVEN = str.maketrans("０１２３４５６７８９．，：；（）笫苐○Оꎮꎬꎻ", "0123456789.,:;()第第〇〇。,;")


@dataclass(frozen=True, slots=True)
class Line:
    """text is what stands in the document at start:end; even is the same length, slips evened out."""

    text: str
    even: str
    start: int
    end: int
    marked: bool  # a Markdown heading
    row: bool  # of a table

    @property
    def short(self) -> bool:
        return len(self.text) <= HEADING_LENGTH and not self.even.endswith(_SENTENCE)


def read_lines(text: str, body: int = 0) -> list[Line]:
    """The lines of text[body:] that hold words of the document."""
    lines: list[Line] = []
    start = body
    for raw in text[body:].split("\n"):
        lead = _HASHES.match(raw)
        offset = lead.end() if lead else 0
        words = raw[offset:].rstrip().rstrip("*")
        if words and not _left_out(words):
            marked = bool(lead and lead[1])
            row = words[0] == "|" and bool(_ROW.match(words))
            end = start + offset + len(words)
            lines.append(Line(words, words.translate(_EVEN), start + offset, end, marked, row))
        start += len(raw) + 1
    return lines


def _left_out(words: str) -> bool:
    if len(words) > 200:
        return False
    return bool(_LEADERS.search(words) or _CONTENTS.match(words) or _NOISE.match(words))
