"""/_control: the hand that moves the simulated world. Never exposed beyond the loopback."""

from dataclasses import asdict
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, Field

from tools.dispatch import PastTicket
from tools.simulator.callers import as_key
from tools.simulator.faults import Fault
from tools.simulator.lifecycle import current, registered, steps
from tools.simulator.state import Stored
from tools.simulator.world import World


class ClockState(BaseModel):
    now: datetime
    running: bool


class Moment(BaseModel):
    now: AwareDatetime


class Advance(BaseModel):
    """How far to move on, simulated time."""

    minutes: float = Field(default=0, ge=0)
    seconds: float = Field(default=0, ge=0)


def control_routes(world: World) -> APIRouter:
    router = APIRouter(prefix="/_control")
    _clock_routes(router, world)
    _fault_routes(router, world)

    @router.post("/reset")
    async def reset() -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        """Forget requests, added history, calls and faults; play nothing; put the clock back to its start."""
        world.store.clear()
        world.notes.clear()
        world.faults.clear()
        world.scene.clear()
        world.clock.set(world.start)
        return {"reset": "done"}

    @router.get("/dispatches")
    async def dispatches() -> dict[str, object]:  # pyright: ignore[reportUnusedFunction]
        """Everything that arrived, oldest first. repeats: arrivals under a key already known."""
        arrived = world.store.arrivals()
        orders = [_dump(stored, arrived[stored.number], world) for stored in reversed(world.store.newest(-1))]
        return {
            "count": len(orders),
            "repeats": sum(repeats for _, repeats in arrived.values()),
            "dispatches": orders,
        }

    @router.post("/callers/{phone}/tickets")
    async def add_past(phone: str, ticket: PastTicket) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        """Give a caller (number, or its SHA-256) an earlier ticket."""
        world.store.add_past(as_key(phone), ticket.model_dump(mode="json"))
        return {"added": ticket.ticket_id}

    return router


def _clock_routes(router: APIRouter, world: World) -> None:
    def state() -> ClockState:
        return ClockState(now=world.clock(), running=world.clock.running)

    @router.get("/clock")
    async def read() -> ClockState:  # pyright: ignore[reportUnusedFunction]
        return state()

    @router.put("/clock")
    async def put(moment: Moment) -> ClockState:  # pyright: ignore[reportUnusedFunction]
        world.clock.set(moment.now)
        return state()

    @router.post("/clock/advance")
    async def advance(step: Advance) -> ClockState:  # pyright: ignore[reportUnusedFunction]
        world.clock.advance(timedelta(minutes=step.minutes, seconds=step.seconds))
        return state()

    @router.post("/clock/freeze")
    async def freeze() -> ClockState:  # pyright: ignore[reportUnusedFunction]
        world.clock.freeze()
        return state()

    @router.post("/clock/run")
    async def run() -> ClockState:  # pyright: ignore[reportUnusedFunction]
        world.clock.run()
        return state()


def _fault_routes(router: APIRouter, world: World) -> None:
    @router.get("/faults")
    async def rules() -> list[Fault]:  # pyright: ignore[reportUnusedFunction]
        return list(world.faults.rules())

    @router.post("/faults")
    async def add(fault: Fault) -> list[Fault]:  # pyright: ignore[reportUnusedFunction]
        world.faults.add(fault)
        return list(world.faults.rules())

    @router.delete("/faults")
    async def clear(request: Request) -> list[Fault]:  # pyright: ignore[reportUnusedFunction]
        world.faults.clear()
        return []


def _dump(stored: Stored, arrived: tuple[int, int], world: World) -> dict[str, object]:
    now = world.clock()
    life = steps(stored, world.city, world.habits)
    return {
        **asdict(stored.submission),
        "service_request_id": stored.request_id,
        "token": stored.token,
        "idempotency_key": stored.idempotency_key,
        "received_at": stored.received_at,
        "registered": registered(stored, now, world.city),
        "stage": current(stored, now, world.city, world.habits).stage,
        "life": [{"at": step.at, "text": step.text} for step in life],
        "arrivals": arrived[0],
        "repeats": arrived[1],
    }
