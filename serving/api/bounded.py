"""A route that takes no more than so many bytes, and says so in our own words.

FastAPI's `max_body_size` answers an announced length with a bare line of its own, whatever the error table says.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from serving.errors import UploadTooLarge

BODY_MAX = 200_000_000
"""Bytes of one request."""


class BoundedRoute(APIRoute):
    """Raises UploadTooLarge at once for an announced length, and for any other as soon as it is passed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            announced = request.headers.get("content-length", "")
            if announced.isdecimal() and int(announced) > BODY_MAX:
                raise UploadTooLarge(BODY_MAX)
            try:
                return await handler(Request(request.scope, _counted(request.receive)))
            except HTTPException as error:
                if isinstance(error.__cause__, UploadTooLarge):  # FastAPI makes a 400 of what reading raises
                    raise error.__cause__ from None
                raise

        return bounded


def _counted(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_MAX:
            raise UploadTooLarge(BODY_MAX)
        return message

    return counted
