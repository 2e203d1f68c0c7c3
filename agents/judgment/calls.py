"""The call chain (叫应): who is to be called for the signals in force, by whom, until when, and what came of it.

The plan's rule (3.4): a colour starts a row's call; a post answers within its minutes, counted from its caller's
answer; who does not answer is called again on the spare number, then the post above.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from agents.judgment.decision import CallState, Evidence
from agents.judgment.known import RANK, weightiest
from agents.judgment.naming import clock
from agents.judgment.situation import CallRecord
from knowledge.city import City
from knowledge.city.weather import Contact
from tools.emergency.facts import WeatherAlert

ABOUT = "叫应"
"""The plan's section on calls has it in its heading."""

_STATES: Mapping[str, Literal["calling", "acknowledged", "overdue", "escalated"]] = {
    "calling": "calling",
    "acknowledged": "acknowledged",
    "no_answer": "overdue",
    "escalated": "escalated",
}


def calls_due(
    city: City, alerts: Sequence[WeatherAlert], records: Sequence[CallRecord], at: datetime
) -> tuple[CallState, ...]:
    """Every call that the signals in force ask for, each post once, for the gravest and then earliest signal.

    Order: overdue first, then by due time.
    """
    contacts, alerts = city.weather.contacts, weightiest(city, alerts)
    wanted = {one.contact_id: alert for one in contacts.values() if (alert := _reason(city, one, alerts))}
    made = {(record.contact_id, record.signal): record for record in records}
    chain, clause = _Chain(contacts, wanted, made), city.weather.section(ABOUT)
    states = [
        _state(chain, contacts[contact_id], alert, made.get((contact_id, alert.alert_id)), at, clause)
        for contact_id, alert in wanted.items()
    ]
    return tuple(
        sorted(
            states, key=lambda one: (one.state not in ("overdue", "escalated"), one.due_at, one.contact_id)
        )
    )


def _reason(city: City, contact: Contact, alerts: Sequence[WeatherAlert]) -> WeatherAlert | None:
    """The signal a post is called for: grave enough for its row, in its district. The chain's head calls, nobody
    calls it."""
    if contact.called_by is None or contact.signal_from is None:
        return None
    used = city.weather.plan.semantics.signals.types_used
    fitting = [
        one
        for one in alerts
        if one.type in used
        and RANK[one.colour] >= RANK[contact.signal_from]
        and (contact.district_code is None or contact.district_code in one.districts)
    ]
    return min(fitting, key=lambda one: (-RANK[one.colour], one.issued_at, one.alert_id), default=None)


class _Chain:
    """When each post must have answered: its own minutes after the caller's answer, or after the caller's due time."""

    def __init__(
        self,
        contacts: Mapping[str, Contact],
        wanted: Mapping[str, WeatherAlert],
        made: Mapping[tuple[str, str], CallRecord],
    ) -> None:
        self._contacts, self._wanted, self._made = contacts, wanted, made

    def due(self, contact: Contact, alert: WeatherAlert, seen: frozenset[str] = frozenset()) -> datetime:
        begin = max(self._begin(contact, alert, seen | {contact.contact_id}), alert.issued_at)
        return begin + timedelta(minutes=self.minutes(contact, alert))

    def minutes(self, contact: Contact, alert: WeatherAlert) -> int:
        """The row's own; at a graver colour no more than the rows of the same tier that begin with that colour."""
        own = contact.ack_within_min or 0
        graver = [
            one.ack_within_min
            for one in self._contacts.values()
            if one.level == contact.level and one.signal_from == alert.colour and one.ack_within_min
        ]
        return min([own, *graver])

    def _begin(self, contact: Contact, alert: WeatherAlert, seen: frozenset[str]) -> datetime:
        caller = self._contacts.get(contact.called_by or "")
        if caller is None or caller.contact_id in seen or caller.contact_id not in self._wanted:
            return alert.issued_at
        reason = self._wanted[caller.contact_id]
        answered = self._made.get((caller.contact_id, reason.alert_id))
        if answered and answered.acknowledged_at:
            return answered.acknowledged_at
        return self.due(caller, reason, seen)


def _state(
    chain: _Chain,
    contact: Contact,
    alert: WeatherAlert,
    record: CallRecord | None,
    at: datetime,
    clause: str,
) -> CallState:
    due = chain.due(contact, alert)
    state = _STATES[record.state] if record else "to_call"
    if state in ("to_call", "calling") and at > due:
        state = "overdue"
    return CallState(
        contact_id=contact.contact_id,
        post=f"{contact.unit}{contact.role}",
        phone=contact.phone,
        called_by=contact.called_by or "",
        due_at=due,
        state=state,
        called_at=record.called_at if record else None,
        acknowledged_at=record.acknowledged_at if record else None,
        said=record.said if record else "",
        escalate_to=contact.escalate_to,
        signal=alert.alert_id,
        clause=clause,
    )


WORDS = {
    "to_call": "待叫应",
    "calling": "正在呼叫",
    "acknowledged": "已应答",
    "overdue": "到时未应答",
    "escalated": "已转叫上级",
    "uncalled": "到时还没有叫",
}


def word(one: CallState) -> str:
    """The state in Chinese; a post that nobody called in time did not fail to answer."""
    return WORDS["uncalled" if one.state == "overdue" and one.called_at is None else one.state]


def evidence(city: City, calls: Sequence[CallState], at: datetime) -> Iterator[Evidence]:
    """One for each call, and L:all for the whole board."""
    for one in calls:
        clause = f"（{one.clause}）" if one.clause else ""
        text = f"{one.post}{word(one)}，应在{clock(one.due_at, at)}前应答{clause}"
        if one.acknowledged_at:
            text += f"，应答时间{clock(one.acknowledged_at, at)}"
        if one.state == "overdue" and one.called_at and one.escalate_to:
            above = city.weather.contacts[one.escalate_to]
            text += f"，换备用号码再叫，仍无应答叫{above.unit}{above.role}"
        yield Evidence(
            id=f"L:{one.contact_id}",
            kind="call",
            text=text,
            figures=(),
            at=one.due_at,
            subject=one.contact_id,
            clause=one.clause,
            source="叫应名单",
        )
    if calls:
        found = Counter(word(one) for one in calls)
        counted = "、".join(f"{said}{found[said]}个" for said in WORDS.values() if found[said])
        rule = f"按{calls[0].clause}" if calls[0].clause else ""
        text = f"{rule}应叫应{len(calls)}个岗位，"
        text += f"其中{counted}" if len(found) > 1 else f"均{word(calls[0])}"
        yield Evidence(
            id="L:all", kind="call", text=text, figures=((len(calls), "个岗位"),), source="叫应名单"
        )
