"""What a judgment asks the outside: one protocol, each method a source with its own deadline.

Everything is asked as it was known at `at`; nothing later may show. The server answers from its log of facts,
`replay.py` from a list of facts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from agents.judgment.decision import Judgment
from agents.judgment.engine.picture import Level, Picture
from tools.emergency.facts import CitizenSignal, Fact, FeedState, Forecast, WeatherAlert


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Signed(_Frozen):
    """A level that a named person signed and that stands."""

    hazard: str
    level: Level
    post: str
    by: str
    signed_at: AwareDatetime
    decision_id: str = ""


class CallRecord(_Frozen):
    """What became of one call (叫应) for one signal."""

    contact_id: str
    signal: str
    """Id of the alert it was made for."""
    state: Literal["calling", "acknowledged", "no_answer", "escalated"]
    called_at: AwareDatetime
    acknowledged_at: AwareDatetime | None = None
    said: str = ""


class Standing(_Frozen):
    """The event's own books: what people signed, whom they called."""

    event_id: str
    title: str = ""
    started_at: AwareDatetime | None = None
    signed: tuple[Signed, ...] = ()
    calls: tuple[CallRecord, ...] = ()


class Now(_Frozen):
    """The newest sound value of one station and metric, and where it is going.

    sums: minutes -> mm, of good rows (rain only). slopes: minutes of window (0 for the value itself) -> change an
    hour. state: stale when older than the station may be, suspect when only suspect rows are that new.
    """

    station_id: str
    metric: str
    value: float | None
    at: AwareDatetime | None
    state: Literal["good", "suspect", "stale", "none"]
    sums: Mapping[int, float] = {}
    slopes: Mapping[int, float] = {}


class Situation(Protocol):
    """Sources of one judgment. Any of them may be slow or fail: the judgment goes on without it and says so."""

    async def picture(self, at: datetime) -> Picture:
        """The rule engine's picture."""
        ...

    async def what_if(self, at: datetime, changes: Sequence[Fact]) -> Picture:
        """The picture if these facts held as well (Engine.what_if)."""
        ...

    async def observations(self, at: datetime) -> Sequence[Now]:
        """Every station's metrics, as the rule engine has them (known.readings)."""
        ...

    async def forecasts(self, at: datetime) -> Sequence[Forecast]:
        """Issued at or before `at`; at least the newest per place and metric."""
        ...

    async def alerts(self, at: datetime) -> Sequence[WeatherAlert]:
        """All messages of the event issued at or before `at`, cancelled and expired ones too."""
        ...

    async def citizens(self, at: datetime, hours: float) -> Sequence[CitizenSignal]:
        """Calls in (at - hours, at], any order."""
        ...

    async def feeds(self, at: datetime) -> Sequence[FeedState]:
        """The newest state of each feed."""
        ...

    async def standing(self, at: datetime) -> Standing: ...

    async def previous(self, at: datetime) -> Judgment | None:
        """The judgment before this one, in this event."""
        ...
