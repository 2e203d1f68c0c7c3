"""The evidence of a briefing by id: the judgment's, with what cells show of it besides, then what only tables need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from agents.briefing import conditions
from agents.briefing.observed import Observed
from agents.briefing.tallies import tallies
from agents.briefing.wording import full
from agents.judgment.condition_words import of_condition
from agents.judgment.decision import Evidence, Judgment

Figures = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class More:
    """What a cell says of something beyond its evidence's own words; appended to them, never in their place."""

    text: str = ""
    figures: Figures = ()


def index(
    judgment: Judgment, previous: Judgment | None, observed: Observed, now: datetime
) -> Mapping[str, Evidence]:
    """Whatever the judgment itself holds under an id keeps its words."""
    known = dict(observed.evidence)
    for hazard in judgment.picture.hazards:
        for state in (*hazard.conditions, *hazard.end_conditions):
            known[f"C:{state.id}"] = of_condition(hazard, state, now)
    known |= {one.id: one for one in tallies(judgment, previous, now)}
    known |= {one.id: one for one in (*judgment.evidence, *judgment.alerts)}
    for key, more in _more(judgment, now, known):
        if key in known:
            known[key] = _with(known[key], more)
    return known


def _with(one: Evidence, more: More) -> Evidence:
    figures = tuple(figure for figure in more.figures if figure not in one.figures)
    text = f"{one.text}；{more.text}" if more.text else one.text
    return one.model_copy(update={"text": text, "figures": (*one.figures, *figures)})


def _more(judgment: Judgment, now: datetime, known: Mapping[str, Evidence]) -> Iterator[tuple[str, More]]:
    for hazard in judgment.picture.hazards:
        for state in (*hazard.conditions, *hazard.end_conditions):
            moments = (
                ("数据时间", state.observed_at),
                ("状态起自", state.since),
                ("首次成立", state.first_met_at),
            )
            times = "，".join(f"{name}{full(at.astimezone(now.tzinfo))}" for name, at in moments if at)
            why = (state.why,) if state.why and state.why not in known[f"C:{state.id}"].text else ()
            yield f"C:{state.id}", More("；".join((times, *why)), tuple(conditions.figures(state)))
    for point in judgment.risk_points:
        counts = ((point.people, "人"), (point.shelter_room, "人"), (point.reach_minutes, "分钟"))
        told = tuple((value, unit) for value, unit in counts if value is not None)
        yield f"R:{point.risk_id}", More("", told)
    for call in judgment.calls:
        yield f"L:{call.contact_id}", More(f"电话{call.phone}")
