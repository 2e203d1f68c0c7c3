"""Charts, the timeline and the map, as data: what is drawn, not how."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from agents.briefing import wording
from agents.briefing.decision import (
    Area,
    Chart,
    Map,
    Mark,
    Panel,
    Reference,
    Series,
    Span,
    Timeline,
    Tone,
)
from agents.briefing.draft import Draft
from agents.briefing.gauges import references, standing
from agents.briefing.observed import DAY_MIN, Points
from agents.judgment.engine.picture import ConditionState
from agents.judgment.known import RAIN, weightiest
from agents.judgment.naming import METRICS, UNITS
from knowledge.city.weather import Colour, Station

DAY = timedelta(minutes=DAY_MIN)
PANELS = 4
GAP = 3
"""Reporting intervals without a reading that break a line."""
COLOUR_TONES: dict[Colour, Tone] = {"白": "plain", "蓝": "human", "黄": "warn", "橙": "warn", "红": "bad"}
SEVERITY_TONES: dict[str, Tone] = {"now": "bad", "soon": "warn", "watch": "plain"}


def rain(draft: Draft) -> Iterator[Chart]:
    """The gauge with the most rain of the last 24 hours: hour by hour, and summed up."""
    sums = draft.observed.sums[DAY_MIN]
    if not sums or not sums[0].value:
        return
    end = draft.now
    hours = _hours(draft.observed.rows[sums[0].station.station_id, RAIN], end)
    total, summed = 0.0, list[tuple[datetime, float | None]]()
    for at, value in hours:
        total += value or 0.0
        summed.append((at, round(total, 1)))
    series = (
        Series(name="1小时雨量", unit="毫米", style="bar", points=hours),
        Series(name="累计雨量", unit="毫米", style="line", points=tuple(summed)),
    )
    name = sums[0].station.name
    yield Chart(
        chart="rain",
        caption=f"{name}（近24小时雨量最大）逐小时雨量和累计雨量",
        start=end - DAY,
        end=end,
        panels=(Panel(title=name, series=series),),
    )


def _hours(rows: Points, end: datetime) -> tuple[tuple[datetime, float | None], ...]:
    """Sums of the 24 hours that end on the moment itself; None for an hour without a row."""
    hours: list[tuple[datetime, float | None]] = []
    for back in range(23, -1, -1):
        at = end - timedelta(hours=back)
        values = [value for time, value in rows if at - timedelta(hours=1) < time <= at]
        hours.append((at, round(sum(values), 1) if values else None))
    return tuple(hours)


def levels(draft: Draft) -> Iterator[Chart]:
    """The gauges that stand highest against their references, a panel each."""
    end = draft.now
    chosen: list[tuple[int, int, Station]] = []
    for kind in ("river", "reservoir", "ponding", "landslide"):
        over = [(n, one) for one in draft.observed.of_kind(kind) if (n := _passed(draft, one)) is not None]
        over.sort(key=lambda pair: (-pair[0], pair[1].station_id))
        chosen += [(place, -passed, one) for place, (passed, one) in enumerate(over)]
    chosen.sort(key=lambda one: (one[0], one[1], one[2].station_id))
    if chosen:
        panels = tuple(_panel(draft, station, end) for *_, station in chosen[:PANELS])
        caption = "测站过程线与特征值（各类测站中超出最多的）"
        yield Chart(chart="levels", caption=caption, start=end - DAY, end=end, panels=panels)


def _passed(draft: Draft, station: Station) -> int | None:
    """How many references a gauge has passed; None when it is far below the first, or silent."""
    figure = draft.observed.latest(station, station.metrics[0])
    if figure is None or standing(station, station.metrics[0], figure.value) is None:
        return None
    return sum(figure.value >= value for _, value, _ in references(station))


def _panel(draft: Draft, station: Station, end: datetime) -> Panel:
    metric = station.metrics[0]
    rows = [row for row in draft.observed.rows[station.station_id, metric] if row[0] >= end - DAY]
    points: list[tuple[datetime, float | None]] = []
    for number, (at, value) in enumerate(rows):
        since = at - rows[number - 1][0] if number else timedelta(0)
        if since > GAP * timedelta(minutes=station.reporting_interval_min):
            points.append((at - since / 2, None))
        points.append((at, value))
    unit = UNITS.get(station.unit, station.unit)
    return Panel(
        title=f"{station.name}（{unit}）",
        series=(Series(name=METRICS.get(metric, metric), unit=unit, style="line", points=tuple(points)),),
        references=tuple(
            Reference(name=name, value=value, tone=tone) for name, value, tone in references(station)[:3]
        ),
    )


def timeline(draft: Draft) -> Iterator[Timeline]:
    """When each condition was met, which signals were out, and when people decided."""
    end = draft.now
    spans = [
        *_alerts(draft, end),
        *(span for state in draft.conditions for span in _condition(draft, state)),
        *(
            Span(
                lane="签发",
                text=f"{one.text}（{one.by}）",
                start=draft.local(one.at),
                end=draft.local(one.at),
                tone="human",
            )
            for one in draft.material.decisions
            if one.at <= draft.judgment.at
        ),
    ]
    if spans:
        start = max(min(span.start for span in spans), end - 2 * DAY) - timedelta(minutes=30)
        yield Timeline(caption="预警信号、启动条件与签发的时间线", start=start, end=end, spans=tuple(spans))


def _condition(draft: Draft, state: ConditionState) -> Iterator[Span]:
    """A bar while it is met; a moment where it was first met but the present state began later."""
    lane = f"{wording.level(state.level)} {state.clause}"
    if state.first_met_at is None:
        return
    first = draft.local(state.first_met_at)
    if state.state == "met" and state.since <= state.first_met_at:
        yield Span(lane=lane, text="成立", start=first, end=None, tone="bad")
        return
    yield Span(lane=lane, text="首次成立", start=first, end=first, tone="bad")
    if state.state == "met":
        yield Span(lane=lane, text="成立", start=draft.local(state.since), end=None, tone="bad")


def _alerts(draft: Draft, now: datetime) -> Iterator[Span]:
    """Until each expired, was cancelled or superseded: whichever came first. Of a flood the gravest."""
    ended: dict[str, datetime] = {}
    for one in draft.observed.alerts:
        for alert_id in (*one.supersedes, *((one.alert_id,) if one.event == "cancel" else ())):
            ended[alert_id] = min(one.issued_at, ended.get(alert_id, one.issued_at))
    issued = [one for one in draft.observed.alerts if one.event != "cancel"]
    for one in weightiest(draft.city, issued):
        ends = [ended[one.alert_id]] if one.alert_id in ended else []
        ends += [one.expires_at] if one.expires_at and one.expires_at <= now else []
        yield Span(
            lane=f"{one.type}{one.colour}色",
            text=f"{len(one.districts)}个区县",
            start=draft.local(one.issued_at),
            end=draft.local(min(ends)) if ends else None,
            tone=COLOUR_TONES[one.colour],
        )


def situation_map(draft: Draft) -> Iterator[Map]:
    """Districts, gauges by state, points at risk, places that citizens call about."""
    marks = (*_stations(draft), *_points(draft), *_clusters(draft))
    if marks:
        yield Map(caption="风险点、测站与诉求分布（WGS-84）", areas=tuple(_areas(draft)), marks=marks)


def _areas(draft: Draft) -> Iterator[Area]:
    touched = {one.district_code for one in draft.judgment.risk_points if one.severity == "now"}
    for district in draft.city.districts.values():
        ring = draft.city.shapes.districts.get(district.code)
        south, west, north, east = district.bbox
        yield Area(
            code=district.code,
            name=district.name,
            ring=ring or ((west, south), (east, south), (east, north), (west, north), (west, south)),
            tone="warn" if district.code in touched else "plain",
            lon=(west + east) / 2,
            lat=(south + north) / 2,
        )


def _stations(draft: Draft) -> Iterator[Mark]:
    for station in draft.city.weather.stations.values():
        if station.kind in ("rain", "wind"):
            continue
        figure = draft.observed.latest(station, station.metrics[0])
        said = standing(station, station.metrics[0], figure.value) if figure else None
        tone: Tone = "unknown" if figure is None else said[1] if said and said[1] != "plain" else "good"
        label = station.name if tone == "bad" else ""
        yield Mark(shape="station", lon=station.lon, lat=station.lat, tone=tone, label=label)


def _points(draft: Draft) -> Iterator[Mark]:
    shelters = draft.city.weather.shelters
    for one in draft.judgment.risk_points:
        label = one.name if one.severity == "now" else ""
        yield Mark(shape="risk", lon=one.lon, lat=one.lat, tone=SEVERITY_TONES[one.severity], label=label)
    for shelter_id in dict.fromkeys(one.shelter_id for one in draft.judgment.evacuations if one.shelter_id):
        if shelter := shelters.get(shelter_id):
            yield Mark(shape="shelter", lon=shelter.lon, lat=shelter.lat, tone="good", label=shelter.name)


def _clusters(draft: Draft) -> Iterator[Mark]:
    for one in draft.judgment.clusters:
        if place := draft.city.places.get(one.place_id):
            yield Mark(
                shape="cluster",
                lon=place.lon,
                lat=place.lat,
                tone="human" if one.unseen else "warn",
                label=one.place,
            )
