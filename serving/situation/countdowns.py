"""Deadlines that run for people now (plan 3.5, 5.3.2, 5.3.4, 6.1, 6.2), each with its clause, the nearest first.

Pure: what is known goes in, what is still owed comes out. A deadline that is over stays until it is met.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.engine.picture import Picture
from agents.judgment.known import RANK
from agents.judgment.situation import Signed
from knowledge.city.duties import Duties
from serving.situation.pictures import conditions
from serving.store.tables import Json
from tools.emergency.facts import Finding, WeatherAlert


@dataclass(frozen=True)
class Done:
    """What people did in this event: moments of their decisions and of signed briefings, and the newest judgment's."""

    decided: tuple[datetime, ...] = ()
    reported: tuple[datetime, ...] = ()
    judged: datetime | None = None


def countdowns(
    duties: Duties | None,
    picture: Picture,
    alerts: Sequence[WeatherAlert],
    findings: Sequence[Finding],
    signed: Mapping[str, Signed],
    done: Done,
    since: datetime,
) -> list[Json]:
    """{kind, title, due_at, clause}. since: begin of the event; what lies before it is another one's."""
    if duties is None:
        return []
    owed = [
        *_consult(duties, alerts, done, since),
        *_propose(duties, picture, signed, done, since),
        *_conclude(duties, picture, findings, since),
        *_first_report(duties, findings, done, since),
        *_follow_up(duties, signed, done),
    ]
    return sorted(owed, key=lambda one: (one["due_at"], one["title"]))


def _consult(duties: Duties, alerts: Sequence[WeatherAlert], done: Done, since: datetime) -> Iterator[Json]:
    """Of several signals of one type and colour the earliest that nobody has concluded on sets the time."""
    owed: dict[str, datetime] = {}
    for one in alerts:
        grave = RANK[one.colour] >= RANK[duties.consult.colour]
        if grave and one.issued_at >= since and not _after(done.decided, one.issued_at):
            title = f"{one.type}{one.colour}色信号后会商并写明结论"
            owed[title] = min(one.issued_at, owed.get(title, one.issued_at))
    for title, begun in owed.items():
        yield _owed("consult", title, begun, duties.consult.within_minutes, duties.consult.clause)


def _propose(
    duties: Duties, picture: Picture, signed: Mapping[str, Signed], done: Done, since: datetime
) -> Iterator[Json]:
    """The earliest condition of the level that the rules reach, until a judgment has been made since."""
    for hazard in picture.hazards:
        stands = signed.get(hazard.hazard)
        if hazard.level is None or (stands is not None and stands.level <= hazard.level):
            continue
        met = [one.since for one in hazard.conditions if one.state == "met" and one.level == hazard.level]
        begun = max(min(met), since) if met else since
        if done.judged is None or done.judged < begun:
            title = f"{hazard.name}{LEVEL_NAMES[hazard.level]}级条件成立，提出建议"
            yield _owed("propose", title, begun, duties.propose.minutes[hazard.level], duties.propose.clause)
        if not _after(done.decided, begun):
            title = f"{hazard.name}{LEVEL_NAMES[hazard.level]}级建议待签发"
            yield _owed("sign", title, begun, duties.propose.minutes[hazard.level], duties.propose.clause)


def _conclude(
    duties: Duties, picture: Picture, findings: Sequence[Finding], since: datetime
) -> Iterator[Json]:
    clauses = {one.id: one.clause for one in conditions(picture).values()}
    for one in findings:
        if one.event == "reported" and one.time >= since:
            title = f"{one.object}（{clauses.get(one.condition_id, '未列条文')}）待研判，给出结论"
            yield _owed("conclude", title, one.time, duties.conclude.within_minutes, duties.conclude.clause)


def _first_report(duties: Duties, findings: Sequence[Finding], done: Done, since: datetime) -> Iterator[Json]:
    rule = duties.first_report
    for one in findings:
        if one.event not in ("reported", "confirmed") or one.time < since or _after(done.reported, one.time):
            continue
        yield _owed("phone", f"{one.object}首报（电话）", one.time, rule.phone_minutes, rule.clause)
        yield _owed("written", f"{one.object}首报（书面）", one.time, rule.written_minutes, rule.clause)


def _follow_up(duties: Duties, signed: Mapping[str, Signed], done: Done) -> Iterator[Json]:
    """One report covers all hazards: the gravest level sets the pace."""
    if not signed:
        return
    gravest = min(signed.values(), key=lambda one: (one.level, one.signed_at))
    last = max((at for at in done.reported if at >= gravest.signed_at), default=gravest.signed_at)
    title = f"{LEVEL_NAMES[gravest.level]}级响应续报"
    yield _owed("follow_up", title, last, duties.follow_up.minutes[gravest.level], duties.follow_up.clause)


def _after(moments: Sequence[datetime], begun: datetime) -> bool:
    return any(at >= begun for at in moments)


def _owed(kind: str, title: str, begun: datetime, minutes: int, clause: str) -> Json:
    due = begun + timedelta(minutes=minutes)
    return {"kind": kind, "title": title, "due_at": due.isoformat(), "clause": clause}
