"""What the outside world tells in a storm, as dated facts. The log of facts is the event: whoever reads it to a
moment knows exactly what was known then.

Every client of this package turns its wire format into these; the rule engine reads nothing else. Times are aware;
units are fixed by metric (rain mm, level m, depth cm, displacement mm/h, wind m/s): clients convert at the edge.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from knowledge.city.weather import Colour

Quality = Literal["good", "suspect", "missing"]


class Provenance(BaseModel):
    """Where a value was read: `source` names the feed, `reference` the object in it (a link or an id)."""

    model_config = ConfigDict(frozen=True)

    source: str
    reference: str = ""
    fetched_at: AwareDatetime
    note: str = ""
    """What the edge changed or found odd: a converted unit, a clock put right. Chinese."""


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True)

    provenance: Provenance | None = None


class Observation(_Fact):
    """One reading of a station. `time` is the end of its interval; `value` is None when it is missing."""

    fact: Literal["observation"] = "observation"
    station_id: str
    metric: str
    time: AwareDatetime
    value: float | None
    unit: str
    quality: Quality = "good"


class Forecast(_Fact):
    """One figure of a forecast, for a district or for a station (exactly one of the two)."""

    fact: Literal["forecast"] = "forecast"
    issued_at: AwareDatetime
    valid_from: AwareDatetime
    valid_to: AwareDatetime
    metric: str
    value: float
    unit: str
    district_code: str | None = None
    station_id: str | None = None


class WeatherAlert(_Fact):
    """A warning signal as its issuer published it. It starts nothing: a response needs a named person.

    expires_at None: in force until cancelled. supersedes: ids of signals that this one ends.
    """

    fact: Literal["alert"] = "alert"
    alert_id: str
    event: Literal["issue", "update", "cancel"]
    type: str
    colour: Colour
    districts: tuple[str, ...]
    issued_at: AwareDatetime
    effective_from: AwareDatetime
    expires_at: AwareDatetime | None = None
    supersedes: tuple[str, ...] = ()
    issuer: str
    headline: str = ""
    text: str = ""


class DistrictReport(_Fact):
    """A district says that it started or ended its own response. level 1 is the highest."""

    fact: Literal["district_response"] = "district_response"
    report_id: str
    time: AwareDatetime
    district_code: str
    hazard: str
    level: Literal[1, 2, 3, 4]
    event: Literal["start", "end"]
    source: str = ""


class Finding(_Fact):
    """What a person found about a condition that only people judge; the newest event of an object counts."""

    fact: Literal["finding"] = "finding"
    report_id: str
    time: AwareDatetime
    condition_id: str
    object: str
    event: Literal["reported", "confirmed", "rejected", "resolved"]
    text: str = ""
    by: str = ""


class CitizenSignal(_Fact):
    """A citizen's call about the weather: kind as the plan's ticket tests name it (积水, 人员被困, …)."""

    fact: Literal["citizen"] = "citizen"
    signal_id: str
    time: AwareDatetime
    kind: str
    place_id: str | None = None
    category_code: str | None = None
    note: str = ""


class FeedState(_Fact):
    """A feed began or ceased to answer. While it is down, what rests on its completeness is unknown."""

    fact: Literal["feed"] = "feed"
    feed: str
    """alerts, observations, forecasts, reports or tickets."""
    time: AwareDatetime
    state: Literal["ok", "stale", "down"]
    why: str = ""


class Signature(_Fact):
    """A named person signed a level of response, or its end (level None). Starts nothing in the plan's own track."""

    fact: Literal["signature"] = "signature"
    decision_id: str
    time: AwareDatetime
    hazard: str
    level: Literal[1, 2, 3, 4] | None


Fact = Annotated[
    Observation | Forecast | WeatherAlert | DistrictReport | Finding | CitizenSignal | FeedState | Signature,
    Field(discriminator="fact"),
]


def stamp(fact: Fact) -> datetime:
    """The moment from which a fact counts: stamped, issued or reported at."""
    match fact:
        case Forecast() | WeatherAlert():
            return fact.issued_at
        case _:
            return fact.time
