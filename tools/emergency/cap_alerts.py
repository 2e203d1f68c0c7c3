"""What a CAP message means for this city: the warning signals in it, with type, colour and districts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from shapely import unary_union
from shapely.geometry.base import BaseGeometry

from knowledge.city.weather import Colour
from tools.emergency.cap import CapArea, CapInfo, CapMessage
from tools.emergency.facts import WeatherAlert
from tools.emergency.feed import Faults, provenance, shown
from tools.emergency.ground import Ground, area_of, circle
from tools.emergency.signals import SEVERITY_COLOURS, colour_in, colour_named, signal_type

EVENTS: Final[dict[str, Literal["issue", "update", "cancel"]]] = {
    "Alert": "issue",
    "Update": "update",
    "Cancel": "cancel",
}
TYPE_PARAMETERS: Final = frozenset({"signaltype", "eventtype", "预警类型", "信号类型"})
COLOUR_PARAMETERS: Final = frozenset({"colour", "color", "signalcolour", "signalcolor", "颜色", "预警颜色"})
DISTRICT_CODES: Final = frozenset({"district", "adcode", "gb/t 2260", "gb/t2260", "行政区划", "行政区划代码"})
"""Systems of geocodes in which a code that isn't ours surely means another place."""
_REMEMBERED: Final = 20_000


@dataclass(frozen=True)
class _Where:
    """Districts of an info block; () with `elsewhere` is an area known to lie outside the city."""

    districts: tuple[str, ...]
    elsewhere: bool = False
    note: str = ""


class CapAlerts:
    """Turns messages into alerts. Remembers what it made, for cancels that say no more than what they cancel."""

    def __init__(self, ground: Ground, types: Sequence[str], statuses: frozenset[str]) -> None:
        """types: names of this city's signals. statuses: those taken seriously, `Actual` as a rule."""
        self._ground = ground
        self._types = tuple(types)
        self._statuses = statuses
        self._made: dict[str, tuple[WeatherAlert, ...]] = {}

    def alerts(
        self, message: CapMessage, reference: str, fetched_at: datetime, faults: Faults
    ) -> tuple[WeatherAlert, ...]:
        """One alert per info block of the preferred language (several hazards or colours in one message).

        () for exercises, acknowledgements, error messages and areas outside the city.
        """
        if message.status not in self._statuses:
            return ()
        if message.message_type == "Error":
            what = f"发布方报告差错：{shown(message.note)}；涉及 {', '.join(message.references) or '未说明'}"
            faults.add(reference, "msgType", what, "请向发布单位核实所涉信号是否有效")
        if message.message_type not in EVENTS:
            return ()
        infos = _preferred(message.infos)
        if not infos:
            made = self._bare_cancel(message, reference, fetched_at, faults)
        else:
            found = (self._alert(message, info, reference, fetched_at, faults) for info in infos)
            made = _numbered([alert for alert in found if alert])
        self._remember(message.identifier, made)
        return made

    def _alert(
        self, message: CapMessage, info: CapInfo, reference: str, fetched_at: datetime, faults: Faults
    ) -> WeatherAlert | None:
        where = self._where(info.areas, reference, faults)
        if where.elsewhere:
            return None
        colour, colour_note = _colour(info)
        if colour is None and message.message_type != "Cancel":
            what = f"看不出颜色等级：{shown(info.headline or info.event)}"
            faults.add(reference, "colour", what, "未计入启动条件，请人工核对这一预警")
            return None
        expired = "收到时已过有效期" if info.expires and info.expires <= fetched_at else ""
        notes = (*message.notes, colour_note, where.note, expired)
        return WeatherAlert(
            alert_id=message.identifier,
            event=EVENTS[message.message_type],
            type=self._type(info),
            colour=colour or "白",
            districts=where.districts,
            issued_at=message.sent,
            effective_from=info.effective or message.sent,
            expires_at=info.expires,
            supersedes=self._superseded(message),
            issuer=info.sender_name or message.sender,
            headline=info.headline,
            text=info.description,
            provenance=provenance("alerts", reference, fetched_at, notes),
        )

    def _type(self, info: CapInfo) -> str:
        named = [value for name, value in info.parameters if name.strip().lower() in TYPE_PARAMETERS]
        codes = [value for _, value in info.codes]
        return signal_type([*named, info.event, info.headline], codes, self._types) or "未说明"

    def _superseded(self, message: CapMessage) -> tuple[str, ...]:
        """Ids of all alerts that were made from the messages referred to."""
        return tuple(
            alert_id
            for identifier in message.references
            for alert_id in dict.fromkeys((identifier, *(a.alert_id for a in self._made.get(identifier, ()))))
        )

    def _bare_cancel(
        self, message: CapMessage, reference: str, fetched_at: datetime, faults: Faults
    ) -> tuple[WeatherAlert, ...]:
        """A cancel without info speaks of what it refers to; any other message without info says nothing."""
        if message.message_type != "Cancel" or not message.references:
            faults.add(reference, "info", "没有 info 段，不知所指", "请发布单位补发完整的消息")
            return ()
        before = next((self._made[i][0] for i in message.references if self._made.get(i)), None)
        unseen = "" if before else "所取消的信号未曾收到"
        return (
            WeatherAlert(
                alert_id=message.identifier,
                event="cancel",
                type=before.type if before else "未说明",
                colour=before.colour if before else "白",
                districts=before.districts if before else tuple(self._ground.names),
                issued_at=message.sent,
                effective_from=message.sent,
                supersedes=self._superseded(message),
                issuer=before.issuer if before else message.sender,
                provenance=provenance("alerts", reference, fetched_at, (*message.notes, unseen)),
            ),
        )

    def _where(self, areas: Sequence[CapArea], reference: str, faults: Faults) -> _Where:
        """By geocode, else by outline, else by name, else the whole city with a fault."""
        places = [self._place(area, reference, faults) for area in areas]
        districts = tuple(dict.fromkeys(code for place in places if place for code in place))
        if districts:
            return _Where(districts)
        if places and all(place == () for place in places):
            return _Where((), elsewhere=True)
        names = "、".join(shown(area.description) for area in areas) or "没有写"
        what = f"认不出所指区县（{names}），暂按全市计"
        faults.add(reference, "area", what, "请人工核对影响范围")
        return _Where(tuple(self._ground.names), note=what)

    def _place(self, area: CapArea, reference: str, faults: Faults) -> tuple[str, ...] | None:
        """Districts of one area; () when it surely lies elsewhere; None when nothing tells."""
        coded = tuple(dict.fromkeys(self._coded(area)))
        if coded:
            return coded
        if any(name.strip().lower() in DISTRICT_CODES for name, _ in area.geocodes):
            return ()
        if shape := self._shape(area, reference, faults):
            return self._ground.districts_in(shape)
        return self._ground.districts_named(area.description) or None

    def _coded(self, area: CapArea) -> Iterator[str]:
        for _, value in area.geocodes:
            for word in value.split():
                yield from self._ground.districts_coded(word) or ()

    def _shape(self, area: CapArea, reference: str, faults: Faults) -> BaseGeometry | None:
        """The area's outline, or None without one."""
        points = [*(point for ring in area.rings for point in ring), *((x, y) for x, y, _ in area.circles)]
        if not points or not self._ground.outlines:
            return None
        turned = all(self._ground.swapped(lon, lat) for lon, lat in points)
        if turned:
            what = "经纬度写反（CAP 应为“纬度,经度”），已按本市范围对调"
            faults.add(reference, "polygon", what, "请发布单位更正")
        rings = [[(y, x) if turned else (x, y) for x, y in ring] for ring in area.rings]
        discs = [circle(*((y, x) if turned else (x, y)), radius) for x, y, radius in area.circles]
        return unary_union([area_of(rings), *discs])

    def _remember(self, identifier: str, made: tuple[WeatherAlert, ...]) -> None:
        self._made[identifier] = made
        if len(self._made) > _REMEMBERED:
            del self._made[next(iter(self._made))]


def _preferred(infos: Sequence[CapInfo]) -> list[CapInfo]:
    """The blocks in Chinese, else those in the first block's language: translations say the same again."""
    chinese = [info for info in infos if info.language.lower().startswith("zh")]
    return chinese or [info for info in infos if info.language == infos[0].language]


def _numbered(alerts: list[WeatherAlert]) -> tuple[WeatherAlert, ...]:
    """The first keeps the message's identifier, further ones get #2, #3 …"""
    return tuple(
        alert if number == 1 else alert.model_copy(update={"alert_id": f"{alert.alert_id}#{number}"})
        for number, alert in enumerate(alerts, 1)
    )


def _colour(info: CapInfo) -> tuple[Colour | None, str]:
    """The colour and a note: from its parameter, else from the words, else (marked) from the severity."""
    stated: Colour | None = next(
        (
            colour
            for name, value in info.parameters
            if name.strip().lower() in COLOUR_PARAMETERS and (colour := colour_named(value))
        ),
        None,
    )
    worded = colour_in(info.event) or colour_in(info.headline)
    if stated:
        differ = worded is not None and worded != stated
        return (stated, f"参数写{stated}色，标题写{worded}色，按参数计" if differ else "")
    if worded:
        return worded, ""
    graded = SEVERITY_COLOURS.get(info.severity.lower())
    return graded, f"未写颜色，按严重程度 {info.severity} 推定为{graded}色" if graded else ""
