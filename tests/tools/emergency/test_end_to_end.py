"""All clients against the simulated city: nothing is lost, doubled or changed; faults show as what they are."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tools.emergency.facts import Observation, WeatherAlert, stamp
from tools.emergency.feed import Reader
from tools.emergency.openmeteo import OpenMeteo
from tools.emergency.resources import ResourceBook, fetch_resources
from tools.emergency.scenario import load_scenario
from tools.emergency.sources import LIMITS, EmergencySources, SourceUrls

ROOT = Path(__file__).parents[3]
PEAK = datetime.fromisoformat("2026-05-18T17:00:00+08:00")


class Played:
    """A simulated city whose scenario stands still where it is put, and the sources that read it."""

    def __init__(self, url: str, city) -> None:
        self.url, self.now = url, PEAK
        self.control = httpx.Client(base_url=url, trust_env=False, timeout=20)
        self._city = city

    def at(self, moment: datetime) -> None:
        self.now = moment
        self.control.patch("/_control/scenario", json={"at": moment.isoformat()}).raise_for_status()

    def sources(self, http: httpx.AsyncClient) -> EmergencySources:
        urls = SourceUrls.under(self.url)
        patient = {name: replace(limits, deadline_s=60, first_s=60) for name, limits in LIMITS.items()}
        return EmergencySources(
            http, self._city, urls, clock=lambda: self.now, wall=lambda: PEAK, limits=patient
        )


def start(name: str, city) -> Iterator[Played]:
    command = [sys.executable, "-m", "tools.simulator", "--port", "0", "--scenario", name, "--speed", "0"]
    command += ["--city", str(ROOT / "knowledge/city/yunzhou")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        played = Played(process.stdout.readline().split()[1], city)
        yield played
        played.control.close()
        process.terminate()


@pytest.fixture(scope="module")
def storm(city) -> Iterator[Played]:
    yield from start("storm_may", city)


@pytest.fixture
def played(storm: Played) -> Iterator[Played]:
    storm.at(PEAK)
    yield storm
    for feed in ("alerts", "observations", "forecasts", "reports", "citizens"):
        storm.control.delete(f"/_control/feeds/{feed}/fault")
    storm.control.delete("/_control/stations/RG01/fault")


@pytest.fixture
async def http():
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        yield client


def plain(fact):
    """What must come through: everything but provenance, and the ids that the met office gives its messages."""
    if isinstance(fact, WeatherAlert):
        kept = {"event", "type", "colour", "issued_at", "effective_from", "expires_at", "issuer", "text"}
        return (*fact.model_dump(include=kept).values(), frozenset(fact.districts), len(fact.supersedes))
    if isinstance(fact, Observation) and fact.value is not None:
        fact = fact.model_copy(update={"value": round(fact.value, 6)})
    return fact.model_copy(update={"provenance": None})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["storm_may", "typhoon_july"])
async def test_a_scenario_comes_through_whole(name, city, http):
    scenario = load_scenario(ROOT / "tools/simulator/scenarios" / name)
    for played in start(name, city):
        sources, since, moment, got = played.sources(http), None, scenario.start, []
        while moment <= scenario.end:
            played.at(moment)
            for fetched in (await sources.fetch(since)).values():
                assert fetched.problems == ()
                got += (fact for fact in fetched.facts if fact.fact != "feed")
            since, moment = moment, moment + timedelta(minutes=30)
    wanted = [fact for fact in scenario.facts if stamp(fact) <= scenario.end]
    assert Counter(map(plain, got)) == Counter(map(plain, wanted))


@pytest.mark.slow
async def test_faulty_gauges_lose_only_twins_and_the_absurd(city, http):
    scenario = load_scenario(ROOT / "tools/simulator/scenarios/downburst_june")
    for played in start("downburst_june", city):
        played.at(scenario.end)
        fetched = await played.sources(http)["observations"].fetch(None)
    got = {plain(fact) for fact in fetched.facts if isinstance(fact, Observation)}
    wanted = {plain(fact) for fact in scenario.facts if isinstance(fact, Observation)}
    limits = city.weather.plan.semantics.metrics
    changed = {f for f in wanted if f.value is not None and not _possible(f.value, limits[f.metric])}
    assert changed == wanted - got
    assert {(f.station_id, f.time, None, "missing") for f in changed} == {
        (f.station_id, f.time, f.value, f.quality) for f in got - wanted
    }


def _possible(value, limits):
    return limits.valid_min <= value <= limits.valid_max


async def test_all_feeds_at_the_peak(played, http):
    fetched = await played.sources(http).fetch(PEAK - timedelta(minutes=30))
    assert {name: bool(f.facts) for name, f in fetched.items()} == dict.fromkeys(fetched, True)
    assert all(f.problems == () for f in fetched.values())
    assert {fact.state for f in fetched.values() for fact in f.facts if fact.fact == "feed"} == {"ok"}
    converted = [f for f in fetched["observations"].facts if f.provenance and "原值" in f.provenance.note]
    assert {(f.metric, f.unit) for f in converted} >= {
        ("water_level", "m"),
        ("water_depth", "cm"),
        ("gust", "m/s"),
    }


@pytest.mark.parametrize("name", ["alerts", "observations", "forecasts", "reports", "citizens"])
@pytest.mark.parametrize(("kind", "state"), [("down", "down"), ("truncated", "down"), ("old", "stale")])
async def test_a_feed_that_fails_says_so_and_then_that_it_is_back(played, http, name, kind, state):
    source = played.sources(http)[name]
    await source.fetch(PEAK)
    played.control.post(f"/_control/feeds/{name}/fault", json={"kind": kind}).raise_for_status()
    played.at(PEAK + timedelta(minutes=10))
    fetched = await source.fetch(PEAK)
    (fact,) = [fact for fact in fetched.facts if fact.fact == "feed"]
    assert (fact.state, fact.time) == (state, played.now)
    played.control.delete(f"/_control/feeds/{name}/fault").raise_for_status()
    played.at(PEAK + timedelta(minutes=20))
    back = await source.fetch(PEAK)
    assert [fact.state for fact in back.facts if fact.fact == "feed"] == ["ok"]


async def test_who_joins_late_reads_ended_warnings_from_the_archive(played, http):
    scenario = load_scenario(ROOT / "tools/simulator/scenarios/storm_may")
    played.at(scenario.end)
    fetched = await played.sources(http)["alerts"].fetch(None)
    told = [plain(fact) for fact in fetched.facts if isinstance(fact, WeatherAlert)]
    wanted = [plain(fact) for fact in scenario.facts if isinstance(fact, WeatherAlert)]
    assert len(wanted) == 10  # all over by then: the feed itself shows none of the first nine
    assert Counter(told) == Counter(wanted)


async def test_hourly_sums_lie_in_the_hours_that_the_desks_sum_covers(played, http, ground):
    source = OpenMeteo(Reader(http), ground, f"{played.url}/v1/forecast", clock=lambda: PEAK)
    hourly = [f for f in (await source.fetch(None)).facts if f.district_code == "990302"]
    desk = (await played.sources(http)["forecasts"].fetch(None)).facts
    six = [f for f in desk if f.fact == "forecast" and f.metric == "rain_6h" and f.district_code == "990302"]
    newest = max(six, key=lambda f: f.issued_at)
    inside = [
        f.value
        for f in hourly
        if f.metric == "rain_1h" and newest.valid_from <= f.valid_from and f.valid_to <= newest.valid_to
    ]
    hours = (newest.valid_to - PEAK) / timedelta(hours=1)
    assert len(inside) == hours
    assert sum(inside) == pytest.approx(newest.value * hours / 6, abs=0.05)


async def test_a_station_that_tells_a_moment_twice_differently(played, http):
    fault = {"kind": "duplicated", "differs": True}
    posted = played.control.post("/_control/stations/RG01/fault", json=fault)
    assert posted.is_success, posted.text
    played.at(PEAK + timedelta(minutes=30))
    facts = (await played.sources(http)["observations"].fetch(PEAK)).facts
    times = Counter(f.time for f in facts if isinstance(f, Observation) and f.station_id == "RG01")
    assert max(times.values()) == 2


async def test_the_live_map_is_the_packs(played, http, ground, city):
    from_wire = await fetch_resources(Reader(http), f"{played.url}/geo", ground)
    assert from_wire.problems == ()
    assert from_wire.shelters == dict(ResourceBook.of(city).shelters)
