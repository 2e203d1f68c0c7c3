"""/calls: ring somebody up and see whether they answer. /_control/calls: everything that arrived."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from tools.simulator.emergency.notes import Call, Notes
from tools.simulator.emergency.scene import Scene
from tools.simulator.emergency.telephone import outcome
from tools.simulator.intake import Refusal


class Ring(BaseModel):
    """What to say to whom. signal: the colour and type that the call is about, as 暴雨橙."""

    model_config = ConfigDict(extra="ignore")

    contact_id: str = Field(min_length=1, max_length=40)
    signal: str = Field(default="", max_length=40)
    message: str = Field(min_length=1, max_length=1000)


def call_routes(scene: Scene, notes: Notes) -> APIRouter:
    router = APIRouter()

    def shown(call: Call) -> dict[str, object]:
        contact = scene.city.weather.contacts[call.contact_id]
        found = asdict(outcome(call, contact, scene.seed, scene.clock()))
        return {
            "call_id": call.call_id,
            "contact_id": call.contact_id,
            "signal": call.signal,
            "placed_at": call.placed_at.isoformat(),
            **found,
            "answered_at": found["answered_at"].isoformat() if found["answered_at"] else None,
            "attempts": [{**attempt, "at": attempt["at"].isoformat()} for attempt in found["attempts"]],
        }

    @router.post("/calls")
    async def place(ring: Ring, request: Request) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """201 for a new call; the same Idempotency-Key again gives the first call and rings nobody."""
        if ring.contact_id not in scene.city.weather.contacts:
            raise Refusal(404, f"叫应链里没有 {ring.contact_id}")
        key = request.headers.get("idempotency-key")
        call, replayed = notes.place(ring.contact_id, ring.signal, ring.message, key, scene.clock())
        headers = {"Idempotency-Replayed": "true"} if replayed else {}
        return JSONResponse(shown(call), status_code=200 if replayed else 201, headers=headers)

    @router.get("/calls/{call_id}")
    async def state(call_id: str) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        call = notes.call(call_id)
        if call is None:
            raise Refusal(404, f"没有叫应 {call_id}")
        return JSONResponse(shown(call))

    @router.get("/_control/calls")
    async def arrived() -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        """repeats: how often a key already known came again."""
        calls = notes.calls()
        listed = [
            {**shown(call), "message": call.message, "idempotency_key": call.idempotency_key}
            | {"nth": call.nth, "repeats": call.repeats}
            for call in calls
        ]
        return JSONResponse(
            {"count": len(calls), "repeats": sum(call.repeats for call in calls), "calls": listed}
        )

    return router
