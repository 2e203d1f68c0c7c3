"""Documents and clauses as the API shows them. Days are ISO dates; null means open or unknown."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Literal

from knowledge.clause import Clause, Document, in_force
from knowledge.versions.diff import Diff
from serving.store.tables import Json

State = Literal["in_force", "not_yet", "ended"]


def state_on(valid_from: date | None, valid_to: date | None, day: date) -> State:
    if in_force(valid_from, valid_to, day):
        return "in_force"
    return "not_yet" if valid_from is not None and day < valid_from else "ended"


def document_shape(document: Document, today: date) -> Json:
    """`source` is the file's name alone: where it lies is nobody's matter outside."""
    told: Json = asdict(document.metadata)
    return {
        "document_id": document.id,
        "version": document.version,
        **told,
        "valid_from": document.valid_from,
        "valid_to": document.valid_to,
        "superseded_by": document.superseded_by,
        "end_reason": document.end_reason,
        "state": state_on(document.valid_from, document.valid_to, today),
        "clauses": document.clauses,
        "notices": document.notices,
        "corrected": document.corrected,
        "source": Path(document.source).name,
    }


def clause_shape(clause: Clause) -> Json:
    return {
        "clause_id": clause.clause_id,
        "article": clause.article,
        "path": clause.path,
        "text": clause.text,
        "kind": clause.kind,
    }


def diff_shape(diff: Diff, today: date) -> Json:
    """older, newer: the versions in force on the two days, null where none was."""
    return {
        "work": diff.work,
        "older": document_shape(diff.older, today) if diff.older else None,
        "newer": document_shape(diff.newer, today) if diff.newer else None,
        "changes": [asdict(change) for change in diff.changes],
    }


def facets_of(documents: Iterable[Document]) -> Json:
    """Per field the values and how many documents have each, the most frequent first."""
    told = [document.metadata for document in documents]
    return {
        "levels": _counted(one.level for one in told),
        "issuers": _counted(one.issuer for one in told),
        "regions": _counted(one.region for one in told),
        "hazards": _counted(hazard for one in told for hazard in one.hazards),
    }


def _counted(values: Iterable[str]) -> list[dict[str, Any]]:
    counts = Counter(value for value in values if value)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"value": value, "count": count} for value, count in ordered]
