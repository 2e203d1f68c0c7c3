"""Two real plans against lists of their numbered sections, written by reading the documents."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from knowledge.reading import read_document
from knowledge.structure import Section, split_sections

DATA = Path(__file__).parents[3] / "shared" / "data" / "plans"
LISTS = Path(__file__).parents[2] / "evals" / "data" / "sections"
PLANS = {
    "hengyang": "衡阳市人民政府办公室关于印发《衡阳市防汛抗旱应急预案》的通知.md",
    "shenzhen": "深圳市气象灾害应急预案.md",
}
SHARE = 0.99


def _plan(name: str) -> tuple[str, list[Section]]:
    path = DATA / PLANS[name]
    if not path.exists():
        pytest.skip(f"real data is not here: {path}")
    text = read_document(path).text
    return text, split_sections(text)


def _listed(name: str) -> list[dict[str, str]]:
    with (LISTS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _bare(words: str) -> str:
    return re.sub(r"[\s。：:、.]", "", words)


@pytest.mark.parametrize("name", PLANS)
def test_numbered_sections_are_found_with_number_and_title(name: str) -> None:
    text, sections = _plan(name)
    found = Counter(
        (section.article, _bare(text[section.start : section.end].splitlines()[0])) for section in sections
    )
    lost = []
    for row in _listed(name):
        label = f"{row['part']} {row['number']}".strip()
        fits = [key for key in found if key[0] == label and _bare(row["title"]) in key[1] and found[key] > 0]
        if fits:
            found[fits[0]] -= 1
        else:
            lost.append(f"{label} {row['title']}")
    assert len(lost) <= (1 - SHARE) * len(_listed(name)), lost


@pytest.mark.parametrize("name", PLANS)
def test_nothing_else_passes_for_a_numbered_section(name: str) -> None:
    """Contents pages, list items and broken lines are no sections."""
    _, sections = _plan(name)
    listed = {f"{row['part']} {row['number']}".strip() for row in _listed(name)}
    numbered = re.compile(r"(?:附[件录]\d )?[\d一二三四五六七八九十（）.]+")
    labels = {section.article for section in sections if section.kind in ("section", "heading")}
    assert {label for label in labels if numbered.fullmatch(label)} <= listed


@pytest.mark.parametrize("name", PLANS)
def test_every_word_of_a_plan_is_in_a_section(name: str) -> None:
    """But for its contents page, letterhead, pictures and table rules."""
    text, sections = _plan(name)
    start = max(text.find("# 1.总则\n"), text.find("# 第一章 总 则"))
    covered = [False] * len(text)
    for section in sections:
        covered[section.start : section.end] = [True] * (section.end - section.start)
    rest = "".join(char for char, inside in zip(text[start:], covered[start:], strict=True) if not inside)
    left = [line for line in rest.splitlines() if line.strip("# |-") and not line.startswith("![")]
    lost = [line for line in left if not re.match(r"#* *第.章|\||附[件录]", line.strip())]
    assert sum(map(len, lost)) <= 0.005 * (len(text) - start), lost[:20]
