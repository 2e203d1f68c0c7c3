"""The door: answers the page at once, and lets /api requests wait while the application behind it still loads.

Importing and opening everything takes seconds; a person who opened the URL should see the page meanwhile.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.origin import Secured

log = logging.getLogger(__name__)

DIST = Path(__file__).parent / "web" / "dist"
BEHIND = ("/api/", "/docs", "/openapi.json", "/readyz", "/metrics")

NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>平急</title>
<style>body{font:16px/1.8 sans-serif;max-width:40em;margin:15vh auto;padding:0 1em}</style>
<h1>网页还没有构建</h1><p>接口已在运行。请在平急目录运行 <code>make web</code>，完成后刷新本页。</p>
<p>接口说明：<a href="/docs">/docs</a></p>"""

Load = Callable[[], AbstractAsyncContextManager[ASGIApp]]
"""Opens the application, and closes it at the end."""


class Loading:
    """The application once it is there; requests before that wait for it."""

    def __init__(self, load: Load, on_failure: Callable[[BaseException], None]) -> None:
        self._load = load
        self._on_failure = on_failure
        self._app: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
        self._closing = asyncio.Event()

    @property
    def ready(self) -> bool:
        return self._app.done() and self._app.exception() is None

    async def run(self) -> None:
        """Load, keep open until `close`, tear down."""
        try:
            async with self._load() as app:
                self._app.set_result(app)
                await self._closing.wait()
        except Exception as error:  # noqa: BLE001 # whatever stops the start is the starter's to report
            if not self._app.done():
                self._app.set_exception(error)
                self._app.exception()
            self._on_failure(error)

    def close(self) -> None:
        self._closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            app = await asyncio.shield(self._app)
        except Exception as error:  # noqa: BLE001 # told to the caller; `run` reported it
            answer = JSONResponse(
                {"error": {"code": "not_started", "message": f"服务没有启动成功：{error}"}}, 503
            )
            await answer(scope, receive, send)
            return
        await app(scope, receive, send)


def build_gate(
    load: Load, on_failure: Callable[[BaseException], None], hosts: Collection[str] = (), dist: Path = DIST
) -> ASGIApp:
    """The outermost application. `on_failure` hears, once, why the one behind could not start.

    hosts: see `Secured`.
    """
    held: list[Loading] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await held[0](scope, receive, send)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        loading = Loading(load, on_failure)
        held.append(loading)
        task = asyncio.create_task(loading.run())
        yield
        loading.close()
        await asyncio.wait([task])

    async def readyz(scope: Scope, receive: Receive, send: Send) -> None:
        if held[0].ready:
            await held[0](scope, receive, send)
        else:
            await PlainTextResponse("loading\n", 503)(scope, receive, send)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path == "/readyz":
            await readyz(scope, receive, send)
        elif scope["type"] == "http" and (path == "/api" or path.startswith(BEHIND)):
            await behind(scope, receive, send)
        else:
            await page(scope, receive, send)

    page = Starlette(
        routes=[Route("/healthz", _healthz), *_page_routes(dist)],
        lifespan=lifespan,
        exception_handlers={404: _not_found},
    )
    return GZipMiddleware(Secured(dispatch, hosts), minimum_size=1000)


class _Page(StaticFiles):
    """Built files: names under assets/ carry a hash and never change; the page itself is always asked anew."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # pyright: ignore[reportArgumentType]
        path = str(args[0])
        lasting = "/assets/" in path
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response


def _page_routes(dist: Path) -> list[BaseRoute]:
    if (dist / "index.html").is_file():
        return [Mount("/", _Page(directory=dist, html=True))]
    return [Route("/", _not_built)]


async def _not_built(_request: Request) -> Response:
    return HTMLResponse(NOT_BUILT, 503, headers={"cache-control": "no-store"})


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _not_found(request: Request, _error: Exception) -> Response:
    return PlainTextResponse(f"没有 {request.url.path}\n", 404)
