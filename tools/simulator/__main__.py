"""Run the simulated city: `python -m tools.simulator --port 8311 --city knowledge/city/yunzhou --seed 1`.

Prints `ready http://HOST:PORT` on stdout once it listens (port 0 takes a free one). Exit 2: bad arguments, a
broken city pack, or a port in use.
"""

import argparse
import socket
import sqlite3
import sys
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import uvicorn

from knowledge.city import City, load_city
from knowledge.errors import CityPackError
from tools.errors import BadScenario
from tools.simulator.app import build_app
from tools.simulator.clock import SimClock
from tools.simulator.emergency.feed_faults import FeedFaults
from tools.simulator.emergency.notes import Notes
from tools.simulator.emergency.player import Player, Start, scenario_folders
from tools.simulator.emergency.scene import Scene
from tools.simulator.emergency.station_faults import StationFaults
from tools.simulator.faults import Connections, FaultPlan, Faulty
from tools.simulator.intake import Refusal
from tools.simulator.lifecycle import Habits
from tools.simulator.server import protocol_noting
from tools.simulator.state import Store
from tools.simulator.world import World

SCENARIOS: Final = Path(__file__).parent / "scenarios"
_CHECKED: Final = "--city、--port、--start、--db、--scenario 和 --speed"


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    with ExitStack() as stack:
        try:
            world = _world(options, load_city(options.city))
            stack.callback(world.store.close)
            stack.callback(world.notes.close)
            _play(options, world)
            listener = stack.enter_context(_listen(options.host, options.port))
        except (CityPackError, BadScenario, Refusal, OSError, ValueError, sqlite3.Error) as error:
            print(f"模拟城市启动失败：{error}\n请检查 {_CHECKED}", file=sys.stderr)
            return 2
        print(f"ready http://{options.host}:{listener.getsockname()[1]}", flush=True)
        _serve(world, listener)
    return 0


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ValueError(f"端口 {port} 不在 0 到 65535 之间")
    listener = socket.create_server((host, port))
    # asyncio does this only for sockets it made itself; without it each answer waits 40 ms for an ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _serve(world: World, listener: socket.socket) -> None:
    connections: Connections = {}
    config = uvicorn.Config(
        Faulty(build_app(world), (world.faults, world.scene.feed_faults), connections),
        http=protocol_noting(connections),
        loop="asyncio",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.simulator", description="模拟城市：工单平台，以及预警、测站、预报、叫应"
    )
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8311, help="端口，0 为任选空闲端口")
    parser.add_argument("--city", type=Path, default=Path("knowledge/city/yunzhou"), help="城市数据包目录")
    parser.add_argument("--seed", type=int, default=1, help="承办单位行为的随机种子")
    parser.add_argument("--db", default=":memory:", help="SQLite 文件；不给则只在内存中")
    parser.add_argument("--api-key", default="yunzhou-demo", help="派单所需的密钥")
    parser.add_argument(
        "--start", help="模拟时钟的起点并停在那里，例 2026-05-17T08:00:00+08:00；不给则走真实时间"
    )
    parser.add_argument("--scenario", help="启动后播放的情景；--db 里正在播放的同一情景接着播放")
    parser.add_argument("--speed", type=float, default=1, help="播放速度，1 为实时，0 为暂停")
    parser.add_argument("--scenarios", type=Path, default=SCENARIOS, help="情景目录的上级目录")
    return parser.parse_args(arguments)


def _world(options: argparse.Namespace, city: City) -> World:
    zone = ZoneInfo(city.info.timezone)
    frozen = options.start is not None
    start = datetime.fromisoformat(options.start) if frozen else datetime.now(zone)
    clock = SimClock(start, time.monotonic, running=not frozen)
    notes = Notes(options.db)
    return World(
        city=city,
        jurisdiction=options.city.resolve().name,
        api_key=options.api_key,
        start=start,
        clock=clock,
        store=Store(options.db),
        faults=FaultPlan(options.seed),
        habits=Habits(seed=options.seed),
        notes=notes,
        scene=_scene(options, city, clock, notes),
    )


def _scene(options: argparse.Namespace, city: City, clock: SimClock, notes: Notes) -> Scene:
    folders = scenario_folders(options.scenarios)
    player = Player(clock, notes, folders, wall=lambda: datetime.now(ZoneInfo(city.info.timezone)))
    return Scene(city, clock, player, StationFaults(notes), FeedFaults(notes, clock), options.seed)


def _play(options: argparse.Namespace, world: World) -> None:
    """Raises Refusal for an unknown scenario."""
    player = world.scene.player
    if options.scenario and player.state().name != options.scenario:
        player.play(Start(name=options.scenario, speed=options.speed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
