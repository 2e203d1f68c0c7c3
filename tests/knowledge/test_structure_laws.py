"""The articles that STARD's questions name, against the raw files: from the article's line to the next one's."""

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from knowledge.reading import read_document
from knowledge.structure import split_sections

DATA = Path(__file__).parents[3] / "shared" / "data"
SHARE = 0.995
NUMBER = "[一二三四五六七八九十百千零〇]+"
ARTICLE = re.compile(rf"^[\s#*]*(第{NUMBER}条(?:之{NUMBER})?)(?![、，。的规款])")
# What ends an article besides the next one: a Markdown heading, or the heading of a part, chapter or section.
HEADING = re.compile(rf"^\s*(?:#|第{NUMBER}(?:编|分编|章|节)(?:\s|$)|附\s*[件录表])")


def _key(title: str) -> str:
    return re.sub(r"[\s《》〈〉]|中华人民共和国", "", title)


def _words(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\ufeff#*]", "", text)


@cache
def _files() -> dict[str, list[Path]]:
    """By the title at the head of the file, and by its name."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted((DATA / "laws").rglob("*.md")):
        head = path.read_text(encoding="utf-8")[:400]
        title = re.search(r"^#\s+(.+)$", head, re.MULTILINE)
        names = {_key(re.sub(r"[(（]\d{4}-\d\d-\d\d[)）]$", "", path.stem)), _key(title[1]) if title else ""}
        for name in names - {""}:
            found[name].append(path)
        if path.parent.name == "民法典":
            found["民法典"].append(path)
    return found


def _raw_articles(path: Path) -> dict[str, str]:
    articles: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := ARTICLE.match(line):
            current = articles.setdefault(match[1], [])
        elif HEADING.match(line):
            current = None
        if current is not None:
            current.append(line)
    return {label: _words("".join(lines)) for label, lines in articles.items()}


def _clauses(path: Path) -> dict[str, str]:
    """Full text by article; a long article's parts together."""
    text = read_document(path).text
    found: defaultdict[str, str] = defaultdict(str)
    for section in split_sections(text):
        found[re.sub(r"\(\d+\)$", "", section.article)] += _words(text[section.start : section.end])
    return found


def test_articles_that_questions_name_are_clauses_with_their_full_text() -> None:
    queries = DATA / "stard" / "queries_dev.jsonl"
    if not queries.exists():
        pytest.skip(f"real data is not here: {queries}")
    named: defaultdict[Path, set[str]] = defaultdict(set)
    for line in queries.read_text(encoding="utf-8").splitlines():
        for relevant in json.loads(line)["relevant"]:
            match = re.match(rf"(.+?)(第{NUMBER}条(?:之{NUMBER})?)$", relevant)
            for path in _files().get(_key(match[1]), []) if match else []:
                named[path].add(match[2])  # type: ignore[index]
    checked, wrong = 0, []
    for path, labels in named.items():
        raw, clauses = _raw_articles(path), _clauses(path)
        for label in labels & raw.keys():
            checked += 1
            if clauses.get(label) != raw[label]:
                wrong.append(f"{path.name} {label}")
    assert checked > 800, "most of what STARD names is in the files"
    assert len(wrong) <= (1 - SHARE) * checked, f"{len(wrong)} of {checked}: {wrong[:5]}"
