"""The events of runs: appended with a sequence number, replayed from any of them, followed as they come."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.store.database import Database
from serving.store.situation_tables import SituationEventRow
from serving.store.tables import EventRow, Json, UploadEventRow

LAST = frozenset({"run.finished", "run.failed", "run.cancelled"})
"""Exactly one of these ends every run."""

PAGE = 500


class EventLog:
    """Readers wait in this process; the events themselves are in the database, so nothing is lost with it.

    row: the table they are kept in. last: the types that end a run.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        row: type[EventRow | UploadEventRow | SituationEventRow] = EventRow,
        last: frozenset[str] = LAST,
    ) -> None:
        self._database = database
        self._clock = clock
        self._row = row
        self._last = last
        self._readers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def add(self, session: AsyncSession, run_id: str, event: Json) -> Json:
        """Append within the caller's transaction; call `announce` once that has committed."""
        seq = await self.count(session, run_id) + 1
        at = self._clock().isoformat(timespec="milliseconds")  # one width, so that the text's order is time's
        stamped = {**event, "seq": seq, "at": at}
        session.add(self._row(run_id=run_id, seq=seq, type=stamped["type"], at=at, data=stamped))
        await session.flush()
        return stamped

    async def count(self, session: AsyncSession, run_id: str) -> int:
        """How many events a run has: the number of its last."""
        last = await session.scalar(select(func.max(self._row.seq)).where(self._row.run_id == run_id))
        return last or 0

    async def newest(self, session: AsyncSession, run_id: str, type_: str) -> Json | None:
        """The run's last event of a type."""
        query = select(self._row.data).where(self._row.run_id == run_id, self._row.type == type_)
        return await session.scalar(query.order_by(self._row.seq.desc()).limit(1))

    def announce(self, run_id: str) -> None:
        """Wake the readers of a run."""
        for reader in self._readers.get(run_id, ()):
            reader.set()

    async def read(self, run_id: str, after: int) -> list[Json]:
        """Up to PAGE events with a number above `after`, in order."""
        query = (
            select(self._row.data)
            .where(self._row.run_id == run_id, self._row.seq > after)
            .order_by(self._row.seq)
            .limit(PAGE)
        )
        async with self._database.read() as session:
            return list(await session.scalars(query))

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[Json]:
        """Events above `after`, then those to come, until the run's last; ends at once when that was read before."""
        news = asyncio.Event()
        self._readers[run_id].add(news)
        try:
            while True:
                news.clear()  # before reading: an event that comes meanwhile is not missed
                events = await self.read(run_id, after)
                for event in events:
                    after = event["seq"]
                    yield event
                    if event["type"] in self._last:
                        return
                if not events:
                    if await self._ended_by(run_id, after):
                        return
                    await news.wait()
        finally:
            self._readers[run_id].discard(news)
            if not self._readers[run_id]:
                del self._readers[run_id]

    async def _ended_by(self, run_id: str, seq: int) -> bool:
        """Whether the run's last event is among those up to `seq`: one that came since the last read still counts."""
        ended = select(self._row.seq).where(self._row.run_id == run_id, self._row.type.in_(self._last))
        query = ended.where(self._row.seq <= seq).limit(1)
        async with self._database.read() as session:
            return await session.scalar(query) is not None
