"""One CAP message (OASIS Common Alerting Protocol 1.1 and 1.2) out of its XML, in whatever encoding it came.

CAP writes positions as "lat,lon"; they leave here as lon,lat. XML is read without entities, DTDs or network.
Signatures are seen, not verified: no public key of the issuer is at hand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from shapely import Polygon

from tools.emergency.feed import Faults, read_time, shown
from tools.emergency.xml import Element, children, document, name_of, own_text, text_of

NAMESPACES: Final = {
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
}
SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"
STATUSES: Final = frozenset({"Actual", "Exercise", "System", "Test", "Draft"})
MESSAGE_TYPES: Final = frozenset({"Alert", "Update", "Cancel", "Ack", "Error"})
SCOPES: Final = frozenset({"Public", "Restricted", "Private"})
GRADES: Final = {
    "urgency": frozenset({"Immediate", "Expected", "Future", "Past", "Unknown"}),
    "severity": frozenset({"Extreme", "Severe", "Moderate", "Minor", "Unknown"}),
    "certainty": frozenset({"Observed", "Likely", "Possible", "Unlikely", "Unknown"}),
}
_FORBIDDEN: Final = re.compile(r"[\s,<&]")
_ASK: Final = "请发布单位更正"

Position = tuple[float, float]
"""Longitude, latitude."""


@dataclass(frozen=True)
class CapArea:
    """Closed rings; circles as lon, lat, radius in km; geocodes as (system, value)."""

    description: str
    rings: tuple[tuple[Position, ...], ...]
    circles: tuple[tuple[float, float, float], ...]
    geocodes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CapInfo:
    """One info block; codes and parameters as (name, value)."""

    language: str
    event: str
    severity: str
    codes: tuple[tuple[str, str], ...]
    effective: datetime | None
    expires: datetime | None
    sender_name: str
    headline: str
    description: str
    parameters: tuple[tuple[str, str], ...]
    areas: tuple[CapArea, ...]


@dataclass(frozen=True)
class CapMessage:
    """`references`: identifiers that this message updates, cancels or answers. `notes`: what was odd, in Chinese."""

    version: str
    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    note: str
    references: tuple[str, ...]
    infos: tuple[CapInfo, ...]
    notes: tuple[str, ...]


def parse_cap(data: bytes, zone: tzinfo, reference: str, faults: Faults) -> CapMessage:
    """A CAP document. Raises ValueError naming what makes it unusable; lesser faults go to `faults`."""
    root, encoding = document(data)
    namespace, name = name_of(root)
    version = NAMESPACES.get(namespace)
    if name != "alert" or version is None:
        raise ValueError(f"不是 CAP 1.1 或 1.2 的 alert（{shown(root.tag)}）")
    _require(root)
    reader = _InfoReader(zone, reference, faults)
    sent, no_zone = read_time(text_of(root, "sent"), zone)
    signed = "带电子签名，未验签" if root.find(SIGNATURE) is not None else ""
    return CapMessage(
        version=version,
        identifier=text_of(root, "identifier"),
        sender=text_of(root, "sender"),
        sent=sent,
        status=text_of(root, "status"),
        message_type=text_of(root, "msgType"),
        note=text_of(root, "note"),
        references=tuple(_references(root, reference, faults)),
        infos=tuple(reader.info(info) for info in children(root, "info")),
        notes=tuple(note for note in (encoding, no_zone, signed) if note),
    )


def _require(root: Element) -> None:
    """Raises ValueError with everything that keeps the message from being used."""
    wrong: list[str] = []
    for name in ("identifier", "sender"):
        text = text_of(root, name)
        if not text:
            wrong.append(f"缺 {name}")
        elif _FORBIDDEN.search(text):
            wrong.append(f"{name} 含空格、逗号等不允许的字符（{shown(text)}）")
    if not text_of(root, "sent"):
        wrong.append("缺 sent")
    for name, allowed in (("status", STATUSES), ("msgType", MESSAGE_TYPES), ("scope", SCOPES)):
        text = text_of(root, name)
        if text not in allowed:
            wrong.append(f"{name} 为 {shown(text)}，不在允许的取值里" if text else f"缺 {name}")
    if wrong:
        raise ValueError("；".join(wrong))


def _references(root: Element, reference: str, faults: Faults) -> Iterator[str]:
    """Identifiers out of "sender,identifier,sent" triples."""
    found = children(root, "references")
    if found and not text_of(root, "references"):
        faults.add(reference, "references", "为空", f"没有引用时应不写；{_ASK}")
    for triple in text_of(root, "references").split():
        parts = triple.split(",")
        if len(parts) == 3 and parts[1]:
            yield parts[1]
        else:
            what = f"{shown(triple)} 不是“发送方,编号,时间”"
            faults.add(reference, "references", what, f"{_ASK}；引用的信号可能没有随之失效，请人工核对")


@dataclass(frozen=True)
class _InfoReader:
    """Reads the info blocks of one message."""

    zone: tzinfo
    reference: str
    faults: Faults

    def info(self, info: Element) -> CapInfo:
        for name, allowed in GRADES.items():
            if (text := text_of(info, name)) not in allowed:
                self._odd(name, f"为“{shown(text)}”，不在允许的取值里")
        if not text_of(info, "event"):
            self._odd("event", "为空")
        effective, expires = self._time(info, "effective"), self._time(info, "expires")
        if effective and expires and expires < effective:
            self._odd("expires", "早于 effective")
        return CapInfo(
            language=text_of(info, "language") or "en-US",
            event=text_of(info, "event"),
            severity=text_of(info, "severity"),
            codes=tuple(_pairs(info, "eventCode")),
            effective=effective,
            expires=expires,
            sender_name=text_of(info, "senderName"),
            headline=text_of(info, "headline"),
            description=text_of(info, "description"),
            parameters=tuple(_pairs(info, "parameter")),
            areas=tuple(self._area(area) for area in children(info, "area")),
        )

    def _time(self, info: Element, name: str) -> datetime | None:
        if not (text := text_of(info, name)):
            return None
        try:
            moment, no_zone = read_time(text, self.zone)
        except ValueError:
            self._odd(name, f"{shown(text)} 不是时间")
            return None
        if no_zone:
            self._odd(name, no_zone)
        return moment

    def _area(self, area: Element) -> CapArea:
        return CapArea(
            description=text_of(area, "areaDesc"),
            rings=tuple(ring for element in children(area, "polygon") if (ring := self._ring(element))),
            circles=tuple(found for element in children(area, "circle") if (found := self._circle(element))),
            geocodes=tuple(_pairs(area, "geocode")),
        )

    def _ring(self, element: Element) -> tuple[Position, ...]:
        """A closed ring; an open one is closed, one that can't be read is left out, both with a fault."""
        text = own_text(element)
        try:
            ring = [_position(pair) for pair in text.split()]
        except ValueError:
            self._odd("polygon", f"{shown(text)} 不是“纬度,经度”的序列")
            return ()
        if len(ring) < 3:
            self._odd("polygon", f"只有 {len(ring)} 个点，围不成面")
            return ()
        if ring[0] != ring[-1]:
            self._odd("polygon", "首尾不相接，已补上末点")
            ring.append(ring[0])
        if len(ring) < 4 or not Polygon(ring).is_valid:
            self._odd("polygon", "自相交或围不成面，区县按区划代码或名称认定")
            return ()
        return tuple(ring)

    def _circle(self, element: Element) -> tuple[float, float, float] | None:
        text = own_text(element)
        try:
            centre, radius = text.split()
            lon, lat = _position(centre)
            return lon, lat, abs(float(radius))
        except ValueError:
            self._odd("circle", f"{shown(text)} 不是“纬度,经度 半径”")
            return None

    def _odd(self, where: str, what: str) -> None:
        self.faults.add(self.reference, where, what, f"{_ASK}；预警照常保留")


def _position(pair: str) -> Position:
    lat, lon = map(float, pair.split(","))
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(pair)
    return lon, lat


def _pairs(parent: Element, name: str) -> Iterator[tuple[str, str]]:
    for element in children(parent, name):
        if value := text_of(element, "value"):
            yield text_of(element, "valueName"), value
