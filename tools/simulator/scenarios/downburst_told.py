"""What was said about downburst_june: forecasts that came late, warnings, reports of people, citizens' calls."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from knowledge.city import City
from tools.simulator.emergency.reading import resting_level
from tools.simulator.scenarios.downburst import NAME, SEED, Row, clock

ISSUER: Final = "沄州市气象台"


def forecasts(city: City) -> Iterator[Row]:
    """The issue of 14:00 never came and that of 17:00 came at 18:40: for hours nobody knows what is next."""
    six = {"08:00": 4.0, "11:00": 18.0, "18:40": 9.0, "20:00": 3.0, "23:00": 0.4}
    day = {"08:00": (32.0, 17.5), "18:40": (38.0, 14.0), "20:00": (6.0, 9.0)}
    for hour in sorted(six | day):
        issued = clock(hour)
        for number, district in enumerate(city.districts.values()):
            lean = 1 + 0.06 * (number - 3)
            if hour in six:
                yield _forecast(issued, 6, "rain_6h", six[hour] * lean, "mm", district=district.code)
            if hour in day:
                yield _forecast(issued, 24, "rain_24h", day[hour][0] * lean, "mm", district=district.code)
                yield _forecast(issued, 24, "gust_24h", day[hour][1] * lean, "m/s", district=district.code)
        if hour in day:
            for station in city.weather.stations.values():
                if station.kind == "river":
                    top = resting_level(station) + (0.2 if hour == "08:00" else 0.9)
                    yield _forecast(issued, 24, "river_level_max_24h", top, "m", station=station.station_id)


def warnings() -> Iterator[Row]:
    whole = ["990302", "990303", "990304", "990305", "990371", "990321", "990322"]
    south = ["990303", "990305", "990371"]

    def signal(
        number: int,
        event: str,
        colour: str,
        districts: list[str],
        at: str,
        text: str,
        *,
        hours: float | None = None,
        after: Sequence[int] = (),
        kind: str = "暴雨",
    ) -> Row:
        issued = clock(at)
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
    def response(number: int, at: str, district: str, level: int, event: str, name: str) -> Row:
        row = {"kind": "district_response", "district": district, "hazard": "flood", "level": level}
        return _dated(number, at) | row | {"event": event, "source": f"{name}防汛办"}

    def finding(number: int, at: str, event: str, text: str, by: str) -> Row:
        row = {"kind": "finding", "condition_id": "F4-09", "object": "南岸电排站", "event": event}
        return _dated(number, at) | row | {"text": text, "by": by}

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
            time = clock("15:20") + timedelta(minutes=round(dice.gammavariate(2.2, 26)))
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


def _dated(number: int, at: str) -> Row:
    return {"id": f"{NAME}-R{number:02}", "time": clock(at).isoformat()}
