"""No request holds more than its route may take; what does is told so in our own words.

FastAPI's `max_body_size` answers an announced length with a bare line of its own, whatever the error table says.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.api.errors import refused
from serving.errors import TooLarge

UPLOAD_PATH = "/api/knowledge/upload"
UPLOAD_MAX = 200_000_000
"""Bytes of one upload."""
BODY_MAX = 10_000_000
"""Bytes of any other request: a hundred times the longest ticket."""


class Bounded:
    """Answers 413 at once for an announced length, and for any other as soon as it is passed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == UPLOAD_PATH:
            most, advice = UPLOAD_MAX, "请分批上传，或在服务器上用 pingji kb add 导入（不限大小）"
        else:
            most, advice = BODY_MAX, "请减少内容"
        error = TooLarge(most, advice)
        announced = dict(scope["headers"]).get(b"content-length", b"").decode("latin-1")
        if announced.isdecimal() and int(announced) > most:
            await refused(error)(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, most, error), send)


def _counted(receive: Receive, most: int, error: TooLarge) -> Receive:
    """FastAPI makes a 400 of what this raises; the error table makes ours of it again."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise error
        return message

    return counted
