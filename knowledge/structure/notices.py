"""What is odd about the order of a document's numbers. Reported, in Chinese; nothing is moved or left out."""

from collections.abc import Sequence
from itertools import pairwise

from knowledge.structure.headings import ordinal
from knowledge.structure.pieces import Section

_SHOWN = 5
# A document that starts later than this is one part of a law kept in several files, not one that lost its start.
_FIRST = 10


def order_notices(sections: Sequence[Section]) -> list[str]:
    """Missing, repeated and misplaced numbers, one notice a kind, each naming at most five places."""
    families: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for section in sections:
        if section.kind not in ("article", "section", "heading") or section.article.endswith(")"):
            continue
        annex, _, label = section.article.rpartition(" ")
        found = ordinal(label)
        if found:
            families.setdefault((annex, found[0]), []).append((found[1], found[2], section.article))
    repeated, misplaced, missing = [], [], []
    for family in families.values():
        _odd(family, repeated, misplaced, missing)
    said = (("编号重复", repeated), ("顺序颠倒", misplaced), ("编号缺失", missing))
    return [f"{what}：{_some(labels)}" for what, labels in said if labels]


def _odd(
    family: list[tuple[int, int, str]], repeated: list[str], misplaced: list[str], missing: list[str]
) -> None:
    seen: set[tuple[int, int]] = set()
    for number, inserted, label in family:
        if (number, inserted) in seen:
            repeated.append(label)
        seen.add((number, inserted))
    for before, after in pairwise(family):
        if after[:2] < before[:2] and after[:2] not in {each[:2] for each in family if each is not after}:
            misplaced.append(f"{after[2]}在{before[2]}之后")
    numbers = sorted({number for number, _ in seen})
    if 1 < numbers[0] < _FIRST and len(numbers) > 1:
        missing.append(f"{family[0][2]}之前")
    label_of = {number: label for number, _, label in reversed(family)}
    for before, after in pairwise(numbers):
        if after > before + 1:
            missing.append(f"{label_of[before]}与{label_of[after]}之间")


def _some(labels: list[str]) -> str:
    shown = "、".join(dict.fromkeys(labels[:_SHOWN]))
    return f"{shown}等{len(labels)}处" if len(labels) > _SHOWN else shown
