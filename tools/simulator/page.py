"""The page at /: the exercise desk, and what a person at the city's desk sees arrive."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tools.simulator.lifecycle import current
from tools.simulator.state import Stored
from tools.simulator.world import World

SHOWN: Final = 200  # newest orders on the page
SCRIPT: Final = Path(__file__).parent / "page.js"


def page_routes(world: World) -> APIRouter:
    router = APIRouter()
    templates = Environment(
        loader=PackageLoader("tools.simulator", "."), autoescape=True, undefined=StrictUndefined
    )

    def arrived() -> dict[str, object]:
        return {"shown": SHOWN, "rows": [_row(stored, world) for stored in world.store.newest(SHOWN)]}

    @router.get("/", response_class=HTMLResponse)
    async def page() -> str:  # pyright: ignore[reportUnusedFunction]
        return templates.get_template("page.html").render(
            city=world.city.name,
            zone=world.city.info.timezone,
            now=world.clock(),
            scenarios=world.scene.player.titles(),
            stations=world.city.weather.stations.values(),
            **arrived(),
        )

    @router.get("/orders", response_class=HTMLResponse)
    async def orders() -> str:  # pyright: ignore[reportUnusedFunction]
        return templates.get_template("orders.html").render(arrived())

    @router.get("/page.js")
    async def script() -> FileResponse:  # pyright: ignore[reportUnusedFunction]
        return FileResponse(SCRIPT, media_type="text/javascript")

    return router


def _row(stored: Stored, world: World) -> dict[str, object]:
    """No name, no phone: the page hangs on a wall."""
    sent, city = stored.submission, world.city
    helpers = sent.attributes.get("co_dept_ids", ())
    return {
        "request_id": stored.request_id,
        "ticket_id": sent.first("ticket_id"),
        "received_at": stored.received_at,
        "type": sent.first("ticket_type"),
        "matter": f"{sent.service_code} {city.catalogue[sent.service_code].level3}",
        "unit": city.departments[sent.first("main_dept_id") or ""].short_name,
        "helpers": "、".join(city.departments[unit].short_name for unit in helpers),
        "place": sent.address or (f"{sent.lat}, {sent.long}" if sent.lat is not None else ""),
        "due": sent.first("expected_datetime"),
        "description": sent.description,
        "status": current(stored, world.clock(), city, world.habits).text,
    }
