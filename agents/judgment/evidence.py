"""Evidence in words: each text says one thing completely, in the order the checker reads: who, what, how much."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from agents.judgment.condition_words import of_condition
from agents.judgment.decision import LEVEL_NAMES, Evidence, Recommendation
from agents.judgment.engine.picture import HazardPicture
from agents.judgment.known import RAIN, Known
from agents.judgment.naming import (
    FORECASTS,
    METRICS,
    UNITS,
    clock,
    district_name,
    hours,
    number,
)
from agents.judgment.situation import Now
from knowledge.city import City
from knowledge.city.weather import Station
from tools.emergency.facts import Forecast, WeatherAlert

REFERENCES = (
    ("record_level", "历史最高水位"),
    ("check_level", "校核洪水位"),
    ("design_level", "设计洪水位"),
    ("guarantee_level", "保证水位"),
    ("warn_level", "警戒水位"),
    ("flood_limit_level", "汛限水位"),
    ("depth_close_cm", "封闭水深"),
    ("depth_warn_cm", "警示水深"),
    ("rate_red_mm_h", "红色阈值"),
    ("rate_orange_mm_h", "橙色阈值"),
)
"""Columns of stations.csv, gravest first, and their names."""


UNLISTED = "WN:unlisted"
"""Evidence of how many signals are in force besides those that are listed."""


def decimals(city: City, metric: str) -> int:
    return city.weather.plan.semantics.decimals.get(metric, 1)


def observation_id(station_id: str, at: datetime, of: int | str = "") -> str:
    """of: minutes of a rain sum, or the metric where it isn't the station's first."""
    return f"O:{station_id}{f'.{of}' if of else ''}@{at:%H:%M}"


def value_id(station: Station, now: Now) -> str | None:
    """Of the newest value; None without one."""
    if now.at is None:
        return None
    return observation_id(now.station_id, now.at, "" if now.metric == station.metrics[0] else now.metric)


def reference(station: Station, value: float) -> tuple[str, float] | None:
    """The gravest reference that the value reaches; else the first one above it. (name, value) or None."""
    marks = [(name, mark) for column, name in REFERENCES if (mark := getattr(station, column)) is not None]
    reached = next((one for one in marks if value >= one[1]), None)
    return reached or (marks[-1] if marks else None)


def of_value(city: City, now: Now, at: datetime) -> Evidence | None:
    """Newest value of a station, against the reference it reached or comes to next."""
    station, places = city.weather.stations[now.station_id], decimals(city, now.metric)
    key = value_id(station, now)
    if now.value is None or now.at is None or key is None or now.metric == RAIN:
        return None
    unit, what = UNITS.get(station.unit, station.unit), METRICS.get(now.metric, now.metric)
    text = f"{station.name}{what}{number(now.value, places)}{unit}（{clock(now.at, at)}）"
    figures = [(now.value, unit)]
    if mark := reference(station, now.value):
        name, level = mark
        off = round(now.value - level, places)
        word = "超过" if off > 0 else "低于" if off < 0 else "正好达到"
        text += f"，{word}{name}{number(level, places)}{unit}"
        figures += [(level, unit), (abs(off), unit)]
        text += f"，{'高出' if off > 0 else '还差'}{number(abs(off), places)}{unit}" if off else ""
    if now.state in ("stale", "suspect"):
        text += "，数据已过期" if now.state == "stale" else "，其后数据存疑"
    return _observation(now, key, text, figures, station)


def of_rain(city: City, now: Now, window: int, at: datetime) -> Evidence | None:
    """A rain sum of good rows up to the newest."""
    if now.at is None or window not in now.sums:
        return None
    station, total = city.weather.stations[now.station_id], now.sums[window]
    text = f"{station.name}近{hours(window)}雨量{number(total)}毫米（{clock(now.at, at)}）"
    if now.state in ("stale", "suspect"):
        text += "，数据已过期" if now.state == "stale" else "，其后数据存疑"
    return _observation(
        now, observation_id(now.station_id, now.at, window), text, [(total, UNITS["mm"])], station
    )


def _observation(
    now: Now, key: str, text: str, figures: Sequence[tuple[float, str]], station: Station
) -> Evidence:
    return Evidence(
        id=key,
        kind="observation",
        text=text,
        figures=tuple(figures),
        at=now.at,
        subject=now.station_id,
        source=f"{station.station_id} {now.metric}",
    )


def forecast_id(forecast: Forecast) -> str:
    return f"F:{forecast.district_code or forecast.station_id}.{forecast.metric}"


def of_forecast(city: City, one: Forecast, at: datetime) -> Evidence:
    span, what = FORECASTS.get(one.metric, ("预报时段", one.metric))
    place = (
        district_name(city, one.district_code)
        if one.district_code
        else city.weather.stations[one.station_id or ""].name
    )
    places = 2 if one.unit == "m" else 1
    value = f"{number(one.value, places)}{UNITS.get(one.unit, one.unit)}"
    text = f"预报{place}{span}{what}{value}（{clock(one.issued_at, at)}发布，至{clock(one.valid_to, at)}）"
    return Evidence(
        id=forecast_id(one),
        kind="forecast",
        text=text,
        figures=((one.value, UNITS.get(one.unit, one.unit)),),
        at=one.issued_at,
        subject=one.district_code or one.station_id or "",
        source="预报",
    )


def of_alert(city: City, alert: WeatherAlert, at: datetime) -> Evidence:
    everywhere = {one.code for one in city.districts.values()} <= set(alert.districts)
    places = "全市" if everywhere else "、".join(district_name(city, code) for code in alert.districts)
    until = f"，有效至{clock(alert.expires_at, at)}" if alert.expires_at else "，到解除为止"
    text = f"{alert.issuer}{clock(alert.issued_at, at)}发布{alert.type}{alert.colour}色预警信号，范围为{places}{until}"
    return Evidence(
        id=f"W:{alert.alert_id}",
        kind="alert",
        text=text,
        figures=(),
        at=alert.issued_at,
        subject=alert.issuer,
        source=alert.headline or alert.text,
    )


def of_level(known: Known, hazard: HazardPicture, advice: Recommendation | None) -> Evidence:
    """Level by rules, the highest possible, what is signed, and what is advised to whom: the core of a judgment."""
    name = hazard.name
    reached = f"达到{name}{LEVEL_NAMES[hazard.level]}级" if hazard.level else f"{name}未达到任何级别"
    possible = f"；{could_be(hazard)}" if hazard.possible and hazard.possible != hazard.level else ""
    signed = known.signed()[hazard.hazard]
    stands = f"；在行响应为{name}{LEVEL_NAMES[signed]}级" if signed else f"；{name}没有在行响应"
    if "standing" in known.unheard():
        stands = "；签发记录没有取得，在行响应情况不明"
    text = f"按预案核对{reached}{possible}{stands}"
    if advice:
        text += f"；{advised(name, advice)}；签发人为{advice.signer}；会商由{advice.chair}主持"
        text += f"；值守要求为{advice.duty_post}；依据{advice.clause}"
        if advice.expected_until:
            text += f"；预计期限到{clock(advice.expected_until, known.at)}"
    return Evidence(
        id=f"J:{hazard.hazard}", kind="level", text=text, figures=(), subject=hazard.hazard, source="规则引擎"
    )


def could_be(hazard: HazardPicture) -> str:
    """The highest level if everything unknown were met."""
    level = LEVEL_NAMES[hazard.possible] if hazard.possible else ""
    return f"若无法判断的条件都成立，可能最高到{hazard.name}{level}级"


VERBS = {
    "start": "启动",
    "upgrade": "升级为",
    "keep": "维持",
    "downgrade": "降级为",
    "end": "终止",
    "none": "暂不启动",
}


def advised(name: str, advice: Recommendation) -> str:
    level = f"{LEVEL_NAMES[advice.level]}级" if advice.level else ""
    return f"建议{VERBS[advice.action]}{name}{level}响应"


def of_known(city: City, known: Known) -> Iterator[Evidence]:
    """Evidence of all that was gathered: signals, conditions, forecasts, values and rain sums that matter."""
    yield from (of_alert(city, one, known.at) for one in known.alerts)
    if not known.alerts:
        why = known.unheard().get("alerts")
        text = f"预警信号情况不明（{why}），不能当作没有" if why else "目前没有生效的预警信号"
        yield Evidence(id="W:none", kind="alert", text=text, figures=(), at=known.at)
    if known.alerts_unlisted:
        text = f"另有{known.alerts_unlisted}个信号也在生效，没有逐条列出"
        yield Evidence(
            id=UNLISTED, kind="alert", text=text, figures=((known.alerts_unlisted, "个信号"),), at=known.at
        )
    for hazard in known.picture.hazards:
        for one in (*hazard.conditions, *hazard.end_conditions):
            yield of_condition(hazard, one, known.at)
    yield from (of_forecast(city, one, known.at) for one in known.forecasts)
    for now in known.now:
        if (found := of_value(city, now, known.at)) is not None:
            yield found
        for window, total in now.sums.items():
            if total > 0 and (rain := of_rain(city, now, window, known.at)) is not None:
                yield rain
