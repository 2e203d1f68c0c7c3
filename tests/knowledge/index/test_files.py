from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexBroken, IndexMissing
from knowledge.index import files
from knowledge.index.files import full_fault, map_array, quick_fault, write_array, write_folder, write_text
from knowledge.index.manifest import Manifest, current_manifest, kept_names, make_current, pointer


@pytest.mark.parametrize("array", [np.arange(7), np.zeros((0, 3), np.float16), np.ones((2, 3), np.float32)])
def test_arrays_come_back(tmp_path: Path, array: np.ndarray) -> None:
    write_array(tmp_path / "a.npy", array)
    back = map_array(tmp_path / "a.npy")
    assert back.dtype == array.dtype and np.array_equal(back, array) and not back.flags.writeable


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "a").write_text("half")
        raise OSError("cut")

    with pytest.raises(OSError, match="cut"):
        write_folder(tmp_path / "f", fails)
    assert list(tmp_path.iterdir()) == []


def test_damage_is_seen_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK", 16)
    monkeypatch.setattr(files, "QUICK_BLOCKS", 4)
    sums = write_folder(tmp_path / "f", lambda folder: write_text(folder / "a", "0123456789" * 40))
    assert quick_fault(tmp_path / "f", sums) is None and full_fault(tmp_path / "f", sums) is None
    for at in (0, 20):
        data = bytearray(b"0123456789" * 40)
        data[at] ^= 1
        (tmp_path / "f" / "a").write_bytes(data)
        assert full_fault(tmp_path / "f", sums) == "f/a 的校验和不符"
    assert quick_fault(tmp_path / "f", sums) is None, (
        "the block at 20 is not among those looked at each start"
    )
    (tmp_path / "f" / "a").write_bytes(data[:-1])
    assert quick_fault(tmp_path / "f", sums) == "f/a 的校验和不符"
    (tmp_path / "f" / "a").unlink()
    assert quick_fault(tmp_path / "f", sums) == "f/a 不存在"


def test_the_pointer_decides_and_a_lost_one_is_replaced_by_the_newest(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        pointer(tmp_path)
    one, two, killed = (Manifest(n, r, "e", 2, 5, 1.0, "t") for n, r in ((1, 0), (2, 3), (2, 4)))
    for manifest in (one, killed, two):
        make_current(tmp_path, manifest)
    assert current_manifest(tmp_path) == two
    assert kept_names(tmp_path) == ["gen-000001.0", "gen-000002.3"]
    (tmp_path / "CURRENT").write_text("\x00")
    assert current_manifest(tmp_path) == killed
    for path in tmp_path.glob("gen-*"):
        path.unlink()
    with pytest.raises(IndexBroken, match="CURRENT"):
        current_manifest(tmp_path)
