"""Works of several versions in the folder of laws, or in an existing base of it, and the sample beside them."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import Progress

from evals.context import now
from evals.errors import DataMissing
from evals.measure import Measure, Measured, pool_all, tally
from evals.report import Item, Json, provenance
from evals.versions.sample import Expected, Fault, check_group
from knowledge.clause import Document
from knowledge.ingest import add_paths
from knowledge.store import Store
from knowledge.versions.works import group_versions

DATABASE = "knowledge.sqlite"
MEASURES = (Measure("groups_right", "抽样各组归组、顺序、起止、原因全对"),)


@dataclass(frozen=True)
class Checked:
    """works: of more than one version. ended: by a document of another name. faults: against the sample."""

    head: Json
    works: list[list[Document]]
    ended: list[tuple[Document, Document]]
    faults: list[Fault]
    measured: list[Measured]
    items: list[Item]


def read_laws(laws: Path, progress: Progress) -> list[Document]:
    """All documents of the folder, read afresh into a base of its own. Raises DataMissing, StorageProblem."""
    if not laws.is_dir():
        raise DataMissing(laws, "请用 --data 指明数据目录（其下有 laws/）")
    bar = progress.add_task("导入法规", total=None)
    with TemporaryDirectory() as folder, closing(Store(Path(folder) / DATABASE)) as store:
        add_paths(
            store, [laws], now, lambda done, total, _: progress.update(bar, completed=done, total=total)
        )
        return store.documents()


def stored_laws(folder: Path) -> list[Document]:
    """All documents of an existing base. Raises DataMissing, StorageProblem."""
    if not (folder / DATABASE).is_file():
        raise DataMissing(folder / DATABASE, "请用 --base 指明已有的知识库目录，或不写 --base")
    with closing(Store(folder / DATABASE)) as store:
        return store.documents()


def evaluate(documents: Sequence[Document], laws: Path, sample: dict[str, list[Expected]]) -> Checked:
    """Everything the base knows of versions, and where the sample disagrees."""
    all_works = group_versions(documents)
    file_of = {one.id: _below(Path(one.source), laws) for one in documents}
    by_id = {one.id: one for one in documents}
    items: list[Item] = []
    faults: list[Fault] = []
    for group, rows in sample.items():
        found = check_group(rows, all_works, file_of)
        faults += found
        detail = {"kind": rows[0].kind, "faults": [f"{fault.file}：{fault.what}" for fault in found]}
        items.append(Item(group, {"groups_right": tally(not found)}, detail))
    ended = [
        (one, by_id[one.superseded_by])
        for one in documents
        if one.end_reason == "repealed" and one.superseded_by in by_id
    ]
    head = {
        "evaluation": "versions",
        **provenance(now()),
        "documents": len(documents),
        "works": len(all_works),
        "groups": len(sample),
        "faults": len(faults),
    }
    works = [work for work in all_works if len(work) > 1]
    return Checked(head, works, ended, faults, pool_all(MEASURES, [item.tallies for item in items]), items)


def lines_of(checked: Checked) -> list[str]:
    """Every work of several versions and every repeal by name, for people."""
    lines = [f"同一文件的多个版本：{len(checked.works)} 组"]
    for work in checked.works:
        lines += ["", _title(work[-1])]
        lines += [f"  {_interval(one)}  {one.id}" for one in work]
    lines += ["", f"被另一文件废止：{len(checked.ended)} 件"]
    lines += [f"  {_title(one)}  {_interval(one)}  ← {_title(heir)}" for one, heir in checked.ended]
    return lines


def _title(document: Document) -> str:
    return document.metadata.title + (f" {document.metadata.part}" if document.metadata.part else "")


def _interval(document: Document) -> str:
    notices = "".join(f"  [{notice}]" for notice in document.notices if notice.startswith("时效"))
    reason = f"（{document.end_reason}）" if document.end_reason else ""
    return f"{document.valid_from or '不详'} 至 {document.valid_to or '今'}{reason}{notices}"


def _below(source: Path, laws: Path) -> str:
    """The path below the folder of laws, wherever that lay when the base was filled."""
    if source.is_relative_to(laws):
        return source.relative_to(laws).as_posix()
    after = source.parts.index(laws.name) + 1 if laws.name in source.parts else len(source.parts) - 1
    return "/".join(source.parts[after:])
