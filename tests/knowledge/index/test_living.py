"""The index while it is changed, by several processes, by a title set right, by kill -9."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from knowledge.base import KnowledgeBase
from knowledge.errors import EmbedderProblem, KnowledgeError
from knowledge.index.manifest import kept_names, read_manifest
from tests.knowledge.index.churn import LASTING, Letters, finds, open_base, write_law

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, str(Path(__file__).with_name("churn.py"))]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


def add(base: KnowledgeBase, folder: Path, *names: str) -> list[str]:
    return list(base.add([write_law(folder, name) for name in names]).added)


@pytest.mark.parametrize(
    "cycles", [4, pytest.param(60, marks=pytest.mark.slow), pytest.param(500, marks=pytest.mark.stress)]
)
def test_two_processes_change_and_search_at_once(base: KnowledgeBase, tmp_path: Path, cycles: int) -> None:
    add(base, tmp_path, *(f"lasting{number}" for number in range(LASTING)))
    base.publish()
    running = [start("cycle", str(tmp_path), name, str(cycles)) for name in ("a", "b")]
    answers = [json.loads(process.communicate(timeout=3600)[0]) for process in running]
    for process, told in zip(running, answers, strict=True):
        assert (told["errors"], told["lost"], told["returned"]) == ([], 0, 0)
        assert told["searches"] > 0 and process.returncode == 0
    assert len(base.documents()) == LASTING and base.check() == []
    assert all(finds(base, f"lasting{number}") for number in range(LASTING))


def test_what_a_killed_process_was_building_is_gone_with_the_next_publish(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    add(base, tmp_path, "lasting0")
    base.publish()
    left = tmp_path / "var" / "index" / "segments" / "building-dense-0123456789ab"
    left.mkdir()
    assert not base.status().stale
    base.publish()
    assert not left.exists()


@pytest.mark.parametrize(
    "kills", [3, pytest.param(12, marks=pytest.mark.slow), pytest.param(50, marks=pytest.mark.stress)]
)
def test_killed_at_any_moment_the_index_opens_as_of_the_last_publish(tmp_path: Path, kills: int) -> None:
    chance = random.Random(3)
    published: list[str] = []
    for number in range(kills):
        process = start("publish", str(tmp_path), f"k{number}")
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        published += [process.stdout.readline().strip() for _ in range(chance.randint(1, 3))]
        began = time.monotonic()
        published.append(process.stdout.readline().strip())
        time.sleep(chance.random() * (time.monotonic() - began))
        process.send_signal(signal.SIGKILL)
        published += process.communicate()[0].split()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            base = open_base(tmp_path)
            assert base.check() == []
            chosen = [*published[-2:], *chance.sample(published, min(5, len(published)))]
            assert [name for name in chosen if not finds(base, name)] == []
            base.publish()
            assert not base.status().stale
            base.close()
    left = [path.name for path in (tmp_path / "var" / "index" / "segments").glob("building-*")]
    assert left == []


def test_small_publishes_merge_and_what_is_dead_goes(base: KnowledgeBase, tmp_path: Path) -> None:
    add(base, tmp_path, *(f"lasting{number}" for number in range(40)))
    base.publish()
    gone: list[str] = []
    for number in range(20):
        gone += add(base, tmp_path, f"more{number}")
        base.publish()
    segments = tmp_path / "var" / "index" / "segments"
    manifest = base._index.snapshot().manifest
    assert len(manifest.lexical) <= 7 and len(manifest.dense) <= 7
    assert sum(part.rows for part in manifest.lexical) == base.status().clauses == 180
    assert all(finds(base, f"more{number}") for number in range(20))
    for document in gone:
        base.remove(document)
    assert not base.status().stale and not any(finds(base, f"more{number}") for number in range(20))
    for number in range(3):
        add(base, tmp_path, f"last{number}")
        base.publish()
    manifest = base._index.snapshot().manifest
    assert sum(part.rows for part in manifest.lexical) <= 129 * 1.4
    index = tmp_path / "var" / "index"
    kept = [read_manifest(index, name) for name in kept_names(index)]
    assert len(kept) == 3
    assert {path.name for path in segments.iterdir()} == {part.name for one in kept for part in one.segments}


def test_a_title_set_right_is_found_after_the_next_publish_and_embeds_only_its_clauses(
    base: KnowledgeBase, tmp_path: Path, letters: Letters
) -> None:
    (document, _) = add(base, tmp_path, "wrong", "other")
    base.publish()
    assert letters.embedded == 6
    base.correct(document, {"title": "right办法"})
    assert base.status().stale
    base.publish()
    assert letters.embedded == 9 and finds(base, "right") and not base.status().stale
    assert len({hit.clause_id for hit in base.search("right办法 wrong", top=20)}) == 6
    base.publish()
    assert letters.embedded == 9 and base.status().generation == 2


def test_words_serve_while_vectors_are_made_and_a_stopped_publish_is_taken_up_again(
    base: KnowledgeBase, tmp_path: Path, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.index.embedding.SLICE", 3)
    add(base, tmp_path, *(f"lasting{number}" for number in range(5)))
    first, go_on = Event(), Event()
    embed = letters.embed_documents

    def slow(texts: list[str]) -> object:
        first.set()
        assert go_on.wait(20)
        return embed(texts)

    monkeypatch.setattr(letters, "embed_documents", slow)
    seen: list[tuple[int, int]] = []

    def enough(*told: int) -> None:
        seen.append((told[0], told[1]))
        raise InterruptedError

    def publish() -> None:
        with suppress(InterruptedError):
            base.publish(enough)

    running = Thread(target=publish)
    running.start()
    assert first.wait(20) and finds(base, "lasting3"), "words serve while vectors are made"
    go_on.set()
    running.join(20)
    assert seen == [(3, 15)] and base.status().stale
    base.publish(lambda *told: seen.append(told))
    assert (seen[-1], letters.embedded, base.status().stale) == ((15, 15), 15, False)


def test_a_failing_embedder_leaves_words_and_says_why(
    base: KnowledgeBase, tmp_path: Path, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_texts: list[str]) -> object:
        raise EmbedderProblem("http:x", "请求失败", "请检查")

    add(base, tmp_path, "lasting1")
    monkeypatch.setattr(letters, "embed_documents", fails)
    with pytest.raises(KnowledgeError, match="请求失败"):
        base.publish()
    monkeypatch.undo()
    assert finds(base, "lasting1")


@pytest.mark.parametrize(
    "query", ["，。！？；：……", "'; DROP TABLE clauses; --", "\U0001f600" * 50, "\ud800", "法" * 10_000]
)
def test_odd_queries_get_an_answer(base: KnowledgeBase, tmp_path: Path, query: str) -> None:
    add(base, tmp_path, "lasting1")
    base.publish()
    assert len(base.search(query)) <= 10
    assert finds(base, "lasting1")
