"""How everything stands: for the page, for a load balancer, for Prometheus."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from serving import VERSION
from serving.api.services import Use
from serving.store.tables import Json

router = APIRouter(tags=["状态"])
outside = APIRouter(tags=["状态"])


@router.get("/health")
async def health(use: Use) -> Json:
    model = await use.model.health()
    named = model.state in ("ready", "failing")
    return {
        "app": "ready",
        "model": {"state": model.state, "name": use.model.name if named else None, "detail": model.detail},
        "knowledge": await use.library.status(),
        "city_api": {"state": use.watch.state, "detail": use.watch.detail},
        "city": use.city.name,
        "version": VERSION,
    }


@outside.get("/readyz", response_class=PlainTextResponse)
async def readyz() -> str:
    """Reached only once the application is loaded."""
    return "ok\n"


@outside.get("/metrics", response_class=PlainTextResponse)
async def metrics(use: Use) -> PlainTextResponse:
    async with use.database.read() as session:
        return PlainTextResponse(await use.metrics.text(session), media_type=CONTENT_TYPE_LATEST)
