"""Earlier tickets, as duplicate search and the reader see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PastTicket:
    """An earlier ticket as duplicate search sees it; `text` is redacted, `phone` is compared and never shown."""

    ticket_id: str
    created_at: datetime
    phone: str | None
    text: str
    ticket_type: str
    emergency: bool
    category_codes: tuple[str, ...]
    place_ids: tuple[str, ...]
    streets: tuple[str, ...]
    duplicate_of: str | None
    cluster_id: str | None
    closed: bool
    approved: bool

    def within(self, groups: Collection[str]) -> bool:
        """Whether a demand is of one of the level-2 groups of the catalogue."""
        return any(code[:4] in groups for code in self.category_codes)
