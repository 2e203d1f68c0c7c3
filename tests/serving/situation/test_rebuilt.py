"""The log alone gives every picture again: arbitrary moments, readings spoilt on their way, a plan edited meanwhile."""

import asyncio
import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

from serving.situation import pictures
from serving.store.database import Database
from tests.serving.installation import ROOT
from tests.serving.situation.made import PACK, Played, storm
from tools.emergency.facts import Fact, Observation, stamp

BEGIN, END = storm().start, storm().start + timedelta(hours=12)
EDITED = storm().start + timedelta(hours=8, minutes=17)
LATE = timedelta(minutes=45)


def spoilt(facts: Sequence[Fact], dice: random.Random) -> Iterator[tuple[datetime, Fact]]:
    """(arrival, fact): some readings late, some told twice, some corrected or contradicted afterwards."""
    for fact in facts:
        at = stamp(fact)
        if not isinstance(fact, Observation) or dice.random() > 0.1:
            yield at, fact
            continue
        match dice.choice(("late", "twice", "contradicted", "corrected")):
            case "late":
                yield at + dice.random() * LATE, fact
            case "twice":
                yield from ((at, fact), (at + dice.random() * LATE, fact))
            case "contradicted":
                yield at, fact
                yield at + dice.random() * LATE, fact.model_copy(update={"value": (fact.value or 0.0) + 7.0})
            case _:
                yield at, fact.model_copy(update={"quality": "suspect"})
                yield at + dice.random() * LATE, fact


async def edit_plan(played: Played, plan: Path) -> None:
    """As the server takes an edited plan: between two looks."""
    text, old = plan.read_text(encoding="utf-8"), 'comparator = ">=", threshold = 50.0'
    assert old in text
    plan.write_text(text.replace(old, old.replace("50.0", "45.0")), encoding="utf-8")
    played.live.gathered.set()
    before = played.live.last
    working = asyncio.create_task(played.live.work())
    async with asyncio.timeout(60):
        while played.live.last.picture.plan_hash == before.picture.plan_hash:
            await asyncio.sleep(0.02)
    working.cancel()
    await asyncio.wait([working])


async def test_a_fresh_process_makes_the_same_bytes_from_the_log(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(7)
    coming = sorted(spoilt(storm().facts, dice), key=lambda one: one[0])
    played = Played(database, copytree(PACK, tmp_path / "pack"))
    await played.live.start()
    edited = False
    while (at := played.hand.at) < END:
        at += timedelta(seconds=dice.randint(1, 900))
        due = [fact for arrival, fact in coming if arrival <= at]
        coming = coming[len(due) :]
        played.hand.at = at
        await played.live.take(due, "test")
        await played.live.evaluate()
        if at >= EDITED and not edited:
            edited = True
            await edit_plan(played, tmp_path / "pack" / "weather" / "response_plan.toml")
    watch = played.live.course.watch_id
    async with database.read() as session:
        kept = await pictures.kept(session, watch)
        past = await pictures.looks(session, watch)
        moments = [BEGIN + dice.random() * (END - BEGIN) for _ in range(10)]
        served = [await pictures.at_moment(session, watch, max(at, past[0].at)) for at in moments]
    await database.close()
    made = again(database_url)
    assert {number: (says) for number, (_, says) in made.items()} == {one.number: one.says for one in past}
    assert {number: made[number][0] for number in kept} == {n: digest(text) for n, text in kept.items()}
    assert {digest(text) for text, _ in served} <= {picture for picture, _ in made.values()}
    assert len(kept) > 30 and len({text for text, _ in served}) > 5


def again(database_url: str) -> dict[int, tuple[str, str]]:
    command = [sys.executable, "-m", "tests.serving.situation.rebuild", database_url, str(PACK)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4711"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    lines = (line.split() for line in done.stdout.splitlines())
    return {int(number): (picture, says) for number, picture, says in lines}


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
