"""Every picture of the last watch again, from the log alone: python -m tests.serving.situation.rebuild DATABASE PACK.

In a process of its own, so that nothing but the log tells it what was (the order of sets differs, too). Each plan that
judged comes from the log; the rest of the pack from PACK. Prints a line a look: number, SHA-256 of its picture, what it
says.
"""

import asyncio
import hashlib
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from knowledge.city import City, load_city
from serving.emergency import make_engine
from serving.situation import courses, rests
from serving.situation.log import Kept
from serving.situation.pictures import Past
from serving.situation.replay import replay
from serving.store.database import open_database
from serving.store.situation_tables import EvaluationRow, PlanRow, WatchRow


def under(pack: Path, plan: str) -> City:
    with TemporaryDirectory() as folder:
        other = copytree(pack, Path(folder) / "pack")
        (other / "weather" / "response_plan.toml").write_text(plan, encoding="utf-8")
        return load_city(other)


async def rebuilt(url: str, pack: Path) -> Iterator[str]:
    database = open_database(url)
    async with database.read() as session:
        watch_id = await session.scalar(select(func.max(WatchRow.watch_id))) or 0
        course = await courses.current(session)
        assert course is not None and course.watch_id == watch_id
        start = await rests.start(session, course)
        hashes = select(EvaluationRow.plan_hash).where(EvaluationRow.watch_id == watch_id)
        hashes = hashes.where(EvaluationRow.number >= start.looks[0].number)
        judged_by = list(await session.scalars(hashes.order_by(EvaluationRow.number)))
        texts = {row.plan_hash: row.text for row in await session.scalars(select(PlanRow))}
    await database.close()
    return _lines(pack, texts, start.facts, start.looks, judged_by, start.since)


def _lines(
    pack: Path,
    texts: dict[str, str],
    facts: Sequence[Kept],
    looks: Sequence[Past],
    judged_by: Sequence[str],
    since: datetime,
) -> Iterator[str]:
    done = 0
    for plan_hash, group in groupby(judged_by):
        end = done + len(list(group))
        again = list(replay(make_engine(under(pack, texts[plan_hash]), since), facts, looks[:end]))
        for past, new in zip(looks[done:end], again[done:], strict=True):
            yield f"{past.number} {hashlib.sha256(new.text).hexdigest()} {new.says}"
        done = end


if __name__ == "__main__":
    for line in asyncio.run(rebuilt(sys.argv[1], Path(sys.argv[2]))):
        print(line)
