"""Everyday words -> words of the law: 欠薪 -> 拖欠劳动报酬. Data in glossary.csv: term, legal (space between), weight.

A term in the query lets the characters leg look for its legal words too, each token at the entry's weight (1 is the
weight of the query's own). grow.py proposes further entries from a corpus.
"""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.index.tokens import tokens

GLOSSARY = Path(__file__).with_name("glossary.csv")


@dataclass(frozen=True)
class Entry:
    """weight: in (0, 1)."""

    term: str
    legal: tuple[str, ...]
    weight: float


@cache
def load_glossary(path: Path = GLOSSARY) -> tuple[Entry, ...]:
    """The entries, longest term first."""
    with path.open(encoding="utf-8", newline="") as file:
        entries = [
            Entry(row["term"], tuple(row["legal"].split()), float(row["weight"]))
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(entries, key=lambda entry: (-len(entry.term), entry.term)))


def spoken_of(query: str, glossary: Sequence[Entry]) -> list[Entry]:
    """Entries whose term the query says; 偷 is not said in 偷税 where that is a term too."""
    found: list[Entry] = []
    left = query
    for entry in glossary:
        if entry.term in left:
            found.append(entry)
            # Its place stays a place, so that no new word arises where it was.
            left = left.replace(entry.term, "\n")
    return found


def weigh(query: str, glossary: Sequence[Entry]) -> Mapping[str, float]:
    """Tokens to look for with their weights: the query's own, and those of the legal words for its terms."""
    own = Counter(tokens(query))
    added: dict[str, float] = {}
    for entry in spoken_of(query, glossary):
        for token in _tokens(entry):
            added[token] = max(added.get(token, 0.0), entry.weight)
    return {**added, **own}


@cache
def _tokens(entry: Entry) -> frozenset[str]:
    return frozenset(token for word in entry.legal for token in tokens(word))
