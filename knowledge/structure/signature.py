"""Who signed a document and when: printed below its last clause, and no part of it."""

import re

from knowledge.structure.lines import HEADING_LENGTH, Line

_MOST = 8
_DIGIT = r"[\d〇零○一二三四五六七八九十×xX*]"
_DATE = re.compile(rf"{_DIGIT}{{2,4}}\s*年\s*{_DIGIT}{{1,3}}\s*月(?:\s*{_DIGIT}{{1,3}}\s*日)?[)）]?$")
_SIGNER = re.compile(
    r"(?:院|部|局|委|会|政府|办公厅|办公室|厅|署|指挥部|公司|集团|法院|检察院|中心|总队|行|[（(]\s*(?:盖章|公章|签章|印章|章)\s*[)）])$"
)
_SENTENCE = re.compile(r"[。；：，、;:,！？“”《》|=＝]")
_ITEM = re.compile(r"[(（]?[\d一二三四五六七八九十]+[)）、.．]|第|附")


def without_signature(lines: list[Line]) -> list[Line]:
    """The lines without the block of signers and date at their end, if there is one."""
    start = len(lines)
    while start > 1 and len(lines) - start < _MOST and _may_sign(lines[start - 1]):
        start -= 1
    block = lines[start:]
    dated = any(_DATE.search(line.even) for line in block)
    signed = bool(block) and all(_SIGNER.search(line.even) for line in block)
    return lines[:start] if block and (dated or signed) else lines


def _may_sign(line: Line) -> bool:
    if line.marked or line.row or len(line.text) > HEADING_LENGTH or _ITEM.match(line.even):
        return False
    return not _SENTENCE.search(line.text)
