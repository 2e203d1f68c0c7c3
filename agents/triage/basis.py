"""The clauses a dispatch rests on: those the city's basis table names, then those retrieval finds for the words."""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agents.triage.decision import Citation
from agents.triage.state import Part
from knowledge.base import KnowledgeBase
from knowledge.city import CatalogueEntry

CODES = 5
CLAUSES = 3
QUOTE_MAX = 160
"""Longest quote in characters: enough to show the duty, short enough to be read while somebody waits."""

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")


@dataclass(frozen=True)
class Basis:
    """One row of the basis table: a clause that a catalogue row rests on."""

    document: str
    article: str


BasisTable = Mapping[str, Sequence[Basis]]


def load_basis(path: Path) -> BasisTable:
    """The table `code,document,article` of a corpus, most specific first; empty where the corpus has none."""
    table: defaultdict[str, list[Basis]] = defaultdict(list)
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                table[row["code"]].append(Basis(row["document"], row["article"]))
    return table


def clauses_of(
    knowledge: KnowledgeBase,
    table: BasisTable,
    entries: Sequence[CatalogueEntry],
    part: Part,
    day: date,
) -> dict[str, list[str]]:
    """Catalogue code of each likely candidate -> ids of clauses in force on `day`, best first.

    Where the table names none, retrieval looks for them by the row's words and the caller's.
    """
    found: dict[str, list[str]] = {}
    for entry in entries:
        named = [knowledge.clause_by(row.document, row.article, day) for row in table.get(entry.code, ())]
        found[entry.code] = [clause.clause_id for clause in named if clause is not None][:CLAUSES]
    first = entries[0]
    if not found[first.code]:
        query = f"{first.level3} {first.description} {part['evidence']}"
        found[first.code] = [hit.clause_id for hit in knowledge.search(query, as_of=day, top=CLAUSES)]
    return found


def citation(knowledge: KnowledgeBase, clause_id: str, entry: CatalogueEntry) -> Citation:
    """A checked citation: the sentence of the clause that shares most with the catalogue row."""
    clause = knowledge.clause(clause_id)
    wanted = set(entry.level3 + entry.description)
    sentences = [found.group().strip() for found in _SENTENCE.finditer(clause.text)]
    best = max(sentences or [clause.text], key=lambda sentence: len(wanted & set(sentence)))
    cited = knowledge.cite(clause_id, best[:QUOTE_MAX])
    return Citation(
        clause_id=cited.clause_id, document=cited.document, article=cited.article, quote=cited.quote
    )
