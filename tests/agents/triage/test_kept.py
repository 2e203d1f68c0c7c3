"""A reader kept on disk reads as the one that was fitted; what is not whole counts as absent."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from agents.triage.kept import keep_reader, kept_reader, reader_file
from agents.triage.reader import TicketReader
from knowledge.city import City

TOLD = (
    "盐仓街道幸福里小区门口的路灯坏了三天，晚上太黑，麻烦派人来修。",
    "楼上漏水把我家淹了，物业不管，另外小区门口的井盖也松了，车一压就响。",
    "隔壁单元着火了，有人被困在五楼，快来！",
    "法院判了赔钱对方一直不给，你们能不能帮我执行？",
    "我想问问医保异地报销要什么材料",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, city: City, embedder: Any, reader: TicketReader) -> Path:
    file = reader_file(tmp_path_factory.mktemp("kept"), city, embedder)
    older = file.with_name("reader-0123456789abcdef.npz")
    older.write_bytes(b"")
    keep_reader(reader, file)
    assert list(file.parent.iterdir()) == [file], "nothing half-written, nothing out of date"
    return file


def test_the_kept_reader_reads_exactly_alike(
    path: Path, city: City, embedder: Any, reader: TicketReader
) -> None:
    kept = kept_reader(path, city, embedder)
    assert kept is not None
    for text in TOLD:
        assert kept.read(text) == reader.read(text)
        assert kept.alerts(text) == reader.alerts(text)
        for part in reader.read(text).parts:
            part = {**part, "place": {"district": None, "street": None}}
            for entry in list(city.catalogue.values())[:20]:
                assert kept.unit(entry, part, text) == reader.unit(entry, part, text)  # pyright: ignore[reportArgumentType]
    assert kept.units.rows.keys() == reader.units.rows.keys()


def test_nothing_in_the_file_needs_pickle(path: Path) -> None:
    with np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_what_is_not_whole_counts_as_absent(path: Path, tmp_path: Path, city: City, embedder: Any) -> None:
    data = path.read_bytes()
    for broken in (b"", b"nothing", data[: len(data) // 2], data[:-100]):
        file = tmp_path / "reader.npz"
        file.write_bytes(broken)
        assert kept_reader(file, city, embedder) is None
    assert kept_reader(tmp_path / "none.npz", city, embedder) is None
    np.savez(tmp_path / "other.npz", unrelated=np.zeros(3))
    assert kept_reader(tmp_path / "other.npz", city, embedder) is None


def test_another_pack_or_embedder_has_another_file(tmp_path: Path, city: City, embedder: Any) -> None:
    other: Any = SimpleNamespace(fingerprint="other")
    packs, embedders = (city, replace(city, fingerprint="0")), (embedder, other)
    assert len({reader_file(tmp_path, one, two) for one in packs for two in embedders}) == 4
