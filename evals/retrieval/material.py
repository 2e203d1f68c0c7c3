"""Questions prepared for teaching and measuring: their vectors, words to look for, and the rows that answer them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.retrieval.fit import Floats, Pool, fit_adapter
from evals.retrieval.laws import Question, article_key
from knowledge.base import KnowledgeBase
from knowledge.embedding import Embedder
from knowledge.finding.catalogue import Catalogue
from knowledge.finding.glossary import load_glossary, weigh
from knowledge.finding.learned import Adapter
from knowledge.index.ranked import Rows
from knowledge.index.tokens import tokens
from knowledge.index.view import View
from knowledge.store import Store

NEAR = 20
"""Clauses from the top of each leg that a question's answers must beat, beside those of all other questions."""
RANDOM = 2000
SEED = 7


@dataclass(frozen=True)
class Material:
    """vectors: (n, dimension). right[n]: rows in force that answer question n. keys: row -> article_key."""

    view: View
    catalogue: Catalogue
    questions: Sequence[Question]
    vectors: Floats
    plain: Sequence[Mapping[str, float]]
    expanded: Sequence[Mapping[str, float]]
    right: Sequence[Rows]
    keys: Mapping[int, str]
    hard: Sequence[Rows]


@dataclass(frozen=True)
class Lesson:
    """What some questions teach: where the others' vectors should look, and which laws are asked for (counts)."""

    adapter: Adapter
    asked: Mapping[str, float]


def prepare(base: KnowledgeBase, store: Store, questions: Sequence[Question], embedder: Embedder) -> Material:
    """Raises KnowledgeError."""
    view, catalogue = base.look()
    keys = _keys(store, view)
    rows_of: defaultdict[str, list[int]] = defaultdict(list)
    for row, key in keys.items():
        rows_of[key].append(row)
    vectors = embedder.embed_queries([question.query for question in questions])
    plain = [dict[str, float](Counter(tokens(question.query))) for question in questions]
    glossary = load_glossary()
    return Material(
        view,
        catalogue,
        questions,
        vectors,
        plain,
        [weigh(question.query, glossary) for question in questions],
        [
            np.array(sorted({row for key in one.wanted for row in rows_of[key]}), np.int64)
            for one in questions
        ],
        keys,
        [
            np.union1d(view.lexical(words, NEAR).rows, view.dense(vector, NEAR).rows)
            for words, vector in zip(plain, vectors, strict=True)
        ],
    )


def learn(material: Material, which: Sequence[int], adapt: bool = True) -> Lesson:
    """What the questions of these places teach."""
    asked = Counter(
        facts.title for place in which for facts in material.catalogue.facts_of(material.right[place])
    )
    counts = {title: float(np.log1p(count)) for title, count in sorted(asked.items())}
    size = material.vectors.shape[1]
    if not adapt:
        return Lesson(Adapter(np.zeros((size, size), np.float32)), counts)
    taught = [place for place in which if len(material.right[place])]
    return Lesson(Adapter(fit_adapter(material.vectors[taught], _pool(material, taught))), counts)


def _pool(material: Material, which: Sequence[int]) -> Pool:
    everything = material.view.snapshot.rows[material.view.allowed]
    chosen = np.random.default_rng(SEED).choice(everything, min(RANDOM, len(everything)), replace=False)
    named = [rows for place in which for rows in (material.right[place], material.hard[place])]
    rows = np.unique(np.concatenate([chosen, *named]))
    return Pool(
        material.view.vectors(rows), [np.searchsorted(rows, material.right[place]) for place in which]
    )


def _keys(store: Store, view: View) -> dict[int, str]:
    """Of every clause in force."""
    rows = view.snapshot.rows[view.allowed]
    return {one.row_id: article_key(one.title, one.article) for one in store.indexables(rows.tolist())}
