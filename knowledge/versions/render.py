"""A Diff as plain text for the terminal: [-what went-] and {+what came+}."""

from collections import Counter

from knowledge.clause import Document
from knowledge.versions.diff import Change, Diff

NAMES = {"added": "新增", "removed": "删除", "changed": "修改", "moved": "移动", "same": "未变"}
_MARKS = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}


def render(diff: Diff, *, everything: bool = False) -> str:
    """Lines in Chinese; `everything` shows unchanged articles too."""
    counts = Counter(change.kind for change in diff.changes)
    summary = "，".join(f"{name} {counts[kind]} 条" for kind, name in NAMES.items() if counts[kind])
    lines = [
        f"《{diff.work}》",
        f"  旧：{_version(diff.older)}",
        f"  新：{_version(diff.newer)}",
        f"  {summary or '没有条文'}",
    ]
    if diff.older and diff.newer and diff.older.id == diff.newer.id:
        lines.append("  这两天适用同一版本。")
    for change in diff.changes:
        if everything or change.kind != "same":
            lines += ["", _heading(change)]
            lines += [] if change.kind == "moved" else [_body(change)]
    return "\n".join(lines)


def _version(document: Document | None) -> str:
    if document is None:
        return "当日没有有效版本"
    start, end = document.valid_from or "不详", document.valid_to
    until = f"至 {end} 前" if end else "至今"
    number = f" {document.metadata.doc_number}" if document.metadata.doc_number else ""
    return f"{document.metadata.title}{number}（{start} 起施行，{until}）{document.id}"


def _heading(change: Change) -> str:
    was = f"（原{change.old_article}）" if change.old_article else ""
    return f"{NAMES[change.kind]}  {change.article}{was}"


def _body(change: Change) -> str:
    """Blank lines of the source are left out; an unchanged article has no spans."""
    text = "".join(_MARKS[span.kind].format(span.text) for span in change.spans) or change.new or ""
    return "\n".join(f"    {line}" for line in text.splitlines() if line.strip())
