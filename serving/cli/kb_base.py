"""What the `kb` commands share: the opened base, the document a person means, days and states as words."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

from knowledge.base import KnowledgeBase
from knowledge.city import load_city
from knowledge.clause import Clause, Document, in_force, number_key, title_key
from knowledge.errors import EmbedderProblem, KnowledgeError
from knowledge.finding.search import SearchHit
from serving.cli.ahead import Ahead
from serving.cli.kb_audit import record
from serving.cli.report import BAD_INPUT, NOT_REACHABLE, progress_end, stop
from serving.errors import BadSetting
from serving.library import open_base, own_embedder
from serving.settings import Settings, load_settings

STATES = {"in_force": "现行", "not_yet": "尚未施行", "ended": "已失效"}

AsJson = Annotated[bool, typer.Option("--json", help="按机器可读的 JSON 输出，一行一个")]
Doc = Annotated[str, typer.Argument(metavar="DOC", help="文件编号（见 kb list）、标题或文号")]


@dataclass(frozen=True)
class Opened:
    settings: Settings
    base: KnowledgeBase
    embedder: Ahead
    clock: Callable[[], datetime]

    @property
    def today(self) -> date:
        return self.clock().date()

    def record(self, action: str, subject: str, told: dict[str, Any]) -> None:
        """Into the audit log, once the act is done."""
        record(self.settings, self.clock(), action, subject, told)


@contextmanager
def opened() -> Generator[Opened]:
    """The knowledge base of the data folder; what it raises ends the command with one line."""
    try:
        settings = load_settings()
        city = load_city(settings.pack_dir)
        clock = partial(datetime.now, ZoneInfo(city.info.timezone))
        embedder = Ahead(own_embedder(settings))
        base = open_base(settings, city, clock, embedder)
        try:
            yield Opened(settings, base, embedder, clock)
        finally:
            base.close()
    except EmbedderProblem as error:
        progress_end()
        stop(error, NOT_REACHABLE if error.spec.startswith("http") else BAD_INPUT)
    except (BadSetting, KnowledgeError) as error:
        progress_end()
        stop(error)


def the_document(here: Opened, named: str, *, any_version: bool = False) -> Document:
    """The one document of that id, title or number; several are listed and the command ends.

    any_version: for commands that only look, the version in force today stands for all of a work.
    """
    found = matching(here.base.documents(), named)
    if not found:
        stop(f"知识库中没有 {named}；请用 pingji kb list 查看现有文件")
    if len(found) == 1:
        return found[0]
    works = {(title_key(one.metadata.title), one.metadata.part, one.metadata.region) for one in found}
    if any_version and len(works) == 1:
        standing = [one for one in found if in_force(one.valid_from, one.valid_to, here.today)]
        return (standing or found)[-1]
    _several(named, found, here.today)


def matching(documents: Sequence[Document], named: str) -> list[Document]:
    """By id; else by title or number, written in any way; else by a part of the title."""
    title, number = title_key(named), number_key(named)
    if not title:
        return []
    by_id = [one for one in documents if one.id == named]
    keys = [(one, title_key(one.metadata.title), number_key(one.metadata.doc_number)) for one in documents]
    exact = [one for one, its_title, its_number in keys if its_title == title or its_number == number]
    return by_id or exact or [one for one, its_title, _ in keys if title in its_title]


def _several(named: str, found: Sequence[Document], today: date) -> NoReturn:
    listed = "\n".join(f"  {document_line(one, today)}" for one in found[:20])
    more = f"\n  …共 {len(found)} 份" if len(found) > 20 else ""
    stop(f"“{named}”不止一份文件，请改用编号：\n{listed}{more}")


def document_line(document: Document, today: date) -> str:
    told = document.metadata
    name = f"{told.title} {told.part}".strip()
    state = STATES[state_on(document, today)]
    by_hand = ("手工更正：" + "、".join(document.corrected),) if document.corrected else ()
    number, clauses = told.doc_number or "—", f"{document.clauses} 条"
    return "  ".join((document.id, name, number, validity(document), state, clauses, *by_hand))


def state_on(document: Document | Clause, day: date) -> str:
    if in_force(document.valid_from, document.valid_to, day):
        return "in_force"
    return "not_yet" if document.valid_from is not None and day < document.valid_from else "ended"


def validity(item: Document | Clause | SearchHit) -> str:
    """2019-05-01 至 2024-07-01 of a document, clause or hit; the second day is the first one out of force."""
    since = item.valid_from.isoformat() if item.valid_from else "—"
    return f"{since} 至 {item.valid_to.isoformat()}" if item.valid_to else f"{since} 起"


def plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Days as text, as JSON has them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}


def older(documents: int) -> str:
    return f"{documents} 份文件由旧版程序读入；请用 pingji kb add 再次导入原文件，按现在的规则重读"
