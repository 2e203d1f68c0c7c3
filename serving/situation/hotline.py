"""Our own hotline as a source: a ticket about water, wind or trapped people is a citizen's call too."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.situation import courses, log
from serving.situation.live import Live
from serving.store.situation_tables import FactRow
from serving.store.tables import Json, RunRow
from tools.emergency.hotline import citizen_signal


async def hear(live: Live, session: AsyncSession, run: RunRow, event: Json) -> None:
    """Observer of the run service: in the transaction that stores a ticket's decision, what it says of the storm.

    It counts from when it was decided, by the clock of the watch; a ticket that is analysed anew is not counted twice.
    """
    if run.agent != "triage" or event["type"] != "decision" or run.ticket_id is None:
        return
    course = await courses.current(session)
    if course is None:
        return
    city, at = live.pack.city, live.clock()
    for demand in event["decision"]["demands"]:
        entry = city.catalogue.get(demand["category_code"])
        if entry is None:
            continue
        signal = citizen_signal(run.ticket_id, at, entry, demand["evidence"], demand["place_id"])
        if signal is None or await _known(session, course.watch_id, signal.signal_id):
            continue
        await log.append(session, course.watch_id, [signal], "hotline", at)
        live.wake()


async def _known(session: AsyncSession, watch_id: int, signal_id: str) -> bool:
    query = select(FactRow.seq).where(FactRow.watch_id == watch_id, FactRow.subject == signal_id).limit(1)
    return await session.scalar(query) is not None
