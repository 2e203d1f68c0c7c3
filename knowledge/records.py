"""Documents and clauses as rows of the tables, and back."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

from knowledge.clause import READING, Document, Metadata, number_key, title_key
from knowledge.metadata import corrected
from knowledge.structure import Section
from knowledge.tables import DocumentRow


@dataclass(frozen=True)
class NewDocument:
    """A document read and cut, not yet stored. content_hash covers the whole text, front matter included.

    notices: what was odd in reading it, in Chinese. replaces: id of the document that an older program read the
    same text as, "" for none.
    """

    metadata: Metadata
    text: str
    content_hash: str
    sections: Sequence[Section]
    source: str
    notices: tuple[str, ...] = ()
    replaces: str = ""


def document_id(metadata: Metadata, content_hash: str) -> str:
    """D- and eight hex digits of title, part and date; of the content when the document tells no date."""
    when = metadata.issued or metadata.effective or content_hash
    named = f"{title_key(metadata.title)}|{metadata.part}|{metadata.region}|{when}"
    return f"D-{sha256(named.encode()).hexdigest()[:8]}"


def document_row(
    identity: str, version: int, new: NewDocument, added_at: datetime, by_hand: dict[str, object]
) -> DocumentRow:
    return DocumentRow(
        id=identity,
        version=version,
        corrections=by_hand,
        notices=list(new.notices),
        valid_to=new.metadata.repealed,
        superseded_by=None,
        end_reason="",
        source=new.source,
        content_hash=new.content_hash,
        text=new.text,
        added_at=added_at,
        read_by=READING,
        **metadata_columns(corrected(new.metadata, by_hand)),
    )


def metadata_columns(told: Metadata) -> dict[str, object]:
    """Fields of Metadata as columns of DocumentRow, which carry the same names, and the keys made of them."""
    columns = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(told).items()}
    return {**columns, "title_key": title_key(told.title), "number_key": number_key(told.doc_number)}


def row_metadata(row: DocumentRow) -> Metadata:
    told: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(Metadata)}
    told |= {"supersedes": tuple(row.supersedes), "hazards": tuple(row.hazards)}
    return Metadata(**told)


def clause_rows(identity: str, new: NewDocument) -> list[dict[str, object]]:
    """A label used twice in one document gets ~2, ~3 in its id: ids stay unique and in reading order."""
    seen: dict[str, int] = {}
    rows: list[dict[str, object]] = []
    for section in new.sections:
        nth = seen[section.article] = seen.get(section.article, 0) + 1
        rows.append(
            {
                "clause_id": f"{identity}#{section.article}{f'~{nth}' if nth > 1 else ''}",
                "document_id": identity,
                "article": section.article,
                "path": " / ".join(section.path),
                "text": new.text[section.start : section.end],
                "kind": section.kind,
                "start": section.start,
                "end": section.end,
            }
        )
    return rows


def document_of(row: DocumentRow, clauses: int) -> Document:
    valid_from = row.effective or row.issued
    return Document(
        row.id, row.version, row_metadata(row), row.source, clauses,
        valid_from, row.valid_to, row.superseded_by, row.end_reason, tuple(row.notices), tuple(row.corrections),
    )  # fmt: skip
