"""What every client of this package shares: the shape of one reading, problems, provenance, times, the reader.

A problem is a `knowledge.errors.Problem` whose `file` is the feed's object (a URL or an id). Nothing that arrived
is lost: what can't become a fact becomes a problem that quotes it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final, Protocol, TypeVar, cast

import httpx
from pydantic import BaseModel, ValidationError

from knowledge.city.source import in_chinese, key_path
from knowledge.errors import Problem
from tools.emergency.facts import Fact, Provenance
from tools.resilience import Guard, under
from tools.transport import BODY_MAX, Answer, send, translated

SHOWN_MAX: Final = 80  # characters of a foreign value that a message repeats

Model = TypeVar("Model", bound=BaseModel)
Record = Mapping[str, object]


@dataclass(frozen=True)
class Fetched:
    """One reading of a feed. Times are aware.

    newest: when the newest content was made, as the feed says; None when it doesn't say. incomplete: why the reading
    is known to lack something (a truncated answer), "" when it is whole.
    """

    facts: tuple[Fact, ...]
    problems: tuple[Problem, ...]
    fetched_at: datetime
    newest: datetime | None = None
    incomplete: str = ""


class Feed(Protocol):
    """One feed. `since`: what was stamped earlier may be left out; None asks for all that the feed still has."""

    async def fetch(self, since: datetime | None) -> Fetched:
        """Raises CityError when nothing usable came."""
        ...


class Faults:
    """Problems of one reading; the same fault of the same object is listed once, with its count."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}
        self._first: dict[tuple[str, str, str], Problem] = {}

    def add(self, reference: str, where: str, what: str, fix: str, *, kind: str | None = None) -> None:
        """`kind` groups faults whose words differ (they quote values); the first one's words are shown."""
        key = (reference, where, kind or what)
        self._counts[key] = self._counts.get(key, 0) + 1
        self._first.setdefault(key, Problem(reference, where, what, fix))

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(
            problem
            if (count := self._counts[key]) == 1
            else Problem(problem.file, problem.where, f"{problem.what}（此类共 {count} 次）", problem.fix)
            for key, problem in self._first.items()
        )


class Reader:
    """GET and POST to one provider under its guards. `http` stays the caller's."""

    def __init__(self, http: httpx.AsyncClient, guards: tuple[Guard, ...] = ()) -> None:
        self._http = http
        self._guards = guards

    async def get(
        self, url: str, params: Mapping[str, str] | None = None, *, limit: int = BODY_MAX
    ) -> Answer:
        """Raises CityError."""
        return await under(
            self._guards, lambda: send(self._http, "GET", url, params=params, limit=limit), repeatable=True
        )

    async def get_json(
        self, url: str, params: Mapping[str, str] | None = None
    ) -> tuple[object, datetime | None]:
        """The parsed body and when the server says it was made. Raises CityError; no JSON is CityBroken."""
        answer = await self.get(url, params)
        with translated(f"GET {url}"):
            return json.loads(answer.body), made_at(answer)

    async def post_json(self, url: str, body: object, *, key: str) -> object:
        """POST with an idempotency key, so it may be repeated. Raises CityError."""
        headers = {"Idempotency-Key": key}
        answer = await under(
            self._guards, lambda: send(self._http, "POST", url, body=body, headers=headers), repeatable=True
        )
        with translated(f"POST {url}"):
            return json.loads(answer.body)


def read_time(text: str, zone: tzinfo) -> tuple[datetime, str]:
    """An ISO 8601 time, with or without seconds, and a note when it had no zone and got the city's.

    Raises ValueError.
    """
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone), f"时间 {text.strip()} 没有时区，按本市时区读"
    return moment, ""


def provenance(source: str, reference: str, fetched_at: datetime, notes: Iterable[str] = ()) -> Provenance:
    """Notes are joined; empty ones are left out."""
    note = "；".join(dict.fromkeys(note for note in notes if note))
    return Provenance(source=source, reference=reference, fetched_at=fetched_at, note=note)


def made_at(answer: Answer) -> datetime | None:
    """When the server says its content was made (Last-Modified), or None."""
    try:
        return parsedate_to_datetime(answer.headers.get("last-modified", ""))
    except ValueError:
        return None


def shown(value: object) -> str:
    """A foreign value for a message: short and on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"


def mapping(value: object) -> Record:
    """Raises ValueError when it is none."""
    if not isinstance(value, Mapping):
        raise ValueError("应是带字段名的记录")
    return cast("Record", value)


def listed(value: object) -> list[object]:
    """Raises ValueError when it is no list."""
    if not isinstance(value, list):
        raise ValueError("应是列表")
    return cast("list[object]", value)


def models(items: Iterable[object], model: type[Model], reference: str, faults: Faults) -> Iterator[Model]:
    """The items that parse; each of the others becomes a fault that quotes it."""
    for number, item in enumerate(items, 1):
        try:
            yield model.model_validate(item)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            what, _ = in_chinese(first)
            where = f"第 {number} 条，{key_path(first['loc'])}"
            faults.add(reference, where, f"{what}；原文 {shown(item)}", "请提供方更正这一条；其余照常使用")
