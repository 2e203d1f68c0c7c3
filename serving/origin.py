"""What browsers may send here: security headers on every answer, and a stop to what another site's page makes one do.

Uploads and bodyless posts need no leave of CORS, so without this any page could send them to this address; and a name
of another site that is pointed at our address (DNS rebinding) would make its page one of ours.
"""

from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        b"object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)

SAFE = ("GET", "HEAD", "OPTIONS")


class Secured:
    """The application behind those rules. `hosts`: full names under which this server may be called."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(name.lower() for name in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *SECURITY_HEADERS]
            await send(message)

        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, secured)
        else:
            await refusal(scope, receive, secured)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        name = _name(headers.get("host", ""))
        if not (_not_for_sale(name) or name in self._hosts):
            told = f"不认识的服务器名 {name[:100]}；请用 IP 地址访问，或把这个名字写进 PINGJI_HOSTS 后重启"
            return _told(421, "unknown_host", told)
        if scope["method"] not in SAFE and _foreign(headers):
            return _told(403, "cross_site", "请求来自其他网站的页面，已拒绝；请从平急的网页操作")
        return None


def _name(host: str) -> str:
    """Without the port and the brackets of an IPv6 address."""
    host = host.lower()
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _not_for_sale(name: str) -> bool:
    """Addresses and names without a dot: nobody can register them and point them here."""
    try:
        ip_address(name)
    except ValueError:
        return "." not in name
    return True


def _foreign(headers: Headers) -> bool:
    """What browsers say about the page behind a request; programs say nothing.

    Sec-Fetch-Site is sent to https and to this machine only; over plain http from elsewhere there is just Origin.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "").lower()


def _told(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
