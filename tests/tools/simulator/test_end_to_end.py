"""The product's own clients at the simulated city: what they make of the wire is what the scenario wrote."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx
import pytest

from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Fact,
    Finding,
    Forecast,
    Observation,
    WeatherAlert,
    stamp,
)
from tools.emergency.sources import NAMES, EmergencySources, Limits, SourceUrls

PATIENT = {name: Limits(deadline_s=60, stale=timedelta(minutes=40)) for name in NAMES}


@pytest.fixture
async def http():
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def read(simulator, pack, http):
    """All facts of all feeds that are new since `since`, as the product reads them at `now`."""
    now = [datetime.now().astimezone()]
    sources = EmergencySources(
        http,
        pack,
        SourceUrls.under(simulator.url),
        clock=lambda: now[0],
        wall=lambda: datetime.now().astimezone(),
        limits=PATIENT,
    )

    async def make(since: datetime, at: datetime) -> dict[str, tuple[Fact, ...]]:
        now[0] = at
        return {name: fetched.facts for name, fetched in (await sources.fetch(since)).items()}

    return make


def plain(facts: Sequence[Fact], kind: type, *, digits: int = 2) -> list[tuple]:
    """Comparable: without provenance, numbers rounded as the finest table has them."""
    rows = [fact.model_dump(exclude={"provenance", "fact"}) for fact in facts if isinstance(fact, kind)]
    return sorted(
        tuple(round(v, digits) if isinstance(v, float) else str(v) for v in row.values()) for row in rows
    )


async def test_every_fact_of_the_scenario_arrives_once_and_unchanged(storm, scenario, read, at) -> None:
    """Three looks; the first at the start, so that no signal is missed."""
    got: list[Fact] = []
    since = scenario.observations_from - timedelta(hours=12)
    for time in ("18T08:00", "18T13:00", "18T15:00", "18T16:10", "18T16:40", "18T17:30"):
        storm.jump(time)
        for facts in (await read(since, at(time))).values():
            got += facts
        since = at(time)
    written = [fact for fact in scenario.facts if stamp(fact) <= at("18T17:30")]
    for kind in (Observation, Forecast, DistrictReport, Finding, CitizenSignal):
        assert plain(got, kind) == plain(written, kind), kind.__name__
    assert signals(got) == signals(written)


def signals(facts: Sequence[Fact]) -> list[tuple]:
    """Without ids: on the wire they are the issuer's, in the scenario its author's."""
    return sorted(
        (a.issued_at, a.type, a.colour, a.districts, a.event, a.expires_at or a.issued_at, len(a.supersedes))
        for a in facts
        if isinstance(a, WeatherAlert)
    )


async def test_a_feed_that_is_down_or_old_is_told_and_the_others_go_on(storm, read, at) -> None:
    storm.feed_fault("reports", "down")
    storm.feed_fault("citizens", "old", hours=2)
    told = await read(at("18T17:00"), at("18T17:30"))
    assert [(fact.feed, fact.state) for fact in told["reports"]] == [("reports", "down")]
    assert ("tickets", "stale") in [
        (fact.feed, fact.state) for fact in told["citizens"] if fact.fact == "feed"
    ]
    assert any(isinstance(fact, Observation) for fact in told["observations"])
