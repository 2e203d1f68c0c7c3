"""The tickets of one file as history for those after them: bounded, in memory, in the file's order."""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.triage.past import PastTicket
from serving.store.tables import Json
from serving.tickets.history import past_of
from tools.ticket import Ticket

KEPT = 5000
ALIKE = 0.2
"""Share of character pairs from which an unfinished earlier ticket is worth waiting for."""


@dataclass(frozen=True)
class _Coming:
    ticket: Ticket
    pairs: frozenset[str]
    done: asyncio.Event


class RecentTickets:
    """Implements `agents.triage.context.TicketHistory`.

    Several tickets are analysed at once. A later one waits for an earlier one only where the two could be the same
    matter (same caller, or words alike): so duplicates are found as if they came one after the other.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._past: deque[tuple[datetime, PastTicket]] = deque(maxlen=kept)
        self._coming: dict[str, _Coming] = {}

    def expect(self, ticket: Ticket) -> None:
        """Announce a ticket in the file's order, before it is analysed."""
        # An id that comes twice keeps its first place: whoever waits for it must not wait for ever.
        self._coming.setdefault(ticket.ticket_id, _Coming(ticket, _pairs(ticket.text), asyncio.Event()))

    def add(self, ticket: Ticket, decision: Json) -> None:
        """A ticket is analysed."""
        past = past_of(decision, created_at=ticket.created_at, phone=ticket.caller.phone)
        self._past.append((ticket.created_at, past))
        self.give_up(ticket)

    def give_up(self, ticket: Ticket) -> None:
        """A ticket gives no decision: nobody should wait for it."""
        coming = self._coming.pop(ticket.ticket_id, None)
        if coming is not None:
            coming.done.set()

    async def recent(
        self, ticket: Ticket, *, groups: Collection[str], window_hours: float, limit: int
    ) -> Sequence[PastTicket]:
        """Newest first; the caller's own tickets are among them beyond the limit."""
        await self._wait_for_alike(ticket)
        since = ticket.created_at - timedelta(hours=window_hours)
        found = [past for at, past in self._past if since <= at <= ticket.created_at]
        found = [past for past in found if past.ticket_id != ticket.ticket_id]
        found.sort(key=lambda past: past.created_at, reverse=True)
        phone = ticket.caller.phone
        near = [past for past in found if past.within(groups)][:limit]
        return near + [past for past in found if phone and past.phone == phone and past not in near]

    async def _wait_for_alike(self, ticket: Ticket) -> None:
        pairs, phone = _pairs(ticket.text), ticket.caller.phone
        for other_id, other in list(self._coming.items()):
            if other_id == ticket.ticket_id:
                return  # those after it in the file
            shared = len(pairs & other.pairs) / max(1, min(len(pairs), len(other.pairs)))
            if shared >= ALIKE or (phone and phone == other.ticket.caller.phone):
                await other.done.wait()


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
