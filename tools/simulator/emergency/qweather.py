"""QWeather's shapes: warnings of a point, hourly weather, the track of a storm. Times have no seconds.

The hourly figures spread the forecast desk's sums evenly, so that they add up to what the plan's clauses read.
"""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from knowledge.city import City
from tools.emergency.facts import WeatherAlert
from tools.simulator.emergency.cap import SEVERITY, headline, identifiers, listed
from tools.simulator.emergency.hourly import Hour

Json = dict[str, object]

EVENT_CODES: Final = {
    "台风": "1001",
    "暴雨": "1003",
    "大风": "1006",
    "高温": "1009",
    "雷电": "1014",
    "冰雹": "1015",
    "雷雨大风": "1020",
    "强对流": "1031",
    "地质灾害气象风险": "1248",
}
OTHER_EVENT: Final = "9999"
COLOURS: Final = {
    "蓝": ("blue", 30, 50, 205),
    "黄": ("yellow", 250, 220, 0),
    "橙": ("orange", 255, 140, 0),
    "红": ("red", 220, 20, 20),
    "白": ("white", 255, 255, 255),
}
CODES: Final = {"issue": "alert", "update": "update", "cancel": "cancel"}
SCALE_KMH: Final = (1, 5, 11, 19, 28, 38, 49, 61, 74, 88, 102, 117)  # upper bounds of Beaufort 0 to 11
STORMS: Final = Path(__file__).parent / "storms"


def current_alerts(alerts: Sequence[WeatherAlert], district: str | None, city: City, now: datetime) -> Json:
    """/weatheralert/v1/current: what holds at a point; district None: outside the city."""
    here = [alert for alert in listed(alerts, now) if district in alert.districts]
    names = {key: name.replace("_", "") for key, name in identifiers(alerts, city).items()}
    ids = "".join(names[alert.alert_id] for alert in here)
    return {
        "metadata": {
            "tag": hashlib.sha256(ids.encode()).hexdigest(),
            "zeroResult": not here,
            "attributions": ["模拟数据，虚构城市，不得用于真实防汛"],
        },
        "alerts": [_alert(alert, names) for alert in here],
    }


def _alert(alert: WeatherAlert, names: Mapping[str, str]) -> Json:
    name, red, green, blue = COLOURS[alert.colour]
    ended = [names[alert_id] for alert_id in alert.supersedes if alert_id in names]
    code = EVENT_CODES.get(alert.type, OTHER_EVENT)
    return {
        "id": names[alert.alert_id],
        "senderName": alert.issuer,
        "issuedTime": minute(alert.issued_at),
        "messageType": {"code": CODES[alert.event], "supersedes": ended},
        "eventType": {"name": alert.type, "code": code},
        "urgency": None,
        "severity": SEVERITY[alert.colour].lower(),
        "certainty": None,
        "icon": code,
        "color": {"code": name, "red": red, "green": green, "blue": blue, "alpha": 1},
        "effectiveTime": minute(alert.effective_from),
        "onsetTime": minute(alert.effective_from),
        "expireTime": minute(alert.expires_at) if alert.expires_at else None,
        "headline": headline(alert),
        "description": alert.text,
        "criteria": "",
        "responseTypes": [],
        "instruction": "",
    }


def hourly(hours: Sequence[Hour], now: datetime) -> Json:
    """/v7/weather/24h and its longer sisters: every figure is text, wind in km/h."""
    return _wrapped(now, hourly=[_hour(hour) for hour in hours])


def _hour(hour: Hour) -> Json:
    speed = round(hour.wind_ms * 3.6)
    scale = next((force for force, most in enumerate(SCALE_KMH) if speed <= most), 12)
    return {
        "fxTime": minute(hour.time),
        "temp": str(round(hour.temperature_c)),
        "icon": "306" if hour.rain_mm >= 0.1 else "104",
        "text": "雨" if hour.rain_mm >= 0.1 else "阴",
        "wind360": "45",
        "windDir": "东北风",
        "windScale": str(scale),
        "windSpeed": str(speed),
        "humidity": "95" if hour.rain_mm >= 0.1 else "70",
        "pop": "90" if hour.rain_mm >= 0.1 else "10",
        "precip": f"{hour.rain_mm:.1f}",
        "pressure": "1002",
        "cloud": "100",
        "dew": "20",
    }


class Track:
    """A storm's way over the map, for a scenario that has one (storms/SCENARIO.csv)."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._points = [(datetime.fromisoformat(row["time"]), row) for row in rows]
        self.storm_id = rows[0]["storm_id"] if rows else ""
        self.name = rows[0]["name"] if rows else ""

    @classmethod
    def of(cls, scenario: str | None) -> "Track":
        """Empty when the scenario has no storm, or none is playing."""
        path = STORMS / f"{scenario}.csv"
        if scenario is None or not path.is_file():
            return cls([])
        return cls(list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())))

    def active(self, now: datetime) -> bool:
        return bool(self._points) and self._points[0][0] <= now <= self._points[-1][0] + timedelta(hours=6)

    def list(self, now: datetime) -> Json:
        started = bool(self._points) and self._points[0][0] <= now
        storm = {
            "id": self.storm_id,
            "name": f"{self.name}（虚构）",
            "basin": "NP",
            "year": f"{now:%Y}",
            "isActive": str(int(self.active(now))),
        }
        return _wrapped(now, storm=[storm] if started else [])

    def track(self, now: datetime) -> Json:
        passed = [_position(time, row) for time, row in self._points if time <= now]
        latest = passed[-1] if passed else {}
        here = {"pubTime": latest.get("time"), **{k: v for k, v in latest.items() if k != "time"}}
        return _wrapped(now, isActive=str(int(self.active(now))), now=here, track=passed)

    def forecast(self, now: datetime) -> Json:
        coming = [_position(time, row) for time, row in self._points if time > now]
        return _wrapped(now, forecast=[{"fxTime": p.pop("time"), **p} for p in coming])


def _position(time: datetime, row: Mapping[str, str]) -> Json:
    radius = row["radius30_km"]
    quarters = ("neRadius", "seRadius", "swRadius", "nwRadius")
    return {
        "time": minute(time),
        "lat": row["lat"],
        "lon": row["lon"],
        "type": row["type"],
        "pressure": row["pressure_hpa"],
        "windSpeed": row["wind_ms"],
        "moveSpeed": row["move_kmh"],
        "moveDir": row["move_dir"],
        "move360": "",
        "windRadius30": dict.fromkeys(quarters, radius) if radius else None,
    }


def _wrapped(at: datetime, /, **body: object) -> Json:
    return {
        "code": "200",
        "updateTime": minute(at),
        "fxLink": "https://weather.invalid/yunzhou",
        **body,
        "refer": {"sources": ["模拟数据（虚构）"], "license": ["synthetic"]},
    }


def minute(moment: datetime) -> str:
    """2026-05-18T07:30+08:00: as QWeather writes it."""
    return moment.isoformat(timespec="minutes")
