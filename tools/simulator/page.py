"""The page at /: what a person at the city's desk sees arrive."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from tools.simulator.lifecycle import current
from tools.simulator.state import Stored
from tools.simulator.world import World

SHOWN = 200  # newest orders on the page


def page_routes(world: World) -> APIRouter:
    router = APIRouter()
    templates = Environment(
        loader=PackageLoader("tools.simulator", "."), autoescape=True, undefined=StrictUndefined
    )
    template = templates.get_template("page.html")

    @router.get("/", response_class=HTMLResponse)
    async def page() -> str:  # pyright: ignore[reportUnusedFunction]
        rows = [_row(stored, world) for stored in world.store.newest(SHOWN)]
        return template.render(city=world.city.name, now=world.clock(), shown=SHOWN, rows=rows)

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
