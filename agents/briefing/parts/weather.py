"""天气概况与预警、雨情、预报、水情工情: what is, from the stations and the weather service."""

from collections.abc import Iterator

from agents.briefing import pictures, wording
from agents.briefing.decision import Block, Column, Line, Part, Table, Text
from agents.briefing.draft import Draft
from agents.briefing.gauges import standing
from agents.briefing.observed import DAY_MIN, WINDS, Figure, Sum
from agents.judgment.naming import FORECASTS, METRICS, UNITS, hours, number
from agents.judgment.narrative import STRONG_GUST
from knowledge.city.weather import Station

TOP = 3
LEVEL_KINDS = ("river", "reservoir", "ponding", "landslide", "wind")


def weather(draft: Draft) -> Part:
    rows = tuple(
        (
            draft.say(one.text, one.id),
            Line(text=draft.when(one.at), evidence=(one.id,)),
            draft.say(one.source or "—", one.id),
        )
        for one in draft.judgment.alerts
    )
    columns = (
        Column(title="信号（转载，发布权在气象部门）", width=4),
        Column(title="发布时间"),
        Column(title="信号原文", width=2),
    )
    empty = draft.nothing("目前没有在行的预警信号", "alerts")
    table = Table(caption="在行预警信号", columns=columns, rows=rows, empty=empty)
    return Part(
        key="weather", title="天气概况与预警现状", blocks=(*draft.narrative("situation", tabled="W:"), table)
    )


def rain(draft: Draft) -> Part:
    """The most of each window, with the city's mean."""
    rows = [_window(draft, window, sums) for window, sums in draft.observed.sums.items() if sums]
    columns = (Column(title="时段"), Column(title="全市面雨量", width=1.4), Column(title="最大的站", width=5))
    table = Table(caption="累计雨量", columns=columns, rows=tuple(rows), empty="没有可用的雨量数据")
    return Part(key="rain", title="雨情和风情", blocks=(table, *pictures.rain(draft), *_wind(draft)))


def _wind(draft: Draft) -> Iterator[Table]:
    """Only where it blows: gauges report gusts in every rain."""
    rows: list[tuple[Line, ...]] = []
    for metric in WINDS:
        for window in (60, DAY_MIN):
            peaks = draft.observed.peaks(metric, window)[:TOP]
            if peaks and peaks[0].value >= STRONG_GUST:
                told = "；".join(
                    f"{station}{wording.measured(one.value, one.unit)}（{draft.when(one.at)}）"
                    for one in peaks
                    if (station := draft.named(one.evidence.subject))
                )
                what = draft.say(f"近{hours(window)}最大{METRICS[metric]}", peaks[0].evidence.id)
                rows.append((what, draft.say(told, *(one.evidence.id for one in peaks))))
    if rows:
        columns = (Column(title="项目", width=1.4), Column(title="最大的站", width=6))
        yield Table(caption="大风", columns=columns, rows=tuple(rows))


def _window(draft: Draft, window: int, sums: tuple[Sum, ...]) -> tuple[Line, ...]:
    areal = draft.observed.areal(window)
    proof = (areal.evidence.id,) if areal else ()
    told = "；".join(f"{one.station.name}{_sum(one)}" for one in sums[:TOP])
    return (
        draft.say(f"近{hours(window)}", *proof),
        draft.say(wording.measured(areal.value, "mm") if areal else "—", *proof),
        draft.say(told, *(one.evidence.id for one in sums[:TOP])),
    )


def _sum(one: Sum) -> str:
    """不少于: rain only adds up, and an interval of the window is missing."""
    return ("" if one.whole else "不少于") + wording.measured(one.value, "mm")


def forecast(draft: Draft) -> Part:
    """Newest forecasts by metric, highest first."""
    rows: list[tuple[Line, ...]] = []
    for metric, (span, what) in FORECASTS.items():
        found = [(one, proof) for one, proof in draft.observed.forecasts if one.metric == metric]
        found.sort(key=lambda pair: (-pair[0].value, pair[1].subject))
        if found:
            told = "、".join(
                f"{draft.named(proof.subject)}{number(one.value, 2 if one.unit == 'm' else 1)}"
                for one, proof in found
            )
            unit = UNITS.get(found[0][0].unit, found[0][0].unit)
            issued = "、".join(draft.when(at) for at in sorted({one.issued_at for one, _ in found}))
            rows.append(
                (
                    draft.say(f"{span}{what}（{unit}）", found[0][1].id),
                    draft.say(told, *(proof.id for _, proof in found)),
                    draft.say(issued, *(proof.id for _, proof in found)),
                )
            )
    columns = (Column(title="项目", width=1.8), Column(title="预报值", width=5), Column(title="发布时间"))
    table = Table(caption="最新预报", columns=columns, rows=tuple(rows), empty="没有覆盖当前时刻的预报")
    return Part(key="forecast", title="天气预报", blocks=(table,))


def water(draft: Draft) -> Part:
    """Every gauge that is at or near a reference; the others only counted."""
    rows: list[tuple[Line, ...]] = []
    silent: list[str] = []
    for kind in LEVEL_KINDS:
        for station in draft.observed.of_kind(kind):
            for metric in station.metrics:
                figure = draft.observed.latest(station, metric)
                if figure is None:
                    silent.append(station.name)
                elif row := _gauge(draft, station, metric, figure):
                    rows.append(row)
    columns = (
        Column(title="测站", width=2.2),
        Column(title="项目"),
        Column(title="实测", width=1.2),
        Column(title="时间", width=0.9),
        Column(title="对照", width=2.4),
    )
    table = Table(
        caption="达到或接近特征值的测站",
        columns=columns,
        rows=tuple(rows),
        empty=draft.nothing("没有测站达到或接近特征值", "observations"),
    )
    blocks: list[Block] = [table]
    if draft.material.facts:
        blocks.append(Text(sentences=tuple(_rest(draft, silent))))
    return Part(key="water", title="水情工情", blocks=(*blocks, *pictures.levels(draft)))


def _rest(draft: Draft, silent: list[str]) -> Iterator[Line]:
    if silent:
        names = "、".join(dict.fromkeys(silent))
        yield draft.say(
            f"没有有效数据、情况不明的测站：{names}。其他未列的测站均低于各自特征值。", tone="unknown"
        )
    else:
        yield draft.say("未列的测站均低于各自特征值。")


def _gauge(draft: Draft, station: Station, metric: str, figure: Figure) -> tuple[Line, ...] | None:
    """A row, or None for a gauge far below all that it is compared with."""
    said = standing(station, metric, figure.value)
    if said is None:
        return None
    text, tone = said
    proof = figure.evidence.id
    return (
        Line(text=station.name),
        Line(text=METRICS.get(metric, metric)),
        draft.say(wording.measured(figure.value, figure.unit), proof, tone=tone),
        draft.say(draft.when(figure.at), proof),
        draft.say(text, proof),
    )
