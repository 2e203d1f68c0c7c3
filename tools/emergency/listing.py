"""Feeds that are plain lists of JSON objects: the forecast desk's figures, reports, citizens' calls.

Asked with `since`, answered as a JSON list or as one object a line. Each look goes back by an overlap, because what is
written down late carries an earlier time; what was delivered before is left out.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from knowledge.city.source import Text
from tools.emergency.facts import CitizenSignal, Fact, Forecast, Provenance, stamp
from tools.emergency.feed import (
    Faults,
    Fetched,
    Reader,
    listed,
    made_at,
    models,
    provenance,
    read_time,
    shown,
)
from tools.emergency.readings import AHEAD
from tools.emergency.reports import ReportLine, report_fact
from tools.emergency.units import UnknownUnit, convert
from tools.resilience import Clock
from tools.transport import translated

TIMES: Final = ("time", "issued_at", "valid_from", "valid_to")

Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True)
class Shape(Generic[Row]):
    """One kind of list. source: the feed's name in provenance; key: what tells a delivered fact again."""

    source: str
    model: type[Row]
    fact: Callable[[Row, Provenance], Fact]
    overlap: timedelta


class Listing(Generic[Row]):
    """A Feed of the facts of one list."""

    def __init__(self, reader: Reader, url: str, shape: Shape[Row], zone: tzinfo, *, clock: Clock) -> None:
        self._reader = reader
        self._url = url
        self._shape = shape
        self._zone = zone
        self._clock = clock
        self._said: dict[Fact, None] = {}

    async def fetch(self, since: datetime | None) -> Fetched:
        """Raises CityError. Of an answer in lines that breaks off, the whole lines count (`incomplete` says so)."""
        now, faults = self._clock(), Faults()
        back = None if since is None else {"since": (since - self._shape.overlap).isoformat()}
        answer = await self._reader.get(self._url, back)
        with translated(f"GET {self._url}"):
            items, incomplete = _items(answer.body)
        facts = [fact for fact in self._facts(items, now, faults) if self._is_new(fact)]
        self._forget(now)
        return Fetched(tuple(facts), faults.problems, now, made_at(answer), incomplete)

    def _facts(self, items: list[object], now: datetime, faults: Faults) -> Iterator[Fact]:
        """In the list's order."""
        for row, note in self._rows(items, faults):
            try:
                fact = self._shape.fact(row, provenance(self._shape.source, self._url, now, [note]))
            except ValueError as error:
                faults.add(self._url, shown(row), str(error), "请提供方更正这一条；其余照常使用")
                continue
            if stamp(fact) - now > AHEAD:
                what = f"时间 {stamp(fact).isoformat()} 晚于现在，到时才计入"
                faults.add(self._url, "time", what, "请提供方核对时间")
            yield fact

    def _rows(self, items: list[object], faults: Faults) -> Iterator[tuple[Row, str]]:
        for item in items:
            zoned, note = self._zoned(item)
            if note:
                faults.add(self._url, "time", note, "请提供方写上时区", kind="naive")
            for row in models([zoned], self._shape.model, self._url, faults):
                yield row, note

    def _zoned(self, item: object) -> tuple[object, str]:
        """The item with the city's zone in times that have none."""
        if not isinstance(item, Mapping):
            return item, ""
        fields: dict[Any, object] = dict(item)
        note = ""
        for name in TIMES:
            if isinstance(text := fields.get(name), str):
                try:
                    fields[name], said = read_time(text, self._zone)
                    note = note or said
                except ValueError:
                    pass  # the model names it
        return fields, note

    def _is_new(self, fact: Fact) -> bool:
        """Whether it was not delivered before; it counts as delivered from now on."""
        bare = fact.model_copy(update={"provenance": None})
        if bare in self._said:
            return False
        self._said[bare] = None
        return True

    def _forget(self, now: datetime) -> None:
        """Twice the overlap is kept, so that a look can't reach behind it."""
        oldest = now - 2 * self._shape.overlap
        self._said = {fact: None for fact in self._said if stamp(fact) >= oldest}


def _items(body: bytes) -> tuple[list[object], str]:
    """A JSON list, or objects in lines with why the last ones are missing. Raises ValueError."""
    if not body.lstrip().startswith(b"{"):
        return (listed(json.loads(body)) if body.strip() else []), ""
    items: list[object] = []
    lines = body.splitlines()
    for number, line in enumerate(lines, 1):
        try:
            items += [json.loads(line)] if line.strip() else []
        except ValueError:
            if number < len(lines) or number == 1:
                raise
            return items, f"回复中途截断，只读到 {len(items)} 条"
    return items, ""


class _FigureRow(BaseModel):
    """One figure of the forecast desk, for a district or for a station."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issued_at: AwareDatetime
    valid_from: AwareDatetime
    valid_to: AwareDatetime
    metric: Text
    value: float
    unit: Text
    district_code: str | None = None
    station_id: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "_FigureRow":
        if bool(self.district_code) == bool(self.station_id):
            raise ValueError("district_code 和 station_id 应恰有一个")
        if not math.isfinite(self.value) or (self.value < 0 and self.unit != "m"):
            raise ValueError(f"数值 {self.value} 不可能")
        if self.valid_from >= self.valid_to:
            raise ValueError("valid_from 不早于 valid_to")
        return self


class _CitizenRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Text
    time: AwareDatetime
    kind: Text
    place_id: str | None = None
    catalogue_code: str | None = None
    note: str = ""


def _figure(row: _FigureRow, source: Provenance) -> Forecast:
    try:
        value, unit, note = convert(row.value, row.unit, row.metric)
    except UnknownUnit as error:
        raise ValueError(f"{error}，未用") from error
    if note:
        source = source.model_copy(update={"note": "；".join(filter(None, (source.note, note)))})
    fields = row.model_dump(exclude={"value", "unit"})
    return Forecast(**fields, value=value, unit=unit, provenance=source)


def _citizen(row: _CitizenRow, source: Provenance) -> CitizenSignal:
    fields = row.model_dump(exclude={"id", "catalogue_code"})
    return CitizenSignal(**fields, signal_id=row.id, category_code=row.catalogue_code, provenance=source)


FORECASTS: Final = Shape("forecasts", _FigureRow, _figure, timedelta(hours=6))
REPORTS: Final = Shape("reports", ReportLine, report_fact, timedelta(hours=6))
CITIZENS: Final = Shape("tickets", _CitizenRow, _citizen, timedelta(hours=1))
