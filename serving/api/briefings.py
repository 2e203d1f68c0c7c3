"""Briefings: composed, read, listed, signed, taken away as files. Nothing here publishes anything."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from agents.briefing.decision import Form
from serving.api.services import NamedOperator, Use
from serving.briefings.files import RENDERERS
from serving.briefings.service import Changes, Signing, in_time
from serving.store.tables import Json

router = APIRouter(prefix="/briefings", tags=["简报"])

Version = Annotated[int | None, Query(ge=1, le=100_000)]
Kind = Literal["docx", "pdf", "html", "md"]


class NewBriefing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    judgment_id: str = Field(max_length=60)
    form: Form


@router.post("", status_code=201)
async def compose(new: NewBriefing, use: Use, operator: NamedOperator) -> JSONResponse:
    made = await use.emergency.briefings.compose(new.judgment_id, new.form, operator)
    return JSONResponse(made, status_code=201)


@router.get("")
async def listed(use: Use, event_id: str | None = None) -> Json:
    event = event_id or use.emergency.live.course.event_id
    return {"items": await use.emergency.briefings.listed(event)}


@router.get("/{briefing_id}.cap")
async def cap(briefing_id: str, use: Use, version: Version = None) -> Response:
    """CAP 1.2, Draft or Exercise, scope Restricted: for copying and exercises, never for publishing."""
    text = await use.emergency.briefings.cap(briefing_id, version)
    return Response(text, media_type="application/cap+xml")


@router.get("/{briefing_id}.{kind}")
async def file(briefing_id: str, kind: Kind, use: Use, version: Version = None) -> Response:
    """The briefing as a file, with its marks."""
    briefing = await use.emergency.briefings.version(briefing_id, version)
    renderer = RENDERERS[kind]
    made = await in_time(lambda: renderer.render(briefing))
    shown = "inline" if kind in ("html", "pdf") else "attachment"
    name = f'{shown}; filename="{briefing.briefing_id}-v{briefing.version}.{kind}"'
    return Response(made, media_type=renderer.media, headers={"Content-Disposition": name})


@router.get("/{briefing_id}")
async def one(briefing_id: str, use: Use, version: Version = None) -> JSONResponse:
    return JSONResponse(await use.emergency.briefings.read(briefing_id, version))


@router.patch("/{briefing_id}")
async def edit(briefing_id: str, wish: Changes, use: Use, operator: NamedOperator) -> JSONResponse:
    """A person's changes make the next version; what contradicts the evidence is kept and marked."""
    made = await use.emergency.briefings.edit(briefing_id, wish.edits, wish.base_version, operator)
    return JSONResponse(made)


@router.get("/{briefing_id}/diff")
async def difference(
    briefing_id: str,
    use: Use,
    older: Annotated[int, Query(alias="from", ge=1, le=100_000)],
    newer: Annotated[int, Query(alias="to", ge=1, le=100_000)],
) -> JSONResponse:
    return JSONResponse(await use.emergency.briefings.diff(briefing_id, older, newer))


@router.get("/{briefing_id}/versions")
async def versions(briefing_id: str, use: Use) -> Json:
    return {"items": await use.emergency.briefings.versions(briefing_id)}


@router.post("/{briefing_id}/sign")
async def sign(briefing_id: str, wish: Signing, use: Use, operator: NamedOperator) -> JSONResponse:
    """A named person signs the newest version."""
    return JSONResponse(await use.emergency.briefings.sign(briefing_id, wish, operator))
