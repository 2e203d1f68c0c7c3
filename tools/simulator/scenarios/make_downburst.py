"""Write the scenario downburst_june: `python -m tools.simulator.scenarios.make_downburst [--city DIR] [--out DIR]`.

A fast storm cell with a downburst crosses the city at an afternoon's rush hour, and the gauges fail where they are
needed most. Everything follows from the seed and the city's tables; the same files come out of every run. Synthetic.
"""

import argparse
import csv
import json
import math
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

from knowledge.city import City, load_city
from knowledge.city.weather import Station
from tools.simulator.emergency.reading import DECIMALS, UNITS, resting_level

SEED: Final = 20260612
NAME: Final = "downburst_june"
ISSUER: Final = "沄州市气象台"
START: Final = datetime.fromisoformat("2026-06-12T12:00:00+08:00")
END: Final = datetime.fromisoformat("2026-06-13T06:00:00+08:00")
RAIN_FROM: Final = datetime.fromisoformat("2026-06-11T12:10:00+08:00")
KM: Final = 111.2
CELL_KM: Final = 8.0  # radius at which the cell's rain has fallen to 1/e
PATH: Final = (  # time, lat, lon, mm in ten minutes at the centre, gust in m/s below it
    ("14:00", 29.610, 112.940, 0.0, 6.0),
    ("14:40", 29.590, 113.020, 6.0, 14.0),
    ("15:10", 29.578, 113.060, 11.0, 21.0),
    ("15:40", 29.572, 113.100, 13.5, 33.0),
    ("16:10", 29.568, 113.150, 12.5, 29.0),
    ("16:50", 29.560, 113.210, 8.0, 20.0),
    ("17:40", 29.530, 113.300, 4.0, 11.0),
    ("18:30", 29.500, 113.380, 0.0, 6.0),
)
Row = dict[str, object]


class Weather:
    """The true weather, before any gauge spoils it."""

    def __init__(self, stations: Iterable[Station]) -> None:
        self._dice = random.Random(SEED)
        self._noise = {station.station_id: self._dice.uniform(0.8, 1.15) for station in stations}
        self._marks = [(_clock(clock), *rest) for clock, *rest in PATH]

    def rain(self, station: Station, end: datetime) -> float:
        """mm in the ten minutes up to `end`."""
        centre = self._cell(end - timedelta(minutes=5))
        return self._noise[station.station_id] * centre[2] * self._near(station, centre)

    def gust(self, station: Station, end: datetime) -> float:
        """m/s: a breeze, and the downburst around the cell's centre."""
        centre = self._cell(end - timedelta(minutes=5))
        breeze = 4.0 + 1.5 * math.sin(end.timestamp() / 4000 + station.lon * 50)
        return breeze + self._noise[station.station_id] * max(0.0, centre[3] - 6) * self._near(
            station, centre
        )

    def water(self, station: Station, since: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
        """cm on a road or in an underpass: what the drains leave, every five minutes."""
        depth, collects = 0.0, 1.0 if station.station_class == "road" else 1.8
        moment = since
        while moment <= until:
            yield moment, depth
            moment += timedelta(minutes=5)
            arriving = self.rain(station, moment) / 2 * collects
            depth = max(0.0, depth + arriving - 1.2 - 0.035 * depth)

    def level(self, station: Station, time: datetime) -> float:
        """m: a slow swell that runs down the river after the storm."""
        height = 0.9 if station.station_class == "tributary" else 0.45
        hours = (time - _clock("16:00")).total_seconds() / 3600
        swell = height / (1 + math.exp(-(hours - 3) / 1.2)) * math.exp(-max(0.0, hours - 6) / 14)
        return resting_level(station) + swell

    def _cell(self, time: datetime) -> Sequence[float]:
        """lat, lon, rain and gust of the centre, between the path's marks."""
        for (t1, *a), (t2, *b) in pairwise(self._marks):
            if t1 <= time <= t2:
                share = (time - t1) / (t2 - t1)
                return [x + (y - x) * share for x, y in zip(a, b, strict=True)]
        return [0.0, 0.0, 0.0, 0.0]

    def _near(self, station: Station, centre: Sequence[float]) -> float:
        """1 at the centre, falling with the square of the distance."""
        north = (station.lat - centre[0]) * KM
        east = (station.lon - centre[1]) * KM * math.cos(math.radians(29.6))
        return math.exp(-(north**2 + east**2) / CELL_KM**2)


def observations(city: City) -> list[Row]:
    """True readings in the order of time, then station."""
    weather = Weather(city.weather.stations.values())
    rows: list[Row] = []
    for station in city.weather.stations.values():
        begin = RAIN_FROM if station.kind == "rain" else START
        depths = dict(weather.water(station, START, END)) if station.kind == "ponding" else {}
        moment = begin
        while moment <= END:
            for metric in station.metrics:
                value = _true(weather, station, metric, moment, depths)
                rows.append(_row(moment, station.station_id, metric, value))
            moment += timedelta(minutes=station.reporting_interval_min)
    return sorted(rows, key=lambda row: str(row["time"]))


def _true(
    weather: Weather, station: Station, metric: str, time: datetime, depths: dict[datetime, float]
) -> float:
    match metric:
        case "rain_10min":
            return weather.rain(station, time)
        case "water_depth":
            return depths[time]
        case "water_level":
            return weather.level(station, time)
        case "gust":
            return weather.gust(station, time)
        case "wind_avg":
            return 0.62 * weather.gust(station, time)
        case _:
            return 0.3 + 0.02 * weather.rain(station, time)


def _scaled(row: Row, factor: float = 1, more: float = 0) -> Row:
    return row | {"value": round(float(str(row["value"])) * factor + more, 2)}


FAULTS: Final[tuple[tuple[str, str, str, str, Callable[[Row], list[Row]]], ...]] = (
    # station, metric, first and last time of the day, what the gauge sends instead
    ("RG08", "rain_10min", "15:20", "16:40", lambda row: []),  # silent at the peak
    ("RG19", "rain_10min", "15:50", "17:00", lambda row: [row | {"value": 6.4}]),  # stuck while it pours
    ("RG23", "rain_10min", "16:10", "16:40", lambda row: [row | {"value": "", "quality": "missing"}]),
    ("RG10", "rain_10min", "15:50", "15:50", lambda row: [row | {"quality": "suspect"}]),
    ("RG12", "rain_10min", "15:30", "15:50", lambda row: [row, row]),  # twice, the same
    ("RV02", "water_level", "16:00", "16:00", lambda row: [_scaled(row, more=6.4)]),  # a spike
    ("RV06", "water_level", "17:00", "17:00", lambda row: [row | {"value": -9.9}]),  # nonsense
    ("PD04", "water_depth", "15:40", "16:00", lambda row: [row, _scaled(row, 0.6)]),  # twice, and different
    ("WD05", "gust", "16:00", "18:20", lambda row: [row | {"value": 17.3}]),  # stuck
)
HELD_BACK: Final = (
    "PD09",
    "2026-06-12T16:00",
    "2026-06-12T17:00",
)  # a batch that was written down at the end


def spoilt(rows: Sequence[Row]) -> list[Row]:
    """The readings as the gauges sent them. Each fault stands where it hurts."""
    sent = [copy for row in rows for copy in _sent(row)]
    station_id, first, last = HELD_BACK
    late = [row for row in sent if row["station_id"] == station_id and first <= str(row["time"])[:16] <= last]
    return [row for row in sent if row not in late] + late[::-1]


def _sent(row: Row) -> list[Row]:
    date, clock = str(row["time"])[:10], str(row["time"])[11:16]
    for station_id, metric, first, last, spoil in FAULTS:
        same = (row["station_id"], row["metric"]) == (station_id, metric)
        if same and date == f"{START:%Y-%m-%d}" and first <= clock <= last:
            return spoil(row)
    return [row]


def forecasts(city: City) -> Iterator[Row]:
    """The issue of 14:00 never came and that of 17:00 came at 18:40: for hours nobody knows what is next."""
    six = {"08:00": 4.0, "11:00": 18.0, "18:40": 9.0, "20:00": 3.0, "23:00": 0.4}
    day = {"08:00": (32.0, 17.5), "18:40": (38.0, 14.0), "20:00": (6.0, 9.0)}
    for clock in sorted(six | day):
        issued = _clock(clock)
        for number, district in enumerate(city.districts.values()):
            lean = 1 + 0.06 * (number - 3)
            if clock in six:
                yield _forecast(issued, 6, "rain_6h", six[clock] * lean, "mm", district=district.code)
            if clock in day:
                yield _forecast(issued, 24, "rain_24h", day[clock][0] * lean, "mm", district=district.code)
                yield _forecast(issued, 24, "gust_24h", day[clock][1] * lean, "m/s", district=district.code)
        if clock in day:
            for station in city.weather.stations.values():
                if station.kind == "river":
                    top = resting_level(station) + (0.2 if clock == "08:00" else 0.9)
                    yield _forecast(issued, 24, "river_level_max_24h", top, "m", station=station.station_id)


def warnings() -> Iterator[Row]:
    whole = ["990302", "990303", "990304", "990305", "990371", "990321", "990322"]
    south = ["990303", "990305", "990371"]

    def signal(
        number: int,
        event: str,
        colour: str,
        districts: list[str],
        clock: str,
        text: str,
        *,
        hours: float | None = None,
        after: Sequence[int] = (),
        kind: str = "暴雨",
    ) -> Row:
        issued = _clock(clock)
        return {
            "id": f"{NAME}-W{number:02}",
            "event": event,
            "type": kind,
            "colour": colour,
            "districts": districts,
            "issued_at": issued.isoformat(),
            "effective_from": issued.isoformat(),
            "expires_at": (issued + timedelta(hours=hours)).isoformat() if hours else None,
            "supersedes": [f"{NAME}-W{ended:02}" for ended in after],
            "issuer": ISSUER,
            "issuer_dept": "qixiang",
            "text": text,
        }

    yield signal(
        1, "issue", "黄", whole, "13:30", "午后到傍晚有雷雨，阵风可达9级。", hours=6, kind="雷雨大风"
    )
    yield signal(2, "issue", "蓝", whole, "13:50", "未来12小时局地雨量可达50毫米。", hours=12)
    yield signal(3, "update", "橙", south, "15:05", "南岸三区未来3小时雨量50毫米以上。", hours=3, after=[2])
    yield signal(4, "issue", "红", ["990303"], "15:36", "望澜区未来3小时雨量可达100毫米以上。", hours=3)
    yield signal(5, "cancel", "红", ["990303"], "15:58", "雷达复核后撤回红色信号，橙色有效。", after=[4])
    yield signal(6, "issue", "红", ["990305"], "16:20", "南浦区未来3小时雨量可达100毫米以上。", hours=2)
    yield signal(7, "update", "黄", south, "18:10", "降雨减弱，转为黄色。", hours=3, after=[3, 6])
    yield signal(8, "cancel", "黄", south, "20:30", "解除暴雨黄色信号。", after=[7])


def reports() -> Iterator[Row]:
    def response(number: int, clock: str, district: str, level: int, event: str, name: str) -> Row:
        row = {"kind": "district_response", "district": district, "hazard": "flood", "level": level}
        return _dated(number, clock) | row | {"event": event, "source": f"{name}防汛办"}

    def finding(number: int, clock: str, event: str, text: str, by: str) -> Row:
        row = {"kind": "finding", "condition_id": "F4-09", "object": "南岸电排站", "event": event}
        return _dated(number, clock) | row | {"text": text, "by": by}

    yield response(1, "15:40", "990303", 4, "start", "望澜区")
    yield response(2, "15:55", "990371", 4, "start", "经开区")
    yield finding(3, "16:05", "reported", "值班员说前池水位陡升、有异响，怀疑闸门变形", "南岸街道")
    yield response(4, "16:25", "990305", 4, "start", "南浦区")
    yield finding(5, "17:15", "rejected", "到场核查为拦污栅被杂物堵塞，已清，闸门完好", "市水务局值班室")
    yield response(6, "16:50", "990303", 3, "start", "望澜区")  # written down late: after a newer one
    yield response(7, "20:10", "990303", 4, "end", "望澜区")
    yield response(8, "20:40", "990371", 4, "end", "经开区")
    yield response(9, "21:30", "990305", 4, "end", "南浦区")


def tickets(city: City) -> list[Row]:
    """Most calls come from where the silent gauge stands, and from underpasses."""
    dice = random.Random(SEED + 1)
    kinds = (
        ("积水", "020301", ("路面的水漫过路沿了", "下水口往上翻水"), 46),
        ("下穿积水", "140102", ("桥下全是水，车不敢过", "前面有车泡在洞里"), 30),
        ("地下空间进水", "140101", ("车库坡道往里灌水", "电梯井进水了"), 14),
        ("倒树", "020402", ("大树横在路中间", "树枝压断了电线"), 26),
        ("坠物", "140106", ("广告牌被吹下来", "楼顶铁皮在晃"), 12),
        ("停电", "060201", ("整个小区没电", "红绿灯灭了"), 10),
    )
    near = [
        place.place_id
        for place in city.places.values()
        if place.district == "望澜区" and place.street in ("市府街道", "望江街道", "澜湾街道")
    ]
    wide = [place.place_id for place in city.places.values() if place.district in ("南浦区", "沄州经开区")]
    rows: list[Row] = []
    for kind, code, notes, count in kinds:
        for _ in range(count):
            time = _clock("15:20") + timedelta(minutes=round(dice.gammavariate(2.2, 26)))
            place = dice.choice(near if dice.random() < 0.7 else wide)
            rows.append(
                {
                    "time": time.isoformat(),
                    "place_id": place,
                    "kind": kind,
                    "catalogue_code": code,
                    "note": dice.choice(notes),
                }
            )
    return sorted(rows, key=lambda row: str(row["time"]))


STORY: Final = (
    "6月12日午后，一个强雷暴单体自西向东扫过南岸，15时40分前后在市民公园一带发生下击暴流，随后经南浦出境。",
    "雨最大时市府站断报，南浦站卡死，干流江畔站突跳，望江下穿通道的水位尺一时报两个数；",
    "11时以后的预报迟到18时40分才发。红色信号发出22分钟后撤回，南岸电排站险情核查后排除。",
)
TEACHES: Final = (
    "缺测、卡死、突跳、重复不相等都不得当作“未达到”，也不得单独成立",
    "预报迟到期间，以预报为条件的条款为未知",
    "撤回的信号、排除的险情不再起作用",
    "群众报水的地方恰好没有仪器",
)


def about() -> str:
    """scenario.toml."""
    lines = (
        f'name = "{NAME}"',
        'title = "六月下击暴流：高峰时段仪器出错的一场雷暴"',
        f'start = "{START.isoformat()}"',
        f'end = "{END.isoformat()}"',
        f'observations_from = "{RAIN_FROM.isoformat()}"',
        f"seed = {SEED}",
        "fictional = true",
        "evaluation_step_min = 30",
        f'story = """\n{"".join(STORY)}\n"""',
        f"teaches = {json.dumps(TEACHES, ensure_ascii=False)}",
    )
    return "\n".join(lines) + "\n"


def write(city: City, folder: Path) -> None:
    """All files but expected.json, which an evaluator of another hand makes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.toml").write_text(about(), encoding="utf-8")
    _csv(folder / "observations.csv", spoilt(observations(city)))
    _csv(folder / "forecasts.csv", list(forecasts(city)))
    _csv(folder / "tickets_hint.csv", tickets(city))
    for name, rows in (("warnings.jsonl", warnings()), ("reports.jsonl", reports())):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(lines, encoding="utf-8")


def _row(time: datetime, station_id: str, metric: str, value: float) -> Row:
    rounded = round(max(value, 0.0), DECIMALS.get(metric, 1))
    return {
        "time": time.isoformat(),
        "station_id": station_id,
        "metric": metric,
        "value": rounded,
        "unit": UNITS[metric],
        "quality": "good",
    }


def _forecast(
    issued: datetime,
    hours: int,
    metric: str,
    value: float,
    unit: str,
    *,
    district: str = "",
    station: str = "",
) -> Row:
    return {
        "issued_at": issued.isoformat(),
        "valid_from": issued.isoformat(),
        "valid_to": (issued + timedelta(hours=hours)).isoformat(),
        "district": district,
        "metric": metric,
        "value": round(value, 2 if unit == "m" else 1),
        "unit": unit,
        "station_id": station,
    }


def _dated(number: int, clock: str) -> Row:
    return {"id": f"{NAME}-R{number:02}", "time": _clock(clock).isoformat()}


def _clock(text: str) -> datetime:
    """A time on the day of the storm."""
    hour, minute = map(int, text.split(":"))
    return START.replace(hour=hour, minute=minute)


def _csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: Sequence[str]) -> int:
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description="生成情景 downburst_june（虚构）")
    parser.add_argument("--city", type=Path, default=Path("knowledge/city/yunzhou"), help="城市数据包目录")
    parser.add_argument("--out", type=Path, default=here / NAME, help="写到哪里")
    options = parser.parse_args(arguments)
    write(load_city(options.city), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
