"""`pingji up`: the simulated city, the model server, API and page in one command; Ctrl-C ends it all."""

import asyncio
import fcntl
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from starlette.types import ASGIApp

from serving.cli.report import stop
from serving.errors import BadSetting
from serving.gate import DIST, build_gate
from serving.logs import configure_logs
from serving.model_server import ModelServer
from serving.settings import Settings, load_settings, unknown_names
from serving.simulated_city import SimulatedCity, require_scenario

app = typer.Typer(add_completion=False)


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="网页与接口的端口，默认 8000")] = None,
    llm: Annotated[str | None, typer.Option(help="auto、off 或模型服务的地址")] = None,
    scenario: Annotated[str | None, typer.Option(help="演练：模拟城市播放的情景，如 storm_may")] = None,
    speed: Annotated[float | None, typer.Option(min=0, max=3600, help="演练的速度，1 为实时")] = None,
) -> None:
    """启动全部，打印一个网址；Ctrl-C 全部结束。"""
    try:
        settings = load_settings(port=port, llm=llm, scenario=scenario, speed=speed)
        require_scenario(settings)
        with ExitStack() as stack:
            stack.enter_context(_only_one(settings.data_dir))
            listener = stack.enter_context(_listen(settings.host, settings.port))
            failure = _serve(settings, listener, stack)
    except BadSetting as error:
        stop(error)
    if failure is not None:
        stop(f"启动失败：{failure}")


def _serve(settings: Settings, listener: socket.socket, stack: ExitStack) -> BaseException | None:
    """Until Ctrl-C; what kept the application from starting, if anything did."""
    configure_logs(settings.data_dir / "logs")
    for name in unknown_names():
        typer.echo(f"提示：不认识的配置项 {name}，已忽略（pingji status 可查看全部配置）", err=True)
    if settings.city_api_base_url is None:
        city = SimulatedCity(settings)
        stack.callback(city.stop)
        city.start()
    model = ModelServer(settings)
    if settings.llm == "auto" and settings.llm_address is None:
        stack.callback(model.stop)
        model.start()

    def failed(error: BaseException) -> None:
        server.fail(error)

    gate = build_gate(partial(_application, settings, model), failed, settings.host_names)
    server = _Server(
        uvicorn.Config(
            gate, log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False
        )
    )
    shown = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    typer.echo(f"平急已启动：http://{shown}:{settings.port}  （Ctrl-C 结束）")
    if not (DIST / "index.html").is_file():
        typer.echo("提示：网页还没有构建，请运行 make web 后重新启动", err=True)
    sys.stdout.flush()
    # uvicorn ends in good order and then raises the signal it got anew: both ways to stop us are ends, not failures,
    # and what was started above must still be ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return server.failure


class _Server(uvicorn.Server):
    """Ends itself when the application behind the page can't be opened."""

    failure: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        self.failure = error
        self.should_exit = True


@asynccontextmanager
async def _application(settings: Settings, model: ModelServer) -> AsyncGenerator[ASGIApp]:
    # Imported in a thread, once the port answers: sklearn, langgraph and faiss take seconds.
    module = await asyncio.to_thread(import_module, "serving.app")
    async with module.open_app(settings, model.starting) as application:
        yield application


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise BadSetting(
            f"端口 {host}:{port} 无法使用（{error.strerror}），可能已有一个平急在运行；"
            f"请先结束它，或用 --port 换一个端口"
        ) from error
    # asyncio does this only for sockets it made itself; without it small answers wait 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def _only_one(data_dir: Path) -> Generator[None]:
    """Two servers on one data folder would both continue the same runs. A crash frees the lock."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadSetting(
                f"数据目录 {data_dir} 正被另一个平急使用；请先结束它，或用 PINGJI_DATA_DIR 换一个目录"
            ) from error
        yield
