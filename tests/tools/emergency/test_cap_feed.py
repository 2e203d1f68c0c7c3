"""The Atom feed over HTTP: what is fetched, what is not fetched twice, and feeds that are broken."""

import asyncio
import threading
from datetime import datetime, timedelta

import pytest

from tools.emergency.cap_feed import CapConfig, CapFeed, read_index
from tools.errors import CityBroken, CityUnreachable

SENT = datetime.fromisoformat("2026-05-18T12:00:00+08:00")


def alert(number, kind="Alert", references=""):
    sent = (SENT + timedelta(minutes=number)).isoformat()
    return (
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
        f"<identifier>YZ{number}</identifier><sender>q@y.invalid</sender><sent>{sent}</sent><status>Actual</status>"
        f"<msgType>{kind}</msgType><scope>Public</scope>{references}<info><language>zh-CN</language><category>Met</category>"
        "<event>暴雨黄色预警</event><urgency>Expected</urgency><severity>Moderate</severity><certainty>Likely</certainty>"
        "<area><areaDesc>青峦区</areaDesc><polygon>29.65,113.00 29.65,113.20 29.73,113.20 29.65,113.00</polygon>"
        "<geocode><valueName>district</valueName><value>990304</value></geocode></area></info></alert>"
    )


def entry(number, inline=None, link=None):
    updated = (SENT + timedelta(minutes=number)).isoformat()
    target = f'<link type="application/cap+xml" href="{link}"/>' if link else ""
    content = f'<content type="text/xml">{inline}</content>' if inline else ""
    return f"<entry><id>e{number}</id><updated>{updated}</updated><title>t</title>{target}{content}</entry>"


def feed(*entries, head=""):
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><updated>2026-05-18T15:59:00+08:00'
        f"</updated>{head}{''.join(entries)}</feed>"
    )


@pytest.fixture
def cap(provider, reader, ground, clock):
    def make(**config):
        return CapFeed(reader, ground, CapConfig(f"{provider.url}/cap/feed.atom", **config), clock=clock)

    return make


def ids(fetched):
    return [fact.alert_id for fact in fetched.facts]


async def test_linked_and_inline_messages_once_each(provider, cap, clock):
    provider.put("/cap/feed.atom", feed(entry(1, link="a/1.cap"), entry(2, inline=alert(2))))
    provider.put("/cap/a/1.cap", alert(1))
    source = cap()
    first = await source.fetch(None)
    assert ids(first) == ["YZ1", "YZ2"]
    assert first.facts[0].provenance.reference == f"{provider.url}/cap/a/1.cap"
    assert first.newest == datetime.fromisoformat("2026-05-18T15:59:00+08:00")
    assert (first.problems, first.incomplete) == ((), "")
    assert ids(await source.fetch(clock())) == []
    assert [path for path, _ in provider.asked].count("/cap/a/1.cap") == 1


async def test_a_message_that_failed_is_asked_for_again(provider, cap, clock):
    provider.put("/cap/feed.atom", feed(entry(1, link="/1.cap"), entry(2, link="/2.cap")))
    provider.put("/1.cap", alert(1))
    provider.put("/2.cap", "busy", status=503)
    source = cap()
    first = await source.fetch(None)
    assert ids(first) == ["YZ1"]
    assert "503" in first.problems[0].what
    provider.put("/2.cap", alert(2))
    assert ids(await source.fetch(clock())) == ["YZ2"]


async def test_all_messages_failing_is_a_failure(provider, cap):
    provider.put("/cap/feed.atom", feed(entry(1, link="/1.cap")))
    provider.put("/1.cap", "busy", status=503)
    with pytest.raises(CityUnreachable):
        await cap().fetch(None)


async def test_a_bad_message_does_not_keep_the_others_back(provider, cap):
    bad = alert(1).replace("<scope>Public</scope>", "")
    provider.put("/cap/feed.atom", feed(entry(1, inline=bad), entry(2, inline=alert(2)), entry(3)))
    fetched = await cap().fetch(None)
    assert ids(fetched) == ["YZ2"]
    told = {problem.file: problem.what for problem in fetched.problems}
    assert told == {"e1": "不能用：缺 scope", "e3": "既无内容也无链接"}


async def test_links_to_other_hosts_are_not_followed(provider, cap):
    provider.put(
        "/cap/feed.atom", feed(entry(1, link="http://127.0.0.1:1/x.cap"), entry(2, link="file:///etc/hosts"))
    )
    problems = (await cap().fetch(None)).problems
    assert [("别的主机" in p.what, "不是网址" in p.what) for p in problems] == [(False, True), (True, False)]


async def test_the_archive_is_read_at_first_and_after_a_gap(provider, cap, clock):
    head = '<link rel="prev-archive" href="archive.atom"/>'
    provider.put("/cap/feed.atom", feed(entry(2, inline=alert(2)), head=head))
    provider.put("/cap/archive.atom", feed(entry(1, inline=alert(1)), entry(2, inline=alert(2)), head=head))
    source = cap()
    assert ids(await source.fetch(None)) == ["YZ1", "YZ2"]
    provider.asked.clear()
    await source.fetch(clock())
    assert [path for path, _ in provider.asked] == ["/cap/feed.atom"]
    provider.put("/cap/archive.atom", feed(*(entry(n, inline=alert(n)) for n in (1, 2, 3)), head=head))
    assert ids(await source.fetch(clock() - timedelta(hours=1))) == ["YZ3"]


async def test_an_archive_too_long_for_one_reading_is_read_to_its_end(provider, cap, clock):
    head = '<link rel="prev-archive" href="archive.atom"/>'
    provider.put("/cap/feed.atom", feed(entry(9, inline=alert(9)), head=head))
    provider.put("/cap/archive.atom", feed(*(entry(n, inline=alert(n)) for n in range(1, 9))))
    source, found = cap(budget_s=0, portion=3), []
    for _ in range(4):
        found += ids(await source.fetch(clock()))
    assert sorted(found) == [f"YZ{n}" for n in range(1, 10)]


async def test_archives_beyond_those_read_are_told(provider, cap):
    def page(number: int) -> str:
        head = f'<link rel="prev-archive" href="/cap/{number + 1}.atom"/>' if number < 11 else ""
        return feed(entry(number, inline=alert(number)), head=head)

    provider.put("/cap/feed.atom", page(0))
    for number in range(1, 12):
        provider.put(f"/cap/{number}.atom", page(number))
    fetched = await cap().fetch(None)
    assert len(ids(fetched)) == 11
    (problem,) = fetched.problems
    assert problem.what == "存档多于 10 页，更早的未读"


async def test_a_feed_cut_off_gives_what_stands_before_the_cut(provider, cap):
    text = feed(entry(1, inline=alert(1)), entry(2, inline=alert(2)), entry(3, inline=alert(3)))
    provider.put("/cap/feed.atom", text[: text.index("YZ3")])
    fetched = await cap().fetch(None)
    assert ids(fetched) == ["YZ1", "YZ2"]
    assert "只读到 2 条" in fetched.incomplete


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "不是 Atom"),
        ("<html><body>502</body></html>", "不是 Atom 的 feed"),
        ('<!DOCTYPE feed [<!ENTITY x "y">]><feed xmlns="http://www.w3.org/2005/Atom"/>', "DOCTYPE"),
    ],
)
async def test_what_is_no_feed(provider, cap, body, fault):
    provider.put("/cap/feed.atom", body)
    with pytest.raises(CityBroken, match=fault):
        await cap().fetch(None)


async def test_many_at_once_come_in_portions_newest_first(provider, cap, clock):
    provider.put("/cap/feed.atom", feed(*(entry(n, inline=alert(n)) for n in range(130))))
    source = cap(budget_s=0, portion=50)
    first = await source.fetch(None)
    assert ids(first) == [f"YZ{n}" for n in range(80, 130)]
    assert "新消息 130 条，本次先读最新的 50 条" in first.problems[0].what
    assert len((await source.fetch(clock())).facts) == 50
    assert len((await source.fetch(clock())).facts) == 30


@pytest.mark.stress
async def test_ten_thousand_at_once_are_all_delivered(provider, cap, clock):
    provider.put("/cap/feed.atom", feed(*(entry(n, inline=alert(n)) for n in range(10_000))))
    source, found = cap(), []
    while len(found) < 10_000:
        fetched = ids(await source.fetch(clock()))
        assert fetched
        found += fetched
    assert len(set(found)) == 10_000


async def test_what_a_reading_given_up_had_read_comes_with_the_next(provider, cap, clock):
    provider.put("/cap/feed.atom", feed(*(entry(n, inline=alert(n)) for n in range(300))))
    source = cap()
    task = asyncio.create_task(source.fetch(None))
    while not task.done() and not source._alerts._made:
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len((await source.fetch(clock())).facts) == 300


async def test_an_index_that_outlives_a_reading_is_not_begun_anew(provider, cap, monkeypatch):
    may_end, begun = threading.Event(), []

    def slow(body, url):
        begun.append(url)
        assert may_end.wait(30)
        return read_index(body, url)

    monkeypatch.setattr("tools.emergency.cap_feed.read_index", slow)
    source = cap()
    for number in (1, 2):  # the feed changes between the readings, as a flood does
        provider.put("/cap/feed.atom", feed(*(entry(n, inline=alert(n)) for n in range(1, number + 1))))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await source.fetch(None)
    assert len(begun) == 1
    may_end.set()
    found = [*ids(await source.fetch(None)), *ids(await source.fetch(None))]
    assert found == ["YZ1", "YZ2"]  # what came meanwhile is late by one reading at most


@pytest.mark.parametrize(
    ("name", "entries"),
    [("weather.atom", 1), ("weather_index.atom", 2), ("empty_weather_index.atom", 0), ("no_entries.atom", 0)],
)
def test_real_indexes(real, name, entries):
    index = read_index((real / "cap" / name).read_bytes(), "http://feed.test/")
    assert (len(index.entries), index.cut) == (entries, "")
    assert index.updated is not None
    assert all(entry.link.startswith("http://www.weather.gov/alerts-beta/") for entry in index.entries)


async def test_real_feed_with_an_invalid_identifier(real, provider, cap):
    provider.put("/cap/feed.atom", (real / "cap" / "weather_invalid.atom").read_bytes())
    fetched = await cap().fetch(None)
    assert fetched.facts == ()
    assert "identifier 含空格、逗号" in fetched.problems[0].what


async def test_real_feed_with_a_message_inside(real, provider, cap):
    provider.put("/cap/feed.atom", (real / "cap" / "weather.atom").read_bytes())
    (found,) = (await cap().fetch(None)).facts
    assert (found.type, found.colour) == ("Flash Flood Watch", "橙")
