"""The named sources: states of feeds, deadlines, and that no feed ever holds or breaks another."""

import asyncio
import json
from datetime import datetime, timedelta

import httpx
import pytest

from tools.emergency.feed import Fetched
from tools.emergency.openmeteo import OpenMeteo
from tools.emergency.sources import LIMITS, NAMES, EmergencySources, Joined, Limits, Source, SourceUrls
from tools.errors import CityBroken, CityError, CityUnreachable

NOW = datetime.fromisoformat("2026-05-18T16:20:00+08:00")
LIMIT = Limits(deadline_s=5, stale=timedelta(minutes=30))


class Scripted:
    """A feed that gives what it is told: a Fetched, or an error to raise."""

    def __init__(self, *script):
        self.script = list(script)

    async def fetch(self, since):
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


class Hanging:
    async def fetch(self, since):
        await asyncio.Event().wait()


def reading(age_min=0, incomplete=""):
    return Fetched((), (), NOW, NOW - timedelta(minutes=age_min), incomplete)


async def states(*script, limits=LIMIT):
    source = Source("citizens", Scripted(*script), limits, lambda: NOW)
    found = []
    for _ in script:
        fetched = await source.fetch(None)
        found.append([(fact.feed, fact.state, fact.why) for fact in fetched.facts])
    return found


async def test_a_state_is_told_when_it_changes():
    down = CityUnreachable("连不上")
    assert await states(reading(), down, down, reading(), reading()) == [
        [("tickets", "ok", "")],
        [("tickets", "down", "连不上")],
        [],
        [("tickets", "ok", "")],
        [],
    ]


async def test_old_and_cut_off():
    (stale,), (cut,), (ok,) = await states(reading(121), reading(0, "只读到 3 条"), reading(5))
    assert stale[1] == "stale"
    assert "121 分钟前" in stale[2]
    assert cut == ("tickets", "down", "只读到 3 条")
    assert ok[1] == "ok"


async def test_content_without_an_age_is_not_stale():
    first, second = await states(Fetched((), (), NOW), reading(500), limits=Limits(5, None))
    assert (first, second) == ([("tickets", "ok", "")], [])


async def test_a_failure_is_a_problem_too():
    source = Source("alerts", Scripted(CityBroken("乱码")), LIMIT, lambda: NOW)
    fetched = await source.fetch(None)
    assert (fetched.problems[0].file, fetched.problems[0].what) == ("alerts", "乱码")


async def test_a_feed_that_hangs_is_given_up_at_its_deadline():
    source = Source("reports", Hanging(), Limits(deadline_s=0.01, stale=None), lambda: NOW)
    (fact,) = (await source.fetch(NOW)).facts
    assert (fact.feed, fact.state, fact.why) == ("reports", "down", "0.01 秒内没有读完")


async def test_joined_feeds_stand_when_a_lesser_one_falls():
    fetched = await Joined(Scripted(reading(3)), Scripted(CityUnreachable("没有"))).fetch(None)
    assert fetched.newest == NOW - timedelta(minutes=3)
    assert "没有" in fetched.problems[0].what
    hanging = await Joined(Scripted(reading(3)), Hanging(), patience_s=0.01).fetch(None)
    assert "0.01 秒" in hanging.problems[0].what
    with pytest.raises(CityUnreachable):
        await Joined(Scripted(CityUnreachable("x")), Scripted(reading())).fetch(None)


@pytest.fixture
async def sources(provider, city):
    async with httpx.AsyncClient(trust_env=False) as http:
        limits = {name: Limits(deadline_s=5, stale=None, attempts=1) for name in NAMES}
        yield EmergencySources(
            http, city, SourceUrls.under(provider.url), clock=lambda: NOW, wall=lambda: NOW, limits=limits
        )


async def test_all_sources_of_a_deployment(provider, sources):
    provider.put("/cap/feed.atom", '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id></feed>')
    provider.put("/sta/v1.1/Datastreams", '{"value": []}')
    provider.put("/sta/v1.1/Observations", '{"value": []}')
    provider.put("/plan/forecasts", "[]")
    provider.put("/reports", "")
    fetched = await sources.fetch(None)
    assert tuple(fetched) == NAMES == tuple(LIMITS)
    assert {name: [fact.state for fact in f.facts] for name, f in fetched.items()} == {
        "alerts": ["ok"],
        "observations": ["ok"],
        "forecasts": ["ok"],
        "reports": ["ok"],
        "citizens": ["down"],
    }
    assert fetched["citizens"].facts[0].feed == "tickets"
    provider.put("/citizens", "[]")
    again = await sources["citizens"].fetch(NOW)
    assert [fact.state for fact in again.facts] == ["ok"]


async def test_hourly_figures(provider, reader, ground):
    def answer(query):
        assert query["hourly"] == "precipitation,wind_gusts_10m"
        return json.dumps(
            {
                "utc_offset_seconds": 0,
                "hourly_units": {"precipitation": "mm", "wind_gusts_10m": "km/h"},
                "hourly": {
                    "time": ["2026-05-18T08:00", "2026-05-18T09:00"],
                    "precipitation": [4.0, 12.5],
                    "wind_gusts_10m": [36.0, None],
                },
            }
        )

    provider.put("/v1/forecast", answer)
    source = OpenMeteo(reader, ground, f"{provider.url}/v1/forecast", clock=lambda: NOW)
    facts = (await source.fetch(None)).facts
    assert len(facts) == len(ground.outlines)  # of 08:00 UTC nothing is left: its hour ended at 16:00 here
    rain = facts[0]
    assert (rain.metric, rain.value, rain.unit) == ("rain_1h", 12.5, "mm")
    assert rain.valid_from.isoformat() == "2026-05-18T16:00:00+08:00"
    assert rain.valid_to.isoformat() == "2026-05-18T17:00:00+08:00"
    assert (await source.fetch(NOW)).facts == ()


@pytest.mark.parametrize(
    ("body", "status"), [('{"error": true, "reason": "nope"}', 400), ('{"hourly": {"time": ["x"]}}', 200)]
)
async def test_hourly_figures_that_are_none(provider, reader, ground, body, status):
    provider.put("/v1/forecast", body, status=status)
    with pytest.raises(CityError, match=r"nope|不合约定"):
        await OpenMeteo(reader, ground, f"{provider.url}/v1/forecast", clock=lambda: NOW).fetch(None)
