"""GET /callers/{phone or its SHA-256}/tickets: a caller's earlier tickets. JSON only, no part of Open311."""

import random
import re
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from tools.dispatch import caller_key
from tools.simulator.intake import Refusal
from tools.simulator.lifecycle import current
from tools.simulator.state import Stored
from tools.simulator.wire import Record, listing
from tools.simulator.world import World


def caller_routes(world: World) -> APIRouter:
    router = APIRouter(prefix="/callers")

    @router.get("/{phone}/tickets")
    async def tickets(phone: str, request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        if request.headers.get("x-api-key") != world.api_key:
            raise Refusal(403, "缺少 X-Api-Key 或密钥无效")
        return listing("tickets", history(as_key(phone), world), "json")

    return router


def as_key(phone: str) -> str:
    return phone if re.fullmatch("[0-9a-f]{64}", phone) else caller_key(phone)


def history(caller: str, world: World) -> list[Record]:
    """Oldest first: the seeded past, tickets put in by hand, then what was dispatched."""
    dispatched = [_dispatched(stored, world) for stored in world.store.of_caller(caller)]
    return [*_seeded(caller, world), *world.store.past(caller), *dispatched]


def _seeded(caller: str, world: World) -> list[Record]:
    """About three callers in ten have one or two old, finished tickets; the same ones for the same seed.

    They are at least 60 days older than the start, so that nobody's first call looks like a repeat.
    """
    dice = random.Random(f"{world.habits.seed}|{caller}")
    count = dice.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 2))
    ages = sorted((dice.randint(60, 400) for _ in range(count)), reverse=True)
    return [
        _invented(caller[:8], number, world.start - timedelta(days=age), dice, world)
        for number, age in enumerate(ages)
    ]


def _invented(name: str, number: int, at: datetime, dice: random.Random, world: World) -> Record:
    entry = dice.choice(list(world.city.catalogue.values()))
    unit = world.city.departments[entry.main_dept_id].short_name
    return {
        "ticket_id": f"H{name}{number}",
        "created_at": at,
        "text": dice.choice(entry.example_cues),
        "service_code": entry.code,
        "service_request_id": None,
        "address": None,
        "status": "closed",
        "status_notes": f"已办结：{unit}已办理并回访来电人",
    }


def _dispatched(stored: Stored, world: World) -> Record:
    sent, step = stored.submission, current(stored, world.clock(), world.city, world.habits)
    return {
        "ticket_id": sent.first("ticket_id"),
        "created_at": stored.received_at,
        "text": sent.description,
        "service_code": sent.service_code,
        "service_request_id": stored.request_id,
        "address": sent.address,
        "status": "closed" if step.stage == "已办结" else "open",
        "status_notes": step.text,
    }
