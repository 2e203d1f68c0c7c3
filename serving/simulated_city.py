"""The simulated city as a child process: started with us, ended with us, found again after a crash."""

import json
import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path

from serving.errors import BadSetting
from serving.llm.process import Identity, end, spawn
from serving.llm.storage import write_json
from serving.settings import ROOT, Settings

GRACE_S = 5.0
SCENARIOS = ROOT / "tools" / "simulator" / "scenarios"


class SimulatedCity:
    """One process of `tools.simulator` on the settings' port; what arrived there is kept over restarts."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._state = settings.data_dir / "simulator.json"
        self._process: Identity | None = None

    @property
    def log(self) -> Path:
        return self._settings.data_dir / "logs" / "simulator.log"

    def start(self) -> None:
        """Start the process; it listens a few seconds later. One left over by a crash is replaced.

        Raises BadSetting when another program holds the port.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        left_over = self._known()
        if left_over is not None:
            end(left_over, GRACE_S)
        settings = self._settings
        _require_free(settings.simulator_port)
        command = [
            sys.executable, "-m", "tools.simulator",
            "--port", str(settings.simulator_port),
            "--city", str(settings.pack_dir),
            "--seed", str(settings.simulator_seed),
            "--db", str(settings.data_dir / "simulator.db"),
            "--api-key", settings.city_api_key.get_secret_value(),
            *(("--scenario", settings.scenario, "--speed", str(settings.speed)) if settings.scenario else ()),
        ]  # fmt: skip
        self._process = spawn(command, {**os.environ, "PYTHONPATH": str(ROOT)}, self.log)
        write_json(self._state, asdict(self._process))

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, GRACE_S)
            self._state.unlink(missing_ok=True)

    def _known(self) -> Identity | None:
        if not self._state.is_file():
            return None
        return Identity(**json.loads(self._state.read_text(encoding="utf-8")))


def require_scenario(settings: Settings) -> None:
    """Raises BadSetting where an exercise is asked for that nobody can play."""
    if settings.scenario is None:
        return
    if settings.city_api_base_url is not None:
        raise BadSetting("--scenario 只在模拟城市里播放；请去掉 PINGJI_CITY_API_BASE_URL，或去掉 --scenario")
    known = sorted(folder.parent.name for folder in SCENARIOS.glob("*/scenario.toml"))
    if settings.scenario not in known:
        raise BadSetting(f"没有情景 {settings.scenario}；可用：{'、'.join(known)}")


def _require_free(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise BadSetting(
            f"模拟城市的端口 127.0.0.1:{port} 无法使用（{error.strerror}）；"
            f"请释放该端口，或用 PINGJI_SIMULATOR_PORT 换一个"
        ) from error
