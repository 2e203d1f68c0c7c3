"""What the city accepts as a new request, and how it says no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from knowledge.city import City
from tools.ticket import clean_text

DESCRIPTION_MAX: Final = 4000
REQUIRED: Final = ("ticket_id", "ticket_type", "main_dept_id")


class Refusal(Exception):
    """Answered as an Open311 error body: HTTP `status` and a Chinese description."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


@dataclass(frozen=True)
class Submission:
    """One valid POST /requests. attributes: code to its values, in the order sent."""

    service_code: str
    description: str
    address: str | None = None
    address_id: str | None = None
    lat: float | None = None
    long: float | None = None
    name: str | None = None
    phone: str | None = None
    media_url: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def first(self, code: str) -> str | None:
        return next(iter(self.attributes.get(code, ())), None)


def read_submission(pairs: Iterable[tuple[str, str]], city: City) -> Submission:
    """Check the form of POST /requests against GeoReport v2 and the city's own attributes; raises Refusal."""
    plain: dict[str, str] = {}
    attributes: dict[str, tuple[str, ...]] = {}
    for key, raw in pairs:
        value = clean_text(raw)[0].strip()
        if key.startswith("attribute[") and value:
            code = key.removeprefix("attribute[").removesuffix("[]").removesuffix("]")
            attributes[code] = (*attributes.get(code, ()), value)
        elif value:
            plain[key] = value
    code = plain.get("service_code")
    if code is None:
        raise Refusal(400, "没有给出 service_code")
    if code not in city.catalogue:
        raise Refusal(400, f"派单目录里没有 {code}")
    lat, long = _coordinates(plain)
    if lat is None and not (plain.get("address_string") or plain.get("address_id")):
        raise Refusal(400, "没有地点：请给出 lat 和 long、address_string 或 address_id")
    description = plain.get("description", "")
    if len(description) > DESCRIPTION_MAX:
        raise Refusal(400, f"description 有 {len(description)} 字，超过 {DESCRIPTION_MAX} 字")
    _check_attributes(attributes, city)
    return Submission(
        service_code=code,
        description=description,
        address=plain.get("address_string"),
        address_id=plain.get("address_id"),
        lat=lat,
        long=long,
        name=" ".join(filter(None, (plain.get("first_name"), plain.get("last_name")))) or None,
        phone=plain.get("phone"),
        media_url=plain.get("media_url"),
        attributes=attributes,
    )


def _coordinates(plain: Mapping[str, str]) -> tuple[float, float] | tuple[None, None]:
    if "lat" not in plain and "long" not in plain:
        return None, None
    try:
        lat, long = float(plain["lat"]), float(plain["long"])
    except (KeyError, ValueError) as error:
        raise Refusal(400, "lat 与 long 必须同时给出且为数字") from error
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise Refusal(400, "lat 或 long 超出范围（lat 在 -90 到 90，long 在 -180 到 180）")
    return lat, long


def _check_attributes(attributes: Mapping[str, tuple[str, ...]], city: City) -> None:
    for code in REQUIRED:
        if code not in attributes:
            raise Refusal(400, f"缺少必填项 attribute[{code}]")
    for code, known in (("ticket_type", set(city.ticket_types)), ("main_dept_id", set(units(city)))):
        if len(attributes[code]) != 1 or attributes[code][0] not in known:
            raise Refusal(400, f"attribute[{code}] 的值“{'、'.join(attributes[code])}”不在可选范围内")
    unknown = [unit for unit in attributes.get("co_dept_ids", ()) if unit not in units(city)]
    if unknown:
        raise Refusal(400, f"attribute[co_dept_ids] 里有不接单的单位：{'、'.join(unknown)}")
    due = attributes.get("expected_datetime", ())
    if due:
        read_moment(due[0], "attribute[expected_datetime]")


def units(city: City) -> Mapping[str, str]:
    """Departments an order may go to: id to name."""
    return {d.dept_id: d.name for d in city.departments.values() if d.accepts_directly}


def read_moment(text: str, where: str) -> datetime:
    """An aware W3C datetime, or Refusal. A '+' that a query string turned into a blank is put back."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise Refusal(400, f"{where} 的“{text[:40]}”不是 W3C 时间，例 2026-05-17T14:30:00+08:00") from error
    if moment.tzinfo is None:
        raise Refusal(400, f"{where} 的“{text[:40]}”没有时区")
    return moment
