"""Start, watch and stop the local model server.

Its state is one file, <data_dir>/llm.json. `start` returns as soon as the process exists; `wait_ready`
follows it until it has answered once. Both may be called again at any time: whoever starts second finds
the first.
"""

import json
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import httpx

from serving.llm.command import Launch, command
from serving.llm.errors import (
    DiedAtStart,
    NotReadyInTime,
    OtherModelRuns,
    PortTaken,
    log_tail,
)
from serving.llm.process import Identity, alive, end, memory, spawn
from serving.llm.storage import locked, write_json

_GRACE_SECONDS = 20.0
_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Running:
    """A server process we started."""

    identity: Identity
    port: int
    model: str
    log: Path

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@dataclass(frozen=True)
class LlmStatus:
    """`off`: none was started; `failing`: the started one is gone. `memory` in bytes, its children's too."""

    state: Literal["off", "starting", "ready", "failing"]
    detail: str
    running: Running | None = None
    memory: int = 0


def start(launch: Launch, data_dir: Path, environment: Mapping[str, str]) -> Running:
    """Start the server, or return the one that already serves this model.

    `environment` are the variables the process inherits. Raises PortTaken or OtherModelRuns.
    """
    return start_command(command(launch), launch, data_dir, environment)


def start_command(
    argv: Sequence[str], launch: Launch, data_dir: Path, environment: Mapping[str, str]
) -> Running:
    """As `start`, with the command line given: for servers other than vLLM that take part in tests."""
    with locked(data_dir / "llm.lock"):
        known = _load(data_dir)
        if known and alive(known.identity):
            if known.model == launch.profile.name:
                return known
            raise OtherModelRuns(
                f"端口 {known.port} 上已在运行模型 {known.model}，要换成 {launch.profile.name}，"
                f"请先执行 pingji llm stop"
            )
        if known:
            end(known.identity, grace=0)  # children a crash left behind would hold memory and port
        _require_port(launch.port)
        launch.workdir.mkdir(parents=True, exist_ok=True)
        log = data_dir.absolute() / "llm.log"
        if log.is_file():
            log.replace(log.with_suffix(".log.1"))
        running = Running(spawn(argv, environment, log), launch.port, launch.profile.name, log)
        _save(data_dir, running)
        return running


def wait_ready(
    running: Running,
    timeout: float,
    say: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Follow the server until it has answered a first request, which compiles its kernels (10 s and more).

    Raises DiedAtStart with the last log lines, or NotReadyInTime after `timeout` seconds.
    """
    begun = time.monotonic()
    told = 0.0
    while not _healthy(running.port):
        waited = time.monotonic() - begun
        if not alive(running.identity):
            raise DiedAtStart(
                f"模型服务启动失败，日志 {running.log} 末尾：\n{log_tail(running.log)}\n"
                f"常见原因：内存不足（换小一号模型）、模型文件不全（重新执行 pingji llm start）"
            )
        if waited > timeout:
            raise _too_slow(running, timeout)
        if waited - told >= 10:
            told = waited
            say(f"模型 {running.model} 正在加载（{waited:.0f} 秒）")
        sleep(_POLL_SECONDS)
    _first_answer(running, max(timeout - (time.monotonic() - begun), 1.0), timeout)


def status(data_dir: Path) -> LlmStatus:
    """How the server is now. Never raises for a server that is gone or silent."""
    running = _load(data_dir)
    if running is None:
        return LlmStatus("off", "没有启动本地模型服务")
    if not alive(running.identity):
        return LlmStatus(
            "failing", f"模型服务已退出，日志 {running.log} 末尾：\n{log_tail(running.log)}", running
        )
    held = memory(running.identity)
    if not _healthy(running.port):
        return LlmStatus("starting", f"模型 {running.model} 正在启动或没有响应", running, held)
    return LlmStatus("ready", f"模型 {running.model} 就绪：{running.base_url}", running, held)


def stop(data_dir: Path) -> bool:
    """Stop the server and whatever it left; True when one was running."""
    with locked(data_dir / "llm.lock"):
        running = _load(data_dir)
        if running is None:
            return False
        stopped = end(running.identity, _GRACE_SECONDS)
        _state_file(data_dir).unlink()
        return stopped


def _first_answer(running: Running, left: float, timeout: float) -> None:
    body = {"model": running.model, "messages": [{"role": "user", "content": "你好"}], "max_tokens": 1}
    try:
        httpx.post(f"{running.base_url}/chat/completions", json=body, timeout=left).raise_for_status()
    except httpx.TimeoutException as error:
        raise _too_slow(running, timeout) from error
    except httpx.HTTPError as error:
        raise DiedAtStart(
            f"模型服务启动后无法回答（{error}），日志 {running.log} 末尾：\n{log_tail(running.log)}"
        ) from error


def _too_slow(running: Running, timeout: float) -> NotReadyInTime:
    return NotReadyInTime(
        f"模型 {running.model} 在 {timeout:g} 秒内没有就绪，进程 {running.identity.pid} 仍在运行；"
        f"可稍后用 pingji llm status 查看，日志：{running.log}"
    )


def _healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False  # not listening yet, or busy: the caller knows whether the process lives


def _require_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(
                f"端口 127.0.0.1:{port} 已被其他程序占用；请停止该程序，或为模型服务换一个端口"
            ) from error


def _state_file(data_dir: Path) -> Path:
    return data_dir / "llm.json"


def _save(data_dir: Path, running: Running) -> None:
    write_json(_state_file(data_dir), asdict(running) | {"log": str(running.log)})


def _load(data_dir: Path) -> Running | None:
    path = _state_file(data_dir)
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    return Running(
        identity=Identity(**content["identity"]),
        port=content["port"],
        model=content["model"],
        log=Path(content["log"]),
    )
