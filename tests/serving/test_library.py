"""What takes long to load, and what it leaves behind."""

import gc
from datetime import datetime

import pytest

from knowledge.errors import KnowledgeError
from serving.library import Library, Prepared
from serving.settings import Settings
from tests.serving.situation.made import city


class NoBase(KnowledgeError):
    """The base that this test does not open."""


async def test_what_was_loaded_is_out_of_the_collector_s_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full collection over it would stop the live picture for as long as it lasts."""
    kept: list[list[list[int]]] = []

    def load(_: Library) -> Prepared:
        kept.append([[number] for number in range(50_000)])
        raise NoBase("这里没有知识库")

    monkeypatch.setattr(Library, "_load", load)
    library = Library(Settings(), city(), datetime.now)
    before = gc.get_freeze_count()
    try:
        library.start()
        with pytest.raises(NoBase):
            await library.prepared()
        assert gc.get_freeze_count() - before > 50_000
        assert (await library.status())["state"] == "failing"
    finally:
        gc.unfreeze()
