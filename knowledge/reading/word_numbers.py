"""The numbers of Word's automatic lists. A file holds only the rule (第%1条, 一、, %1.%2); Word counts."""

import re
from collections import defaultdict

import cn2an
from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_CHINESE = (
    "chineseCounting",
    "chineseCountingThousand",
    "chineseLegalSimplified",
    "ideographDigital",
    "ideographTraditional",
    "japaneseCounting",
    "taiwaneseCountingThousand",
)
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
# (numFmt, lvlText, start)
_Level = tuple[str, str, int]


class WordNumbers:
    """Counts as the document is read from its start: ask for every paragraph, once, in order."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract_of: dict[str, str] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return  # a document without lists
        for abstract in root.iter(qn("w:abstractNum")):
            levels = {int(level.get(qn("w:ilvl"))): _level(level) for level in abstract.iter(qn("w:lvl"))}
            self._levels[abstract.get(qn("w:abstractNumId"))] = levels
        for number in root.iter(qn("w:num")):
            of = number.find(qn("w:abstractNumId"))
            if of is not None:
                self._abstract_of[number.get(qn("w:numId"))] = of.get(qn("w:val"))

    def before(self, paragraph: Paragraph) -> str:
        """What Word prints before the paragraph: 第三条 and a blank; nothing for bullets and plain text."""
        place = _place(paragraph)
        if place is None:
            return ""
        identity, depth = place
        abstract = self._abstract_of.get(identity, "")
        levels = self._levels.get(abstract, {})
        if depth not in levels or not paragraph.text.strip():
            return ""
        counts = self._counts[abstract]
        counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        if levels[depth][0] in ("bullet", "none"):
            return ""
        printed = re.sub(
            r"%([1-9])", lambda match: self._number(levels, counts, int(match[1]) - 1), levels[depth][1]
        )
        return printed if printed.endswith(("、", "）", ")", " ")) else printed + " "

    @staticmethod
    def _number(levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        kind, _, start = levels.get(depth, ("decimal", "", 1))
        return _printed(counts.get(depth, start), kind)


def _level(level: object) -> _Level:
    def value(name: str, default: str) -> str:
        found = level.find(qn(name))  # pyright: ignore
        return default if found is None else str(found.get(qn("w:val")))

    return value("w:numFmt", "decimal"), value("w:lvlText", ""), int(value("w:start", "1"))


def _place(paragraph: Paragraph) -> tuple[str, int] | None:
    """(numId, level) of the paragraph, or of the styles it is built on."""
    properties = [paragraph._p.pPr]  # pyright: ignore[reportPrivateUsage]
    style = paragraph.style
    while style is not None:
        properties.append(style.element.find(qn("w:pPr")))
        style = style.base_style  # pyright: ignore[reportAttributeAccessIssue]
    for each in properties:
        number = each.find(qn("w:numPr")) if each is not None else None
        identity = number.find(qn("w:numId")) if number is not None else None
        if number is not None and identity is not None:
            depth = number.find(qn("w:ilvl"))
            return identity.get(qn("w:val")), int(depth.get(qn("w:val"))) if depth is not None else 0
    return None


def _printed(number: int, kind: str) -> str:
    if kind in _CHINESE:
        return str(cn2an.an2cn(number)).removeprefix("一" if 10 <= number < 20 else "")
    if kind in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26)
        return letter if kind == "upperLetter" else letter.lower()
    if kind in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if kind == "upperRoman" else roman.lower()
    if kind == "decimalEnclosedCircle" and number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)


def _roman(number: int) -> str:
    letters = ""
    for value, letter in _ROMAN:
        count, number = divmod(number, value)
        letters += letter * count
    return letters
