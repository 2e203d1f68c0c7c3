"""The same matter reported before, and reports piling up: by the pack's windows, radii and similarities.

A ticket repeats an earlier one when matter, place and time agree, it asks the same kind of thing, and it tells nothing
new. Merging is only proposed: a person confirms it, and every caller keeps their own answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from agents.triage.context import TriageContext
from agents.triage.past import PastTicket
from agents.triage.rules import ranked
from agents.triage.state import Alert, Json, Part, TriageState
from knowledge.city import City, Place
from tools.ticket import Ticket

_ACTS = ("求助", "投诉", "举报")
"""Types that ask for the same handling; a question, a suggestion or praise about a matter does not repeat it."""

LIKELY = 0.15
"""Probability from which a candidate row counts as the matter when reports are compared."""

REPEATS = 0.85
"""Detector score from which the words themselves say 'the same again, nothing new'."""


@dataclass(frozen=True)
class Limits:
    window_hours: float
    radius_m: float
    similarity: float
    across_callers: bool
    sudden: bool  # an outage or flood: every report tells how far it reaches, so none is 'nothing new'


@dataclass(frozen=True)
class Verdict:
    update: Json
    summary: str
    repeat_alert: Alert | None = None


@dataclass(frozen=True)
class _Mine:
    """This ticket, as compared."""

    ticket: Ticket
    text: str
    state: TriageState
    city: City
    codes: tuple[str, ...]  # likely rows of the catalogue: one caller says 停电, the next 电线
    places: tuple[str, ...]

    @property
    def groups(self) -> set[str]:
        """Level-2 groups of the demands: the pack counts rows of one group as one matter."""
        return {demand["category_code"][:4] for demand in self.state["demands"]}


def find(
    state: TriageState, ticket: Ticket, text: str, past: Sequence[PastTicket], context: TriageContext
) -> Verdict:
    """duplicate_of and cluster_id for this ticket, and the R3 alert where nothing new was told.

    `text`: the ticket's, without noise and commands.
    """
    demands = state["demands"]
    mine = _Mine(
        ticket,
        text,
        state,
        context.city,
        tuple(code for part in state["parts"] for code in likely(part)),
        tuple(d["place_id"] for d in demands if d["place_id"]),
    )
    if not demands:
        return Verdict({"duplicate_of": None, "cluster_id": None}, "没有可比对的诉求")
    again = context.reader.repeat_score(text)
    fresh = tells_new_facts(text, context.city) or (again < REPEATS and _same_caller_news(mine, past))
    near = [item for item in past if _same_matter(mine, item)]
    cluster = _cluster(mine, near)
    match = None if fresh else _best(mine, near, context)
    update = {"duplicate_of": match.ticket_id if match else None, "cluster_id": cluster}
    summary = f"疑与 {match.ticket_id} 重复" if match else "未见重复"
    if cluster:
        summary += "；同类诉求正在聚集，已标注"
    alert = _repeat_alert(mine, match, context.city) if match else None
    return Verdict(update, summary, alert)


def limits_of(city: City, code: str) -> Limits:
    """The pack's limits for a catalogue code; the override that names the code wins."""
    rules = city.duplicates
    for item in rules.overrides:
        if code in item.codes:
            return Limits(
                item.window_hours or rules.window_hours,
                item.radius_m or rules.radius_m,
                item.similarity or rules.similarity,
                not item.never_merge_across_callers,
                bool(item.window_hours) and item.window_hours <= 6,
            )
    return Limits(rules.window_hours, rules.radius_m, rules.similarity, across_callers=True, sudden=False)


def likely(part: Part) -> list[str]:
    """Rows a demand may well belong to."""
    return [code for code in ranked(part, 3) if part["scores"][code] >= LIKELY or code == ranked(part)[0]]


def tells_new_facts(text: str, city: City) -> bool:
    return any(cue in text for cue in city.duplicates.new_fact_cues)


def _same_caller_news(mine: _Mine, past: Sequence[PastTicket]) -> bool:
    """A caller who is back without saying 'nothing new' has news; another caller may not know of the first call."""
    phone = mine.ticket.caller.phone
    return bool(phone) and any(item.phone == phone and _same_matter(mine, item) for item in past)


def _same_matter(mine: _Mine, item: PastTicket) -> bool:
    """Same matter, near enough, recently enough."""
    shared = [code for code in item.category_codes if code in mine.codes or code[:4] in mine.groups]
    if not shared:
        return False
    limits = limits_of(mine.city, shared[0])
    same_caller = bool(mine.ticket.caller.phone) and mine.ticket.caller.phone == item.phone
    if not (same_caller or limits.across_callers):
        return False
    days = mine.city.duplicates.same_caller_window_days
    window = timedelta(days=days) if same_caller else timedelta(hours=limits.window_hours)
    if not timedelta(0) <= mine.ticket.created_at - item.created_at <= window:
        return False
    return _near(mine, item, limits.radius_m) or (same_caller and not (mine.places and item.place_ids))


def _near(mine: _Mine, item: PastTicket, radius_m: float) -> bool:
    places = mine.city.places
    return any(
        a == b or metres(places[a], places[b]) <= radius_m
        for a in mine.places
        for b in item.place_ids
        if a in places and b in places
    )


def metres(a: Place, b: Place) -> float:
    """Great-circle distance, WGS-84 sphere."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


def _best(mine: _Mine, near: Sequence[PastTicket], context: TriageContext) -> PastTicket | None:
    """The ticket repeated: the caller's own last one, else the first report of the matter."""
    alert = mine.state.get("alert")
    emergency = bool(alert and alert["route"] == "R1")
    acts = mine.state["ticket_type"] in _ACTS
    alike = [item for item in near if item.emergency >= emergency and (item.ticket_type in _ACTS) == acts]
    if not alike:
        return None
    floor = min(limits_of(mine.city, code).similarity for code in mine.codes)
    similar = context.reader.similarities(mine.text, [item.text for item in alike])
    alike = [item for item, value in zip(alike, similar, strict=True) if value >= floor]
    own = [item for item in alike if item.phone and item.phone == mine.ticket.caller.phone]
    if own:
        return max(own, key=lambda item: item.created_at)
    roots = [item for item in alike if item.duplicate_of is None] or alike
    same_kind = [item for item in roots if item.emergency == emergency] or roots
    return min(same_kind, key=lambda item: item.created_at, default=None)


def _cluster(mine: _Mine, near: Sequence[PastTicket]) -> str | None:
    """Reports of one matter around one place within the alert's window: named after the first of them."""
    rule = mine.city.duplicates.cluster_alert
    since = mine.ticket.created_at - timedelta(hours=rule.window_hours)
    close = [item for item in near if item.created_at >= since and _near(mine, item, rule.radius_m)]
    if len(close) + 1 < rule.count:
        return None
    known = [item.cluster_id for item in close if item.cluster_id]
    return known[0] if known else f"C-{min(close, key=lambda item: item.created_at).ticket_id}"


def _repeat_alert(mine: _Mine, match: PastTicket, city: City) -> Alert | None:
    """R3 for the same caller, or the same matter again with nothing new; never for an emergency."""
    same_caller = bool(match.phone) and match.phone == mine.ticket.caller.phone
    sudden = any(limits_of(city, code).sudden for code in mine.codes)
    if mine.state.get("alert") or (sudden and not same_caller):
        return None
    route = city.special_routes["R3"]
    return {
        "route": "R3",
        "number": None,
        "also": [],
        "name": route.name,
        "advice": f"{route.channel}；原单 {match.ticket_id}。{route.confirm_what}",
        "evidence": mine.state["demands"][0]["evidence"],
        "certain": same_caller,
        "how": "rule",
    }
