"""What became of each file of an upload: exactly one list for each, with its reason and its notices."""

import re
from collections.abc import Sequence
from pathlib import Path

from knowledge.clause import Document
from knowledge.ingest import IngestReport
from serving.store.tables import Json

LISTS = ("added", "unchanged", "skipped", "unreadable")


def outcome_of(
    files: Sequence[Json], root: Path, report: IngestReport, documents: Sequence[Document]
) -> Json:
    """{"added": [{"file", "document_id", "title", "clauses", "notices"}], "unchanged": [{"file", "reason"}], …}

    A file taken in before a crash comes as unchanged the second time; its document names it as the source, and
    so it is still one that was added.
    """
    lists: dict[str, list[Json]] = {name: [] for name in LISTS}
    sources = {document.source: document for document in documents}
    reasons = {left.path: left.reason for left in (*report.skipped, *report.unreadable)}
    skipped = {left.path for left in report.skipped}
    for file in files:
        path = root / file["path"]
        document = sources.get(str(path))
        told: Json = {"file": file["file"]}
        if path in reasons:
            reason = _without_folders(reasons[path], root)
            lists["skipped" if path in skipped else "unreadable"].append({**told, "reason": reason})
        elif document is not None:
            notices = [_without_folders(notice, root) for notice in document.notices]
            lists["added"].append({**told, **_added(document), "notices": notices})
        else:
            lists["unchanged"].append({**told, "reason": "知识库中已有内容完全相同的文件"})
    return dict(lists)


def _added(document: Document) -> Json:
    return {
        "document_id": document.id,
        "title": document.metadata.title,
        "clauses": document.clauses,
    }


def _without_folders(said: str, root: Path) -> str:
    """Files by the names they were sent under, not by where we keep them."""
    return re.sub(rf"{re.escape(str(root))}/[^/\s]+/\d+/", "", said)


def file_events(outcome: Json) -> list[Json]:
    """One event a file: file.read with its `outcome`, or file.failed with its reason."""
    read = [
        {"type": "file.read", "outcome": name, **told}
        for name in ("added", "unchanged", "skipped")
        for told in outcome[name]
    ]
    return [*read, *({"type": "file.failed", **told} for told in outcome["unreadable"])]
