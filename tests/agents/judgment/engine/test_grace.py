"""Readings that are on their way: a look between their time and their arrival finds nothing missing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agents.judgment.engine.engine import Engine
from agents.judgment.engine.picture import Picture
from evals.judgment.states import conditions
from knowledge.city import City, load_city
from tools.emergency.facts import Observation, stamp
from tools.emergency.scenario import Scenario, load_scenario

LATE, GRACE, STEP = timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=30)


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path("knowledge/city/yunzhou"))


@pytest.fixture(scope="module")
def storm() -> Scenario:
    return load_scenario(Path("tools/simulator/scenarios/storm_may"))


def looks(city: City, storm: Scenario, late: timedelta, grace: timedelta) -> Iterator[Picture]:
    """A picture of every step, taken at its very moment, with readings that come `late`."""
    codes = [district.code for district in city.districts.values()]
    engine = Engine(city.weather.plan, city.weather.stations, codes, start=storm.start, grace=grace)

    def comes(index: int) -> datetime:
        fact = storm.facts[index]
        return stamp(fact) + (late if isinstance(fact, Observation) else timedelta(0))

    coming = sorted(range(len(storm.facts)), key=comes)
    at = storm.start
    while at <= storm.end:
        while coming and comes(coming[0]) <= at:
            engine.add(storm.facts[coming.pop(0)])
        yield engine.evaluate(at)
        at += STEP


def unknown(picture: Picture) -> set[str]:
    return {one.id for one in conditions(picture) if one.state == "unknown"}


def test_lateness_alone_makes_nothing_unknown(city: City, storm: Scenario) -> None:
    prompt = list(looks(city, storm, timedelta(0), timedelta(0)))
    patient = list(looks(city, storm, LATE, GRACE))
    hasty = list(looks(city, storm, LATE, timedelta(0)))
    of = [sum(len(unknown(one)) for one in pictures[1:]) for pictures in (prompt, patient, hasty)]
    assert of[1] == of[0] < of[2]
    ends = [[one.in_force for one in pictures[-1].hazards] for pictures in (prompt, patient)]
    assert ends[0] == ends[1], "the response ends although every look came before the newest readings"


def test_what_stays_away_longer_than_its_grace_is_missing(city: City, storm: Scenario) -> None:
    never = list(looks(city, storm, timedelta(days=9), GRACE))
    assert unknown(never[-1]) >= {"F4-02", "F3-02"}


def test_without_grace_a_step_is_what_the_plan_says(city: City, storm: Scenario) -> None:
    usual, patient = (list(looks(city, storm, timedelta(0), grace)) for grace in (timedelta(0), GRACE))
    states = [
        [{one.id: one.state for one in conditions(picture)} for picture in each] for each in (usual, patient)
    ]
    assert states[0] == states[1], "of prompt readings grace changes nothing on the grid"
