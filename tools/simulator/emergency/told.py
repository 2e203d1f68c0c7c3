"""How the emergency feeds answer: JSON with the moment up to which they tell, and times read from a query."""

from datetime import datetime
from email.utils import format_datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi.responses import JSONResponse, Response

from tools.simulator.intake import read_moment

GMT: Final = ZoneInfo("GMT")


def dated(body: object, now: datetime) -> JSONResponse:
    """Last-Modified is simulated time: how a client sees that a feed stands still."""
    return JSONResponse(body, headers=modified(now))


def modified(now: datetime) -> dict[str, str]:
    return {
        "Last-Modified": format_datetime(now.astimezone(GMT).replace(tzinfo=None)).replace("-0000", "GMT")
    }


def moment(text: str | None, where: str) -> datetime | None:
    """A time of the query, None when it was not given. Raises Refusal."""
    return read_moment(text, where) if text else None


def document(body: bytes, kind: str, now: datetime) -> Response:
    return Response(body, media_type=kind, headers=modified(now))
