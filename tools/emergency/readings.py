"""One gauge's readings, made trustworthy or marked: clocks, units, ranges, repeats."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from knowledge.city.plan import MetricSemantics
from tools.emergency.facts import Observation, Quality
from tools.emergency.feed import Faults, Record, provenance, read_time, shown
from tools.emergency.units import CANONICAL, UnknownUnit, convert

AHEAD: Final = timedelta(minutes=2)
BEHIND: Final = timedelta(days=1)
QUALITIES: Final[dict[str, Quality]] = {
    "good": "good",
    "ok": "good",
    "valid": "good",
    "suspect": "suspect",
    "estimated": "suspect",
    "doubtful": "suspect",
    "missing": "missing",
    "bad": "missing",
    "invalid": "missing",
}
Key = tuple[str, str, datetime]
Said = tuple[float | None, Quality]


@dataclass(frozen=True)
class Gauge:
    """A datastream of a known station. `moved`: why its readings are in doubt altogether, or ""."""

    station_id: str
    metric: str
    unit: str
    link: str
    moved: str


class Readings:
    """Reads observation records and remembers, for `kept` behind the newest, which it has delivered.

    A look is begun, read and then delivered; one that was given up on the way has delivered nothing.
    """

    def __init__(self, zone: tzinfo, metrics: Mapping[str, MetricSemantics], kept: timedelta) -> None:
        self._zone = zone
        self._metrics = metrics
        self._kept = kept
        self._said: dict[Key, set[Said]] = {}
        self._fresh: list[tuple[Key, Said]] = []
        self.newest: datetime | None = None

    def read(
        self, record: Record, gauge: Gauge, now: datetime, fresh: bool, faults: Faults
    ) -> Observation | None:
        """None for what was delivered before, and for a stamp that can't be right (a fault then).

        The same moment told twice with different values gives both: what to make of them is the engine's rule.
        """
        time, time_note = self._time(record, gauge, now, fresh, faults)
        if time is None:
            return None
        value, unit, notes = self._value(record, gauge, faults)
        quality = self._quality(record, gauge, faults) if value is not None else "missing"
        key = (gauge.station_id, gauge.metric, time)
        said: Said = (value, quality)
        if said in self._said.setdefault(key, set()):
            return None
        self._said[key].add(said)
        self._fresh.append((key, said))
        notes = (*notes, time_note, gauge.moved)
        return Observation(
            station_id=gauge.station_id,
            metric=gauge.metric,
            time=time,
            value=value,
            unit=unit,
            quality=quality,
            provenance=provenance("observations", _link(record, gauge), now, notes),
        )

    def begin(self) -> None:
        """Take back what the last look read and never delivered."""
        for key, said in self._fresh:
            self._said[key].discard(said)
        self._fresh.clear()

    def delivered(self) -> None:
        """What was read since `begin` is out; drop what lies too far back to be asked for again."""
        times = [key[2] for key, _ in self._fresh]
        self._fresh.clear()
        if times or self.newest:
            self.newest = max((*times, self.newest) if self.newest else times)
            oldest = self.newest - self._kept
            self._said = {key: said for key, said in self._said.items() if key[2] >= oldest}

    def _time(
        self, record: Record, gauge: Gauge, now: datetime, fresh: bool, faults: Faults
    ) -> tuple[datetime | None, str]:
        """The end of phenomenonTime (an instant or start/end)."""
        text = str(record.get("phenomenonTime") or record.get("resultTime") or "")
        reading = f"（读数 {shown(record.get('result'))}）"
        try:
            time, note = read_time(text.rpartition("/")[2], self._zone)
        except ValueError:
            what = f"时间“{shown(text)}”读不懂，未用{reading}"
            faults.add(gauge.link, "phenomenonTime", what, "请提供方更正", kind="unreadable")
            return None, ""
        if note:
            faults.add(gauge.link, "phenomenonTime", note, "请提供方写上时区", kind="naive")
        if time - now > AHEAD:
            what = f"时间 {time.isoformat()} 比现在晚 {_span(time - now)}，未用{reading}"
            faults.add(gauge.link, "phenomenonTime", what, "请校准测站时钟", kind="ahead")
            return None, ""
        if fresh and now - time > BEHIND:
            what = f"时间 {time.isoformat()} 早于一天之前，未用{reading}"
            faults.add(gauge.link, "phenomenonTime", what, "请校准测站时钟，历史数据另行补录", kind="behind")
            return None, ""
        return time, note

    def _value(
        self, record: Record, gauge: Gauge, faults: Faults
    ) -> tuple[float | None, str, tuple[str, ...]]:
        """(value or None, unit, notes) in the metric's own unit."""
        unit = CANONICAL.get(gauge.metric, gauge.unit)
        raw = record.get("result")
        if raw is None:
            return None, unit, ()
        try:
            value = float(str(raw))
            if isinstance(raw, bool) or not math.isfinite(value):
                raise ValueError
        except ValueError:
            what = f"读数“{shown(raw)}”不是数，按缺测计"
            faults.add(gauge.link, "result", what, "请提供方检查测站", kind="not a number")
            return None, unit, (what,)
        try:
            value, unit, note = convert(value, gauge.unit, gauge.metric)
        except UnknownUnit as error:
            what = f"{error}，按缺测计"
            faults.add(gauge.link, "unitOfMeasurement", what, "请提供方写明单位")
            return None, unit, (f"原值 {value:g}；{what}",)
        limits = self._metrics.get(gauge.metric)
        if limits and not limits.valid_min <= value <= limits.valid_max:
            what = f"读数 {value:g} {unit} 超出 {limits.valid_min:g}～{limits.valid_max:g}，按缺测计"
            faults.add(gauge.link, "result", what, "请检查测站", kind="absurd")
            return None, unit, (note, what)
        return value, unit, (note,)

    def _quality(self, record: Record, gauge: Gauge, faults: Faults) -> Quality:
        """As the provider says it; words we don't know make it suspect, and so does a station that moved."""
        said = record.get("resultQuality")
        quality = QUALITIES.get(str(said).strip().lower()) if said not in (None, "", [], {}) else "good"
        if quality is None:
            what = f"质量标志“{shown(said)}”不认识，按存疑计"
            faults.add(gauge.link, "resultQuality", what, "请提供方说明其含义", kind="quality")
            quality = "suspect"
        return "suspect" if gauge.moved and quality == "good" else quality


def _link(record: Record, gauge: Gauge) -> str:
    return str(record.get("@iot.selfLink") or gauge.link)


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} 分钟" if minutes < 120 else f"{minutes // 60} 小时"
