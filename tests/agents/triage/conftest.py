"""A whole triage context on a small embedder: characters hashed into a vector, so that a fit takes seconds."""

import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.model.off import NoModel
from agents.triage.basis import load_basis
from agents.triage.context import TriageContext
from agents.triage.past import PastTicket
from agents.triage.reader import TicketReader
from knowledge.base import KnowledgeBase
from knowledge.city import City, Geocoder, load_city
from tools.dispatch import DispatchOrder, DispatchReceipt
from tools.ticket import Ticket, parse_ticket

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)


class HashEmbedder:
    """Character pairs hashed into 96 dimensions: texts that share words lie near each other."""

    fingerprint = "hash-96"
    dimension = 96

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for at in range(max(len(text) - 1, 1)):
                row[zlib.crc32(text[at : at + 2].encode()) % self.dimension] += 1
            row /= np.linalg.norm(row) or 1
        return rows

    embed_queries = embed_documents


class Remembered:
    """TicketHistory over a list."""

    def __init__(self) -> None:
        self.past: list[PastTicket] = []

    async def recent(
        self, ticket: Ticket, *, groups: Collection[str], window_hours: float, limit: int
    ) -> list[PastTicket]:
        return [item for item in reversed(self.past) if item.ticket_id != ticket.ticket_id][:limit]


class CountingOutbox:
    """Outbox that delivers at once and remembers what it was given."""

    def __init__(self) -> None:
        self.orders: dict[str, DispatchOrder] = {}

    async def submit(self, order: DispatchOrder) -> None:
        self.orders.setdefault(order.idempotency_key, order)

    async def delivered(self, key: str, on_trouble: Callable[[str], None]) -> DispatchReceipt:
        return DispatchReceipt(service_request_id=f"SR-{key}")


@pytest.fixture(scope="session")
def city() -> City:
    return load_city(ROOT / "knowledge" / "city" / "yunzhou")


@pytest.fixture(scope="session")
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture(scope="session")
def reader(city: City, embedder: HashEmbedder) -> TicketReader:
    return TicketReader.fit(city, embedder)


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory, embedder: HashEmbedder) -> KnowledgeBase:
    base = KnowledgeBase.open(tmp_path_factory.mktemp("knowledge"), embedder, lambda: NOW)
    base.add(sorted((ROOT / "knowledge" / "corpus" / "yunzhou").glob("*.md")))
    base.publish()
    return base


@pytest.fixture
def context(city: City, reader: TicketReader, knowledge: KnowledgeBase) -> TriageContext:
    return TriageContext(
        city=city,
        geocoder=Geocoder(city),
        reader=reader,
        knowledge=knowledge,
        basis=load_basis(ROOT / "knowledge" / "corpus" / "basis" / "yunzhou.csv"),
        model=NoModel(),
        history=Remembered(),
        outbox=CountingOutbox(),
        clock=lambda: NOW,
    )


@pytest.fixture
def with_model(context: TriageContext) -> Callable[[Any], TriageContext]:
    return lambda model: replace(context, model=model)


@pytest.fixture
def ticket_of() -> Callable[..., Ticket]:
    def make(text: str, **fields: Any) -> Ticket:
        data = {"ticket_id": "T-1", "created_at": "2026-06-10T10:00:00+08:00", "text": text, **fields}
        return parse_ticket(data, clock=lambda: NOW, new_id=lambda: "T-new")

    return make
