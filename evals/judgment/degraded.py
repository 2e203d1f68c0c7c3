"""Each source silenced from the start of a storm: what turns unknown, and does anything turn to a false calm?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.judgment.engine.picture import Picture
from evals.judgment.case import replay
from evals.judgment.states import conditions
from knowledge.city import City
from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Fact,
    FeedState,
    Finding,
    Forecast,
    Observation,
    WeatherAlert,
    stamp,
)
from tools.emergency.scenario import Scenario

FEEDS: Mapping[str, tuple[type[Fact], ...]] = {
    "alerts": (WeatherAlert,),
    "observations": (Observation,),
    "forecasts": (Forecast,),
    "reports": (DistrictReport, Finding),
    "tickets": (CitizenSignal,),
}


@dataclass(frozen=True)
class Silence:
    """Over all steps and numeric conditions that were met with every source there.

    became: unknown without the source. calm: shown as not met, the one thing that must not happen but for the
    minutes in which the last values are not yet old. covered: steps whose possible level is as high as the real one.
    """

    feed: str
    met: int
    became_unknown: int
    calm: int
    steps: int
    covered: int
    calm_steps: tuple[str, ...]


def silence(city: City, scenario: Scenario, feed: str, whole: Sequence[Picture]) -> Silence:
    kept = [
        fact for fact in scenario.facts if not isinstance(fact, FEEDS[feed]) or stamp(fact) < scenario.start
    ]
    down = FeedState(feed=feed, time=scenario.start, state="down", why="评测中断")
    human = {
        condition.id
        for response in city.weather.plan.responses
        for condition in response.conditions
        if condition.requires_human
    }
    met = unknown = covered = 0
    calm: list[str] = []
    pictures = replay(city, scenario, [*kept, down])
    for there, without in zip(whole, pictures, strict=True):
        states = {item.id: item.state for item in conditions(without)}
        for item in conditions(there):
            if item.state == "met" and item.id not in human:
                met += 1
                unknown += states[item.id] == "unknown"
                if states[item.id] == "not_met":
                    calm.append(f"{there.at:%m-%d %H:%M} {item.id}")
        covered += there.level is None or (without.possible is not None and without.possible <= there.level)
    return Silence(feed, met, unknown, len(calm), len(pictures), covered, tuple(calm))
