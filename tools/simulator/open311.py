"""GeoReport v2 routes under /open311/v2."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from knowledge.city import CatalogueEntry
from tools.simulator.intake import REQUIRED, Refusal, read_moment, read_submission, units
from tools.simulator.lifecycle import TOKEN_DELAY, current, is_batch, registered
from tools.simulator.state import Stored
from tools.simulator.wire import Format, Record, listing, single, split_format
from tools.simulator.world import World

SPAN: Final = timedelta(days=90)
LIMIT: Final = 1000


def open311_routes(world: World) -> APIRouter:
    """Every path takes an ending .json or .xml; without one it answers JSON."""
    router = APIRouter(prefix="/open311/v2")

    @router.get("/services")
    @router.get("/services.{form}")
    async def services(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        form = _scope(request, world)
        return listing("services", [_service(e, world) for e in world.city.catalogue.values()], form)

    @router.get("/services/{name}")
    async def service(name: str, request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        form = _scope(request, world)
        code, _ = split_format(name)
        if code not in world.city.catalogue:
            raise Refusal(404, f"派单目录里没有 {code}")
        return single("service_definition", {"service_code": code, "attributes": _attributes(world)}, form)

    @router.post("/requests")
    @router.post("/requests.{form}")
    async def create(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        return await _create(request, world)

    @router.get("/requests")
    @router.get("/requests.{form}")
    async def requests(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        form = _scope(request, world)
        return listing("service_requests", [_request(s, world) for s in _found(request, world)], form)

    @router.get("/requests/{name}")
    async def one(name: str, request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        form = _scope(request, world)
        stored = _visible(world, split_format(name)[0])
        if stored is None:
            raise Refusal(404, f"没有编号为 {split_format(name)[0]} 的工单")
        return listing("service_requests", [_request(stored, world)], form)

    @router.get("/tokens/{name}")
    async def token(name: str, request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        form = _scope(request, world)
        value, _ = split_format(name)
        stored = world.store.find(value.removeprefix("T"))
        if stored is None or not value.startswith("T"):
            raise Refusal(404, f"没有令牌 {value}")
        ready = registered(stored, world.clock(), world.city)
        record = {"service_request_id": stored.request_id if ready else None, "token": value}
        return listing("service_requests", [record], form)

    return router


def wanted_format(request: Request) -> Format:
    return split_format(request.url.path)[1]


def _scope(request: Request, world: World) -> Format:
    """The answer's format, once the jurisdiction is ours. It may be left out: this server has only one."""
    _check_jurisdiction(request.query_params.get("jurisdiction_id"), world)
    return wanted_format(request)


def _check_jurisdiction(wanted: str | None, world: World) -> None:
    if wanted not in (None, "", world.jurisdiction):
        raise Refusal(404, f"没有辖区 {wanted}；本系统的辖区是 {world.jurisdiction}")


async def _create(request: Request, world: World) -> Response:
    async with request.form() as form:
        pairs = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    given = dict(pairs)
    _check_jurisdiction(given.get("jurisdiction_id"), world)
    if given.get("api_key") != world.api_key:
        raise Refusal(403, "缺少 api_key 或 api_key 无效")
    submission = read_submission(pairs, world.city)
    stored, replayed = world.store.add(submission, request.headers.get("idempotency-key"), world.clock())
    batch = is_batch(submission.service_code, world.city)
    record = {
        "token" if batch else "service_request_id": stored.token if batch else stored.request_id,
        "service_notice": f"约 {TOKEN_DELAY.seconds} 秒后凭令牌取工单编号" if batch else None,
        "account_id": None,
    }
    response = listing("service_requests", [record], wanted_format(request))
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _found(request: Request, world: World) -> Sequence[Stored]:
    """The query of GET /requests: ids override the rest; without dates the last 90 days; at most 1000."""
    query, now = request.query_params, world.clock()
    ids = _csv(query.get("service_request_id"))
    if ids:
        return [stored for stored in (_visible(world, i) for i in ids[:LIMIT]) if stored]
    start, end = _span(query.get("start_date"), query.get("end_date"), now)
    codes, statuses = _csv(query.get("service_code")), _csv(query.get("status"))
    unknown = set(statuses) - {"open", "closed"}
    if unknown:
        raise Refusal(400, f"status 只能是 open 或 closed，不能是 {'、'.join(sorted(unknown))}")
    hits = [
        stored
        for stored in world.store.between(start, end, -1)
        if registered(stored, now, world.city)
        and (not codes or stored.submission.service_code in codes)
        and (not statuses or _status(stored, world) in statuses)
    ]
    return hits[:LIMIT]


def _span(start: str | None, end: str | None, now: datetime) -> tuple[datetime, datetime]:
    first = read_moment(start, "start_date").astimezone(now.tzinfo) if start else None
    last = read_moment(end, "end_date").astimezone(now.tzinfo) if end else None
    if first is None:
        last = last or now
        return last - SPAN, last
    last = last or first + SPAN
    if last < first or last - first > SPAN:
        raise Refusal(400, f"start_date 到 end_date 须为 0 到 {SPAN.days} 天")
    return first, last


def _csv(value: str | None) -> list[str]:
    return [part.strip() for part in (value or "").split(",") if part.strip()]


def _visible(world: World, request_id: str) -> Stored | None:
    stored = world.store.find(request_id)
    return stored if stored and registered(stored, world.clock(), world.city) else None


def _status(stored: Stored, world: World) -> str:
    return "closed" if current(stored, world.clock(), world.city, world.habits).stage == "已办结" else "open"


def _service(entry: CatalogueEntry, world: World) -> Record:
    return {
        "service_code": entry.code,
        "service_name": entry.level3,
        "description": entry.description,
        "metadata": True,
        "type": "batch" if is_batch(entry.code, world.city) else "realtime",
        "keywords": ",".join(entry.example_cues),
        "group": f"{entry.level1}/{entry.level2}",
    }


def _attributes(world: World) -> list[Record]:
    """The hotline's own fields, the same for every service."""
    receivers = units(world.city)
    types = {t: t for t in world.city.ticket_types}
    asked: list[tuple[str, str, str, dict[str, str]]] = [
        ("ticket_id", "string", "热线工单编号", {}),
        ("ticket_type", "singlevaluelist", "工单类型", types),
        ("main_dept_id", "singlevaluelist", "主办单位", dict(receivers)),
        ("co_dept_ids", "multivaluelist", "协办单位", dict(receivers)),
        ("expected_datetime", "datetime", "办理时限", {}),
    ]
    return [
        {
            "variable": True,
            "code": code,
            "datatype": datatype,
            "required": code in REQUIRED,
            "datatype_description": None,
            "order": order,
            "description": description,
            "values": [{"key": key, "name": name} for key, name in values.items()],
        }
        for order, (code, datatype, description, values) in enumerate(asked, 1)
    ]


def _request(stored: Stored, world: World) -> Record:
    sent, step = stored.submission, current(stored, world.clock(), world.city, world.habits)
    return {
        "service_request_id": stored.request_id,
        "status": "closed" if step.stage == "已办结" else "open",
        "status_notes": step.text,
        "service_name": world.city.catalogue[sent.service_code].level3,
        "service_code": sent.service_code,
        "description": sent.description,
        "agency_responsible": units(world.city)[sent.first("main_dept_id") or ""],
        "service_notice": None,
        "requested_datetime": stored.received_at,
        "updated_datetime": step.at,
        "expected_datetime": sent.first("expected_datetime"),
        "address": sent.address,
        "address_id": sent.address_id,
        "zipcode": None,
        "lat": sent.lat,
        "long": sent.long,
        "media_url": sent.media_url,
    }
