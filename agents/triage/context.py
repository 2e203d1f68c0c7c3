"""What one triage run may use: handed in once, frozen, the clock included. Nothing below reads a global."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agents.model.chat import ChatModel, Priority
from agents.triage.basis import BasisTable
from agents.triage.past import PastTicket
from agents.triage.reader import TicketReader
from knowledge.base import KnowledgeBase
from knowledge.city import City, Geocoder
from tools.dispatch import DispatchOrder, DispatchReceipt
from tools.ticket import Ticket


class TicketHistory(Protocol):
    """Earlier tickets, newest first, never the one asked about."""

    async def recent(
        self, ticket: Ticket, *, groups: Collection[str], window_hours: float, limit: int
    ) -> Sequence[PastTicket]:
        """Those with a demand in one of the level-2 `groups` of the catalogue (first four digits of a code), and
        the caller's own of any kind beyond the limit. In a city of 30,000 calls a day only these can be looked at."""
        ...


class Outbox(Protocol):
    """Effects wait here until the city has them: a key is delivered once, whatever crashes in between."""

    async def submit(self, order: DispatchOrder) -> None:
        """Keep the order under its idempotency key; a second call with the same key changes nothing."""
        ...

    async def delivered(self, key: str, on_trouble: Callable[[str], None]) -> DispatchReceipt:
        """Wait until the city has the order. `on_trouble` hears once why it takes long.

        Raises tools.errors.CityRefused when the city will never take it.
        """
        ...


@dataclass(frozen=True)
class ModelUses:
    """What the model is asked to do; each switch was measured alone (evals). Off means the rule path."""

    choose: bool = True
    write: bool = True
    choose_weight: float = 1.2
    """How much the model's log-probabilities count beside the retrieval's."""


@dataclass(frozen=True)
class TriageContext:
    city: City
    geocoder: Geocoder
    reader: TicketReader
    knowledge: KnowledgeBase
    basis: BasisTable
    model: ChatModel
    history: TicketHistory
    outbox: Outbox
    clock: Callable[[], datetime]
    priority: Priority = Priority.OPERATOR
    uses: ModelUses = field(default_factory=ModelUses)
    model_timeout: float = 20.0
