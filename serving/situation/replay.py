"""A watch over again: the same facts in the same order at the same moments give the same pictures, byte for byte."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from agents.judgment.engine.gauges import Key
from agents.judgment.engine.picture import Picture
from agents.judgment.engine.windows import Gauge
from serving.situation.log import Kept
from serving.situation.pictures import Look, Past, look
from tools.emergency.facts import Fact, Observation, WeatherAlert, stamp

LOOK_BACK = timedelta(hours=48)
"""How much of what went before a watch is judged too, where its first fetch brings it: the plan asks no further."""


class Rules(Protocol):
    """agents.judgment.engine.engine.Engine, as far as it is used here."""

    def add(self, fact: Fact) -> bool: ...
    def evaluate(self, at: datetime) -> Picture: ...
    def what_if(self, at: datetime, changes: Sequence[Fact]) -> Picture: ...
    def copy(self) -> "Rules": ...
    @property
    def gauges(self) -> Mapping[Key, Gauge]: ...


def look_again(rules: Rules, fresh: Sequence[Kept], at: datetime, facts_seq: int) -> Look:
    """Add what came and look at the plan: milliseconds, beside the event loop."""
    for one in fresh:
        rules.add(one.fact)
    return look(rules.evaluate(at), facts_seq)


def replay(rules: Rules, facts: Sequence[Kept], past: Sequence[Past]) -> Iterator[Look]:
    """Every look of a watch anew, on new rules. facts: all of the watch, in order of arrival."""
    for one, picture in _again(rules, facts, past):
        yield look(picture, one.facts_seq)


def catch_up(rules: Rules, facts: Sequence[Kept], past: Sequence[Past]) -> Look | None:
    """Bring new rules to where a watch stands: its newest look. Those between are not written out: at a start,
    after days of looks, that would take most of the time."""
    newest = next(iter(deque(_again(rules, facts, past), maxlen=1)), None)
    return None if newest is None else look(newest[1], newest[0].facts_seq)


def _again(rules: Rules, facts: Sequence[Kept], past: Sequence[Past]) -> Iterator[tuple[Past, Picture]]:
    position = 0
    for one in past:
        while position < len(facts) and facts[position].seq <= one.facts_seq:
            rules.add(facts[position].fact)
            position += 1
        yield one, rules.evaluate(one.at)


def begun(watch_began_at: datetime, facts: Sequence[Kept], looks: Sequence[Past] = ()) -> datetime:
    """From when on the rules judge: the earliest reading or signal of a watch's first look, no further back than
    LOOK_BACK before the watch. looks: those of the watch, where facts are more than the first look's."""
    first = looks[0].facts_seq if looks else None
    told = (
        stamp(one.fact)
        for one in facts
        if (first is None or one.seq <= first) and isinstance(one.fact, Observation | WeatherAlert)
    )
    return min([watch_began_at, *(at for at in told if at >= watch_began_at - LOOK_BACK)])
