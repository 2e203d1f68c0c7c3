"""The feeds of warnings, forecasts, reports, citizens' calls and the map, each as its provider serves it."""

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from tools.emergency.facts import CitizenSignal, DistrictReport, Finding, Forecast
from tools.simulator.emergency import openmeteo, qweather
from tools.simulator.emergency.cap import feed, find, listed, message
from tools.simulator.emergency.geojson import LAYERS
from tools.simulator.emergency.hourly import Hour, hours
from tools.simulator.emergency.qweather import Track
from tools.simulator.emergency.scene import Scene
from tools.simulator.emergency.told import dated, document, modified, moment
from tools.simulator.intake import Refusal

CAP_TYPE: Final = "application/cap+xml"
ATOM_TYPE: Final = "application/atom+xml"
SPANS: Final = {"24h": 24, "72h": 72, "168h": 168}


def feed_routes(scene: Scene) -> APIRouter:
    router = APIRouter()
    _alert_routes(router, scene)
    _forecast_routes(router, scene)
    _storm_routes(router, scene)
    _told_routes(router, scene)

    @router.get("/geo/{layer}.geojson")
    async def layer(layer: str) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        if layer not in LAYERS:
            raise Refusal(404, f"没有图层 {layer}；有 {'、'.join(LAYERS)}")
        body = {"type": "FeatureCollection", "features": LAYERS[layer](scene.city)}
        return JSONResponse(body, media_type="application/geo+json")

    return router


def _alert_routes(router: APIRouter, scene: Scene) -> None:
    city = scene.city

    @router.get("/cap/feed.atom")
    async def current(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        now = scene.now("alerts")
        alerts = scene.alerts(now)
        return document(
            feed(listed(alerts, now), alerts, city, now, _base(request), "feed.atom"), ATOM_TYPE, now
        )

    @router.get("/cap/archive.atom")
    async def archive(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        """RFC 5005: every message so far, ended ones too."""
        now = scene.now("alerts")
        alerts = scene.alerts(now)
        return document(feed(alerts, alerts, city, now, _base(request), "archive.atom"), ATOM_TYPE, now)

    @router.get("/cap/alerts/{name}.cap")
    async def alert(name: str) -> Response:  # pyright: ignore[reportUnusedFunction]
        now = scene.now("alerts")
        alerts = scene.alerts(now)
        found = find(name, alerts, city)
        if found is None:
            raise Refusal(404, f"没有预警 {name}")
        return document(message(found, alerts, city), CAP_TYPE, now)

    @router.get("/weatheralert/v1/current/{lat}/{lon}")
    async def at(lat: str, lon: str) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        now, point = scene.now("alerts"), _point(lat, lon)
        if point is None:
            title = f"{lat[:12]}/{lon[:12]} 不是纬度/经度"
            return JSONResponse({"error": {"status": 400, "title": title}}, status_code=400)
        district = city.shapes.district_at(*point)
        return dated(qweather.current_alerts(scene.alerts(now), district, city, now), now)


def _forecast_routes(router: APIRouter, scene: Scene) -> None:
    @router.get("/plan/forecasts")
    async def figures(since: str | None = None) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """The agreed figures of the forecast desk, issued at or after `since`."""
        now = scene.now("forecasts")
        told = scene.forecasts(moment(since, "since"), now)
        return dated([_figure(forecast) for forecast in told], now)

    @router.get("/v1/forecast")
    async def open_meteo(request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        started, now = time.perf_counter(), scene.now("forecasts")
        try:
            wanted = openmeteo.Wanted(request.query_params, now)
        except openmeteo.BadQuery as error:
            return JSONResponse({"error": True, "reason": str(error)}, status_code=400)
        told = _of_point(scene, wanted.lat, wanted.lon)
        found = hours(told, wanted.first - timedelta(hours=1), wanted.count + 1)
        return dated(openmeteo.answer(wanted, found, (time.perf_counter() - started) * 1000), now)

    @router.get("/v7/weather/{span}")
    async def hourly(span: str, location: str = "") -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """location is longitude,latitude, as QWeather wants it."""
        now, parts = scene.now("forecasts"), location.split(",")
        point = _point(parts[1], parts[0]) if len(parts) == 2 else None
        if span not in SPANS or point is None:
            return JSONResponse({"code": "400"}, status_code=400)
        next_hour = now.replace(minute=0, second=0, microsecond=0)
        found: list[Hour] = hours(_of_point(scene, *point), next_hour, SPANS[span] + 1)[1:]
        return dated(qweather.hourly(found, now), now)


def _storm_routes(router: APIRouter, scene: Scene) -> None:
    def track() -> Track:
        return Track.of(scene.player.state().name)

    @router.get("/v7/tropical/storm-list")
    async def storms() -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        now = scene.now("forecasts")
        return dated(track().list(now), now)

    @router.get("/v7/tropical/storm-track")
    async def passed(stormid: str = "") -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        now, storm = scene.now("forecasts"), track()
        return dated(storm.track(now) if stormid == storm.storm_id else {"code": "404"}, now)

    @router.get("/v7/tropical/storm-forecast")
    async def coming(stormid: str = "") -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        now, storm = scene.now("forecasts"), track()
        return dated(storm.forecast(now) if stormid == storm.storm_id else {"code": "404"}, now)


def _told_routes(router: APIRouter, scene: Scene) -> None:
    @router.get("/reports")
    async def reports(since: str | None = None) -> Response:  # pyright: ignore[reportUnusedFunction]
        """One JSON object a line, stamped at or after `since`."""
        now = scene.now("reports")
        told = scene.reports(moment(since, "since"), now)
        lines = "".join(json.dumps(_report(fact), ensure_ascii=False) + "\n" for fact in told)
        return Response(lines, media_type="application/x-ndjson", headers=modified(now))

    @router.get("/citizens")
    async def citizens(since: str | None = None) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        now = scene.now("citizens")
        return dated([_citizen(fact) for fact in scene.citizens(moment(since, "since"), now)], now)


def _figure(forecast: Forecast) -> dict[str, object]:
    return forecast.model_dump(mode="json", exclude={"fact", "provenance"})


def _report(fact: DistrictReport | Finding) -> dict[str, object]:
    """As a scenario's reports.jsonl writes it."""
    body = fact.model_dump(mode="json", exclude={"fact", "provenance", "report_id", "district_code"})
    district = {"district": fact.district_code} if isinstance(fact, DistrictReport) else {}
    return {"id": fact.report_id, "kind": fact.fact, **district, **body}


def _citizen(fact: CitizenSignal) -> dict[str, object]:
    body = fact.model_dump(mode="json", exclude={"fact", "provenance", "signal_id", "category_code"})
    return {"id": fact.signal_id, **body, "catalogue_code": fact.category_code}


def _of_point(scene: Scene, lat: float, lon: float) -> Sequence[Forecast]:
    """Forecasts of the district that holds a point, oldest issue first."""
    district = scene.city.shapes.district_at(lat, lon)
    told = scene.forecasts(None, scene.now("forecasts"))
    return [forecast for forecast in told if district and forecast.district_code == district]


def _point(lat: str, lon: str) -> tuple[float, float] | None:
    try:
        point = float(lat), float(lon)
    except ValueError:
        return None
    return point if -90 <= point[0] <= 90 and -180 <= point[1] <= 180 else None


def _base(request: Request) -> str:
    return f"{request.base_url}".rstrip("/")
