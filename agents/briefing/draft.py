"""What every part of a briefing is written from: the judgment, the city, the evidence by id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from agents.briefing.decision import Line, Text, Tone
from agents.briefing.index import index
from agents.briefing.material import Material
from agents.briefing.observed import Observed
from agents.judgment.decision import Evidence, Judgment, Recommendation
from agents.judgment.engine.picture import ConditionState, State
from agents.judgment.gaps import SOURCES
from agents.judgment.naming import clock
from knowledge.city import City

STATE_TONES: dict[State, Tone] = {"met": "bad", "not_met": "plain", "unknown": "unknown", "human": "human"}


@dataclass(frozen=True)
class Draft:
    """`previous` is the judgment that the last briefing was made from, None for the first."""

    judgment: Judgment
    city: City
    previous: Judgment | None
    material: Material

    @cached_property
    def observed(self) -> Observed:
        return Observed(self.material.facts, self.city, self.now, self.judgment.picture.grace)

    @cached_property
    def index(self) -> Mapping[str, Evidence]:
        """Every evidence that a line may cite, by id."""
        return index(self.judgment, self.previous, self.observed, self.now)

    @cached_property
    def conditions(self) -> tuple[ConditionState, ...]:
        """Start conditions of every hazard, in the plan's order."""
        return tuple(state for hazard in self.judgment.picture.hazards for state in hazard.conditions)

    @cached_property
    def end_conditions(self) -> tuple[ConditionState, ...]:
        return tuple(state for hazard in self.judgment.picture.hazards for state in hazard.end_conditions)

    @cached_property
    def ends(self) -> frozenset[str]:
        """Ids of the end conditions: that one of them is met is good news."""
        return frozenset(state.id for state in self.end_conditions)

    @cached_property
    def advised(self) -> tuple[Recommendation, ...]:
        """Recommendations that ask somebody to decide, the highest level first."""
        asked = [one for one in self.judgment.recommendations if one.action != "none"]
        return tuple(sorted(asked, key=lambda one: (one.level or 9, one.hazard)))

    def grounds(self, advice: Recommendation) -> Mapping[State, str]:
        """Clauses of the conditions that a recommendation rests on, by their state."""
        found: dict[State, list[str]] = {}
        for one in (*self.conditions, *self.end_conditions):
            if f"C:{one.id}" in advice.reasons:
                found.setdefault(one.state, []).append(one.clause)
        return {state: "、".join(clauses) for state, clauses in found.items()}

    def say(self, text: str, *evidence: str, tone: Tone = "plain") -> Line:
        """A sentence of ours. Ids that this judgment does not hold are left out: the check then tells of it."""
        known = dict.fromkeys(one for one in evidence if one in self.index)
        return Line(text=text, evidence=tuple(known), tone=tone)

    def nothing(self, text: str, *sources: str) -> str:
        """What an empty table says: `text`, unless it rests on a source that gave no answer."""
        for source in sources:
            if why := self.judgment.unheard.get(source):
                return f"{SOURCES.get(source, source)}没有取得（{why}），情况不明，不能当作没有"
        return text

    def narrative(self, part: str, templates: int = 12, tabled: str = "-") -> tuple[Text, ...]:
        """What the judgment's narrative says to one of its parts, as it was checked there.

        Of the template's own sentences only the first few, and none that rest on evidence whose id begins with
        `tabled` alone: the tables below them say the same.
        """
        found: list[Text] = []
        for paragraph in self.judgment.narrative:
            if paragraph.part == part and paragraph.sentences:
                template = [
                    one
                    for one in paragraph.sentences
                    if one.source == "template" and not all(key.startswith(tabled) for key in one.evidence)
                ]
                told = template[:templates]
                kept = [one for one in paragraph.sentences if one.source == "model" or one in told]
                if kept:
                    found.append(Text(sentences=tuple(Line(**one.model_dump()) for one in kept)))
        return tuple(found)

    @cached_property
    def now(self) -> datetime:
        """The judgment's moment in the city's own zone."""
        return self.local(self.judgment.at)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def when(self, at: datetime | None) -> str:
        """18:05 for the judgment's own day, 5月17日18:05 else; — for no time."""
        return clock(at, self.now) if at else "—"

    def department(self, dept_id: str) -> str:
        found = self.city.departments.get(dept_id)
        return found.short_name if found else dept_id

    def district(self, code: str) -> str:
        return self._districts.get(code, code)

    def named(self, subject: str) -> str:
        """A station's short name or a district's, whatever the id is of."""
        station = self.city.weather.stations.get(subject)
        return station.name if station else self.district(subject)

    def hazard(self, hazard: str) -> str:
        return self.city.weather.plan.plan.hazard_names.get(hazard, hazard)

    @cached_property
    def _districts(self) -> Mapping[str, str]:
        return {district.code: district.name for district in self.city.districts.values()}

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.city.info.timezone)
