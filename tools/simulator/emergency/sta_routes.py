"""/sta/v1.1: SensorThings over HTTP, with paging by nextLink."""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from tools.simulator.emergency.odata import BadOData, Entity, Query, read_query, value_of
from tools.simulator.emergency.scene import Scene
from tools.simulator.emergency.sensorthings import COLLECTIONS, Gauges, station_units
from tools.simulator.emergency.told import dated, moment

Key = tuple[str, str | None, str | None, datetime]
"""Path, $filter, $orderby, and the moment of the listing."""

ROOT: Final = "/sta/v1.1"
SEGMENT: Final = re.compile(r"(\w+)(?:\((\d+)\))?")
INTERNAL: Final = ("@iot.kind", "@iot.stream")
AS_OF: Final = "asof"  # in a nextLink: all pages are of one moment


def sta_routes(scene: Scene) -> APIRouter:
    router = APIRouter()
    units = station_units(scene.city.weather.stations.values())
    last = Cursor()

    @router.get(ROOT)
    async def collections(request: Request) -> dict[str, object]:  # pyright: ignore[reportUnusedFunction]
        base = f"{request.base_url}".rstrip("/") + ROOT
        return {"value": [{"name": name, "url": f"{base}/{name}"} for name in COLLECTIONS]}

    @router.get(ROOT + "/{path:path}")
    async def entities(path: str, request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        now = moment(request.query_params.get(AS_OF), AS_OF) or scene.now("observations")
        gauges = Gauges(scene, units, now, f"{request.base_url}".rstrip("/") + ROOT)
        try:
            query = read_query(dict(request.query_params))
            key = (path, request.query_params.get("$filter"), request.query_params.get("$orderby"), now)
            if not query.skip or (chosen := last.of(key)) is None:
                found = _walk(gauges, path, query)
                if isinstance(found, dict):
                    return dated(_shown(found, query, gauges), now)
                chosen = None if found is None else last.put(key, _chosen(found, query, gauges))
            if chosen is not None:
                return dated(_page(chosen, query, gauges, request, now), now)
        except BadOData as error:
            return JSONResponse({"code": 400, "type": "error", "message": str(error)}, status_code=400)
        return JSONResponse({"code": 404, "type": "error", "message": f"没有 {path}"}, status_code=404)

    return router


class Cursor:
    """What the last listing found, so that its later pages need not search again."""

    def __init__(self) -> None:
        self._key: Key | None = None
        self._chosen: list[Entity] = []

    def of(self, key: Key) -> list[Entity] | None:
        return self._chosen if key == self._key else None

    def put(self, key: Key, chosen: list[Entity]) -> list[Entity]:
        self._key, self._chosen = key, chosen
        return chosen


def _walk(gauges: Gauges, path: str, query: Query) -> Any:
    """`Things(1)/Datastreams`, `Datastreams(3)/Thing` …: a list of entities, one, or None."""
    found: Any = None
    parts = path.strip("/").split("/")
    for index, part in enumerate(parts):
        match = SEGMENT.fullmatch(part)
        if match is None or (index == 0 and match[1] not in COLLECTIONS):
            return None
        name, number = match.groups()
        if index:
            found = gauges.follow(found, name, query) if isinstance(found, dict) else None
            if number is not None:
                found = next((e for e in found or () if e["@iot.id"] == int(number)), None)
        else:
            found = gauges.one(name, int(number)) if number else gauges.collection(name, query)
    return found


def _page(
    chosen: list[Entity], query: Query, gauges: Gauges, request: Request, now: datetime
) -> dict[str, object]:
    shown = chosen[query.skip : query.skip + query.top]
    body: dict[str, object] = {}
    if query.count:
        body["@iot.count"] = len(chosen)
    if query.skip + len(shown) < len(chosen):
        options = dict(request.query_params) | {
            "$skip": str(query.skip + len(shown)),
            "$top": str(query.top),
            AS_OF: now.isoformat(),
        }
        body["@iot.nextLink"] = f"{request.url.replace(query='')}".rstrip("?") + "?" + urlencode(options)
    return body | {"value": [_shown(entity, query, gauges) for entity in shown]}


def _chosen(found: Iterable[Entity], query: Query, gauges: Gauges) -> list[Entity]:
    test = query.test
    chosen = [entity for entity in found if test is None or test(entity, gauges.follow)]
    for path, down in reversed(query.order):

        def key(entity: Entity, path: str = path) -> tuple[bool, Any]:
            value = value_of(entity, path, gauges.follow)
            return value is None, value if value is not None else 0

        chosen.sort(key=key, reverse=down)
    return chosen


def _shown(entity: Entity, query: Query, gauges: Gauges) -> Entity:
    """With what $expand adds and without what $select leaves out."""
    shown = {
        name: value
        for name, value in entity.items()
        if name not in INTERNAL and (not query.select or name in query.select or _selected(name, query))
    }
    for expansion in query.expand:
        below, inner = gauges.follow(entity, expansion.name, expansion.query), expansion.query
        if below is None:
            raise BadOData(f"没有可展开的 {expansion.name}")
        if isinstance(below, dict):
            shown[expansion.name] = _shown(below, inner, gauges)
        else:
            page = islice(_chosen(below, inner, gauges), inner.skip, inner.skip + inner.top)
            shown[expansion.name] = [_shown(item, inner, gauges) for item in page]
        shown.pop(f"{expansion.name}@iot.navigationLink", None)
    return shown


def _selected(name: str, query: Query) -> bool:
    return name == "@iot.id" and "id" in query.select
