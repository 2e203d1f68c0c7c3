"""Warnings as the met office publishes them: CAP 1.2 messages and the Atom feed that lists them.

Positions in CAP are latitude first, unlike GeoJSON. The namespace, the element order and the time format are
those of the OASIS schema. The issuer is as fictional as the city; its messages say Actual because it plays one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from knowledge.city import City
from knowledge.city.shapes import Ring
from tools.emergency.facts import WeatherAlert
from tools.simulator.emergency.scene import in_force

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
ATOM: Final = "http://www.w3.org/2005/Atom"
SENDER: Final = "qixiangtai@yunzhou.invalid"
CANCEL_SHOWN: Final = timedelta(hours=6)  # how long a cancellation stays in the feed
SEVERITY: Final = {"蓝": "Minor", "黄": "Moderate", "橙": "Severe", "红": "Extreme", "白": "Unknown"}
MESSAGE: Final = {"issue": "Alert", "update": "Update", "cancel": "Cancel"}
VERB: Final = {"issue": "发布", "update": "更新", "cancel": "解除"}
GEOLOGY: Final = "地质灾害"


def identifiers(alerts: Sequence[WeatherAlert], city: City) -> dict[str, str]:
    """CAP identifier by alert id. In the shape of the national profile (region, sender, time, number); the region
    code is fictional. The number counts the scenario's messages, so that two of one second differ.
    """
    return {
        alert.alert_id: f"{city.info.code}0010100_{alert.issued_at:%Y%m%d%H%M%S}_{number:04d}"
        for number, alert in enumerate(alerts, 1)
    }


def headline(alert: WeatherAlert) -> str:
    return alert.headline or f"{alert.issuer}{VERB[alert.event]}{alert.type}{alert.colour}色预警信号"


def listed(alerts: Sequence[WeatherAlert], now: datetime) -> list[WeatherAlert]:
    """What a feed shows: signals in force, and cancellations of the last hours. Newest first."""
    holding = {alert.alert_id for alert in in_force(list(alerts), now)}
    shown = [
        alert
        for alert in alerts
        if alert.alert_id in holding or (alert.event == "cancel" and now - alert.issued_at < CANCEL_SHOWN)
    ]
    return sorted(shown, key=lambda alert: alert.issued_at, reverse=True)


def message(alert: WeatherAlert, alerts: Sequence[WeatherAlert], city: City) -> bytes:
    """One CAP 1.2 document. `alerts` are all known ones, for the references of an update or a cancellation."""
    root, names = Element("alert", {"xmlns": CAP}), identifiers(alerts, city)
    _texts(
        root,
        ("identifier", names[alert.alert_id]),
        ("sender", SENDER),
        ("sent", _time(alert.issued_at)),
        ("status", "Actual"),
        ("msgType", MESSAGE[alert.event]),
        ("source", f"{alert.issuer}（虚构）"),
        ("scope", "Public"),
        ("references", _references(alert, alerts, names)),
    )
    _info(SubElement(root, "info"), alert, city)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def feed(
    shown: Sequence[WeatherAlert],
    alerts: Sequence[WeatherAlert],
    city: City,
    now: datetime,
    base: str,
    name: str,
) -> bytes:
    """An Atom feed of `shown`, made at `now`. base: the simulator's address; name: the feed's file."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    _texts(
        root,
        ("id", f"{base}/cap/{name}"),
        ("title", f"{city.name}气象灾害预警（模拟）"),
        ("updated", _time(now)),
    )
    _texts(SubElement(root, "author"), ("name", f"{city.name}气象台（虚构）"))
    SubElement(root, "link", {"rel": "self", "href": f"{base}/cap/{name}"})
    if name != "archive.atom":
        SubElement(root, "link", {"rel": "prev-archive", "href": f"{base}/cap/archive.atom"})
    names = identifiers(alerts, city)
    for alert in shown:
        _entry(SubElement(root, "entry"), alert, names[alert.alert_id], base)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(entry: Element, alert: WeatherAlert, name: str, base: str) -> None:
    link = f"{base}/cap/alerts/{name}.cap"
    _texts(
        entry,
        ("id", link),
        ("title", headline(alert)),
        ("updated", _time(alert.issued_at)),
        ("published", _time(alert.issued_at)),
        ("summary", alert.text),
    )
    SubElement(entry, "link", {"rel": "alternate", "type": "application/cap+xml", "href": link})


def _info(info: Element, alert: WeatherAlert, city: City) -> None:
    over = alert.event == "cancel"
    _texts(
        info,
        ("language", "zh-CN"),
        ("category", "Geo" if alert.type.startswith(GEOLOGY) else "Met"),
        ("event", f"{alert.type}{alert.colour}色预警"),
        ("responseType", "AllClear" if over else "Prepare"),
        ("urgency", "Past" if over else "Expected"),
        ("severity", SEVERITY[alert.colour]),
        ("certainty", "Likely"),
        ("effective", _time(alert.effective_from)),
        ("expires", _time(alert.expires_at) if alert.expires_at else ""),
        ("senderName", alert.issuer),
        ("headline", headline(alert)),
        ("description", alert.text),
    )
    for name, value in (("signalType", alert.type), ("colour", alert.colour)):
        _texts(SubElement(info, "parameter"), ("valueName", name), ("value", value))
    districts = {district.code: district.name for district in city.districts.values()}
    for code in alert.districts:
        area = SubElement(info, "area")
        _texts(area, ("areaDesc", districts.get(code, code)))
        if code in city.shapes.districts:
            _texts(area, ("polygon", _polygon(city.shapes.districts[code])))
        _texts(SubElement(area, "geocode"), ("valueName", "district"), ("value", code))


def _references(alert: WeatherAlert, alerts: Sequence[WeatherAlert], names: Mapping[str, str]) -> str:
    """sender,identifier,sent of each message that this one ends, a blank between two."""
    ended = (other for other in alerts if other.alert_id in alert.supersedes)
    return " ".join(f"{SENDER},{names[other.alert_id]},{_time(other.issued_at)}" for other in ended)


def _polygon(ring: Ring) -> str:
    return " ".join(f"{lat},{lon}" for lon, lat in ring)


def _texts(parent: Element, *named: tuple[str, str]) -> None:
    """Children in order; empty ones are left out."""
    for name, text in named:
        if text:
            SubElement(parent, name).text = text


def _time(moment: datetime) -> str:
    """CAP wants whole seconds and a numeric zone."""
    return moment.replace(microsecond=0).isoformat()


def find(name: str, alerts: Sequence[WeatherAlert], city: City) -> WeatherAlert | None:
    """The alert with this CAP identifier."""
    names = identifiers(alerts, city)
    return next((alert for alert in alerts if names[alert.alert_id] == name), None)
