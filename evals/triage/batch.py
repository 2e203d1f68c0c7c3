"""Tickets of a file through the triage graph: several at a time, each seeing exactly the ones before it.

Workers take tickets in file order. A step that asks for earlier tickets waits until all of them are settled, and a
ticket is settled as soon as its duplicate step is over: what comes after (drafts in the model's words) holds up
nobody. Only started tickets are waited for, so nothing can lock up.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

from agents.triage.context import ModelUses, TriageContext
from agents.triage.decision import TriageDecision
from agents.triage.graph import TriageGraph, build_analysis
from agents.triage.past import PastTicket
from agents.triage.state import Json, TriageState
from evals.context import Stage
from evals.triage.case import Case, Gold
from evals.triage.scorers.family import Outcome
from tools.ticket import Ticket

SETTLED_BY = "duplicates"


class OrderedHistory:
    """`agents.triage.context.TicketHistory` in memory, over the tickets of one file."""

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        self._position = {ticket.ticket_id: number for number, ticket in enumerate(tickets)}
        self._settled = [asyncio.Event() for _ in tickets]
        self._past: dict[int, PastTicket] = {}
        self.waited: Counter[str] = Counter()  # ticket id -> microseconds

    def settle(self, ticket: Ticket, past: PastTicket | None) -> None:
        """Let later tickets go on; None when there is nothing to see of this one. Only the first call counts."""
        position = self._position[ticket.ticket_id]
        if past is not None and not self._settled[position].is_set():
            self._past[position] = past
        self._settled[position].set()

    async def recent(
        self, ticket: Ticket, *, groups: Collection[str], window_hours: float, limit: int
    ) -> Sequence[PastTicket]:
        """Newest first; the caller's own beyond `limit` among them, as the product's store does."""
        position, begun = self._position[ticket.ticket_id], time.perf_counter()
        for earlier in self._settled[:position]:
            await earlier.wait()
        self.waited[ticket.ticket_id] += round((time.perf_counter() - begun) * 1e6)
        since = ticket.created_at - timedelta(hours=window_hours)
        known = [self._past[number] for number in range(position) if number in self._past]
        known = [past for past in known if since <= past.created_at <= ticket.created_at]
        known.sort(key=lambda past: past.created_at, reverse=True)
        phone = ticket.caller.phone
        near = [past for past in known if past.within(groups)][:limit]
        return near + [past for past in known if phone and past.phone == phone and past not in near]


class Batch:
    """The outcomes of all cases. Work starts when the first outcome is asked for, in that event loop."""

    def __init__(
        self,
        stage: Stage,
        cases: Sequence[Case],
        *,
        workers: int,
        uses: ModelUses,
        approved: bool = False,
        on_done: Callable[[], None] = lambda: None,
    ) -> None:
        """approved: a settled ticket counts as one that a person approved with its labels."""
        self._cases = list(cases)
        self._approved = approved
        self._history = OrderedHistory([case.ticket for case in cases])
        self._context = stage.context(self._history, uses)
        self._graph = build_analysis()
        self._workers = workers
        self._on_done = on_done
        self._outcomes: dict[str, asyncio.Future[Outcome]] = {}
        self._running: list[asyncio.Task[None]] = []

    async def outcome(self, ticket_id: str) -> Outcome:
        """Raises whatever the ticket's run raised."""
        if not self._running:
            self._start()
        return await self._outcomes[ticket_id]

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        self._outcomes = {case.ticket.ticket_id: loop.create_future() for case in self._cases}
        waiting = iter(self._cases)
        self._running = [loop.create_task(self._work(waiting)) for _ in range(self._workers)]

    async def _work(self, waiting: Any) -> None:
        for case in waiting:
            promised = self._outcomes[case.ticket.ticket_id]
            try:
                promised.set_result(await self._run(case))
            except Exception as error:  # noqa: BLE001 # the asker of this outcome gets it; other tickets go on
                promised.set_exception(error)
            finally:
                self._history.settle(case.ticket, None)
                self._on_done()

    async def _run(self, case: Case) -> Outcome:
        begun = time.perf_counter()
        state = await analyse(self._graph, self._context, case.ticket, partial(self._settle, case.gold))
        spent = (time.perf_counter() - begun) * 1000 - self._history.waited[case.ticket.ticket_id] / 1000
        twin = case.disarmed
        return Outcome(
            decision=_decision(state),
            work_ms=spent,
            twin=_decision(await analyse(self._graph, self._context, twin)) if twin else None,
        )

    def _settle(self, gold: Gold, ticket: Ticket, past: PastTicket) -> None:
        self._history.settle(ticket, approved_as(past, gold) if self._approved else past)


async def analyse(
    graph: TriageGraph,
    context: TriageContext,
    ticket: Ticket,
    settle: Callable[[Ticket, PastTicket], None] | None = None,
) -> TriageState:
    """The graph's last state; `settle` hears of the ticket as soon as later ones may see it."""
    state: Json = {"ticket": ticket.model_dump(mode="json")}
    async for part in graph.astream(
        cast(TriageState, dict(state)), context=context, stream_mode=["updates"], version="v2"
    ):
        for step, update in cast("dict[str, Json | None]", part["data"]).items():
            state |= update or {}  # a step that adds nothing shows as None
            if step == SETTLED_BY and settle:
                settle(ticket, past_of(ticket, state))
    return cast(TriageState, state)


def past_of(ticket: Ticket, state: Json) -> PastTicket:
    """A ticket as later ones see it: open, and approved by nobody."""
    alert, demands = state.get("alert"), cast("list[Json]", state["demands"])
    return PastTicket(
        ticket_id=ticket.ticket_id,
        created_at=ticket.created_at,
        phone=ticket.caller.phone,
        text=state["redacted_text"],
        ticket_type=state["ticket_type"],
        emergency=bool(alert and alert["route"] == "R1"),
        category_codes=tuple(demand["category_code"] for demand in demands),
        place_ids=tuple(demand["place_id"] for demand in demands if demand["place_id"]),
        streets=tuple(demand["street"] for demand in demands if demand["street"]),
        duplicate_of=state["duplicate_of"],
        cluster_id=state["cluster_id"],
        closed=False,
        approved=False,
    )


def approved_as(past: PastTicket, gold: Gold) -> PastTicket:
    """The same ticket once a careful person approved it; one without a demand is answered, not dispatched."""
    codes = tuple(demand.category_code for demand in gold.demands)
    return replace(past, category_codes=codes, approved=True) if codes else past


def _decision(state: TriageState) -> TriageDecision:
    return TriageDecision.model_validate(state.get("decision"))
