"""One query, three legs: characters (BM25), meaning (vectors), and the exact channel for what is named.

The first two are fused by reciprocal ranks; a clause named by its number stands above both.
"""

import re
from datetime import date

import cn2an
from pydantic import BaseModel, ConfigDict

from knowledge.clause import Clause, number_key, title_key
from knowledge.embedding import Embedder
from knowledge.index.snapshot import View
from knowledge.store import Store
from knowledge.tables import ClauseRow, DocumentRow

DEPTH = 100
# Cormack's constant: flat enough that agreement of both legs beats the first place of one.
RRF_K = 60
EXACT_SCORE = 1.0
EXACT_MOST = 5

_ARTICLE = re.compile(
    r"第\s*([一二三四五六七八九十百千零〇两\d]+)\s*条(?:\s*之\s*([一二三四五六七八九十]+))?"
)
_SECTION = re.compile(
    r"(?<![\d.．])(\d{1,2}(?:[.．]\d{1,2}){1,4})(?![\d.．]|\s*(?:%|％|毫米|厘米|米|万|亿|元|级|度|小时|分|公里|℃))"
)
_NUMBER = re.compile(r"[〔\[(（]\s*(?:19|20)\d{2}\s*[〕\])）]\s*第?\d{1,4}\s*号")


class SearchHit(BaseModel):
    """One clause found. legs: the rank (from 1) in each leg that found it."""

    model_config = ConfigDict(frozen=True)

    clause_id: str
    document: str
    doc_number: str
    issuer: str
    level: str
    region: str
    article: str
    path: str
    text: str
    score: float
    legs: dict[str, int]
    valid_from: date | None
    valid_to: date | None
    superseded_by: str | None


def search(
    store: Store, view: View, embedder: Embedder, query: str, as_of: date, top: int
) -> list[SearchHit]:
    """The best `top` clauses in force on `as_of`, best first. A blank query finds nothing."""
    if not query.strip():
        return []
    vector = embedder.embed_queries([query])
    depth = max(DEPTH, top)
    legs = {
        "lexical": view.lexical(query, depth).rows.tolist(),
        "dense": view.dense(vector, depth).rows.tolist(),
        "exact": exact_rows(store, query, as_of),
    }
    scores = _fused(legs)
    best = sorted(scores, key=lambda row: (-scores[row], row))[:top]
    clauses = store.clauses(ClauseRow.row_id.in_(best))
    ranks = {name: {row: rank for rank, row in enumerate(rows, 1)} for name, rows in legs.items()}
    return [
        _hit(clauses[row], scores[row], {name: ranks[name][row] for name in legs if row in ranks[name]})
        for row in best
        if row in clauses
    ]


def _fused(legs: dict[str, list[int]]) -> dict[int, float]:
    scores: dict[int, float] = {}
    for name, rows in legs.items():
        for rank, row in enumerate(rows, 1):
            bonus = EXACT_SCORE if name == "exact" else 0.0
            scores[row] = scores.get(row, 0.0) + bonus + 1 / (RRF_K + rank)
    return scores


def exact_rows(store: Store, query: str, as_of: date) -> list[int]:
    """Rows of clauses the query names: 民法典第九百四十四条, 衡政办发〔2023〕26号 5.4.1, 5.4.1 alone.

    An article's number alone names nothing, for every law has a 第三十五条; a section's does.
    """
    documents = _named_documents(store, query)
    labels = _labels(query)
    if not labels or (not documents and labels[0].startswith("第")):
        return []
    conditions = [ClauseRow.article.in_(labels)]
    if documents:
        conditions.append(ClauseRow.document_id.in_(documents))
    rows = list(store.clauses(*conditions))
    standing = store.standing(rows, as_of)
    return [row for row in rows if row in standing][:EXACT_MOST]


def find_clauses(store: Store, title: str, article: str) -> list[Clause]:
    """All versions of one clause by its document's title and its article, in the forms people write them."""
    label = canonical_article(article)
    found = store.clauses(DocumentRow.title_key == title_key(title), ClauseRow.article == label)
    return list(found.values())


def canonical_article(article: str) -> str:
    """第35条, 第 三十五 条 -> 第三十五条; 5．4．1 -> 5.4.1; anything else as it is, without spaces."""
    labels = _labels(article)
    return labels[0] if labels else re.sub(r"\s", "", article)


def _labels(query: str) -> list[str]:
    articles = [_article(*match.groups()) for match in _ARTICLE.finditer(query)]
    return articles or [match[1].replace("．", ".") for match in _SECTION.finditer(query)]


def _article(number: str, inserted: str | None) -> str:
    spoken = cn2an.an2cn(number) if number.isdigit() else number.replace("〇", "零")
    return f"第{spoken}条" + (f"之{inserted}" if inserted else "")


def _named_documents(store: Store, query: str) -> list[str]:
    """Ids of documents whose title or number stands in the query; of titles within titles the longest."""
    asked = title_key(query)
    numbers = [number_key(match[0]) for match in _NUMBER.finditer(query)]
    titles = store.titles()
    named = {key for _, key, _ in titles if len(key) >= 2 and key in asked}
    longest = {key for key in named if not any(key != other and key in other for other in named)}
    return [
        identity
        for identity, key, number in titles
        if key in longest or (number and any(number.endswith(asked_for) for asked_for in numbers))
    ]


def _hit(clause: Clause, score: float, legs: dict[str, int]) -> SearchHit:
    fields = {name: getattr(clause, name) for name in SearchHit.model_fields if name not in ("score", "legs")}
    return SearchHit(**fields, score=round(score, 6), legs=legs)
