"""Wiring of the simulated city."""

from fastapi import FastAPI, Request, Response

from tools.simulator.callers import caller_routes
from tools.simulator.control import control_routes
from tools.simulator.emergency.call_routes import call_routes
from tools.simulator.emergency.control import emergency_control
from tools.simulator.emergency.feed_routes import feed_routes
from tools.simulator.emergency.sta_routes import sta_routes
from tools.simulator.intake import Refusal
from tools.simulator.open311 import open311_routes, wanted_format
from tools.simulator.page import page_routes
from tools.simulator.wire import listing
from tools.simulator.world import World


def build_app(world: World) -> FastAPI:
    """All routes of one world, without the faults (tools.simulator.faults.Faulty wraps them around it)."""
    app = FastAPI(title=f"{world.city.name}（模拟城市）", docs_url=None, redoc_url=None, openapi_url=None)
    routers = (
        open311_routes(world),
        caller_routes(world),
        sta_routes(world.scene),
        feed_routes(world.scene),
        call_routes(world.scene, world.notes),
        emergency_control(world.scene),
        control_routes(world),
        page_routes(world),
    )
    for router in routers:
        app.include_router(router)

    @app.exception_handler(Refusal)
    async def refuse(request: Request, refusal: Refusal) -> Response:  # pyright: ignore[reportUnusedFunction]
        body = [{"code": refusal.status, "description": refusal.description}]
        return listing("errors", body, wanted_format(request), status=refusal.status)

    return app
