import httpx
import pytest

from tools.errors import CityBroken, CityRefused, CityUnreachable
from tools.transport import parsed, send, translated


def answering(handler):
    return httpx.AsyncClient(transport=httpx.MockTransport(handler))


async def fetch(handler):
    async with answering(handler) as http:
        return await send(http, "GET", "http://city.test/services.json")


@pytest.mark.parametrize(
    ("raised", "maybe_done"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("slow"), False),
        (httpx.PoolTimeout("busy"), False),
        (httpx.ReadTimeout("slow"), True),
        (httpx.ReadError("reset"), True),
        (httpx.RemoteProtocolError("cut off"), True),
    ],
)
async def test_network_failures_can_be_retried_and_say_if_something_may_be_done(raised, maybe_done):
    def fail(request):
        raise raised

    with pytest.raises(CityUnreachable) as caught:
        await fetch(fail)
    assert (caught.value.retryable, caught.value.maybe_done) == (True, maybe_done)
    assert "http://city.test/services.json" in str(caught.value)


async def test_a_key_in_an_address_stands_in_no_message():
    async with answering(lambda request: httpx.Response(500)) as http:
        with pytest.raises(CityUnreachable) as caught:
            await send(http, "GET", "https://city:hidden@alerts.test/v7?key=hidden")
    assert "https://***@alerts.test/v7?***" in str(caught.value) and "hidden" not in str(caught.value)
    with pytest.raises(CityBroken) as caught, translated("GET https://alerts.test/v7?key=hidden"):
        raise ValueError("no JSON")
    assert "hidden" not in str(caught.value)


async def test_a_wrong_address_is_not_retried():
    async with httpx.AsyncClient() as http:
        with pytest.raises(CityUnreachable) as caught:
            await send(http, "GET", "gopher://city.test/")
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("status", "error", "retryable"),
    [
        (500, CityUnreachable, True),
        (503, CityUnreachable, True),
        (429, CityUnreachable, True),
        (501, CityUnreachable, False),
        (302, CityBroken, False),
        (404, CityRefused, False),
    ],
)
async def test_statuses(status, error, retryable):
    with pytest.raises(error) as caught:
        await fetch(lambda request: httpx.Response(status))
    assert caught.value.retryable is retryable


async def test_retry_after_is_kept():
    with pytest.raises(CityUnreachable) as caught:
        await fetch(lambda request: httpx.Response(503, headers={"Retry-After": "7"}))
    assert caught.value.retry_after_s == 7


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('[{"code": 403, "description": "no key"}]', "application/json"),
        ("<errors><error><code>403</code><description>no key</description></error></errors>", "text/xml"),
    ],
)
async def test_a_refusal_carries_the_city_s_own_words(body, kind):
    with pytest.raises(CityRefused) as caught:
        await fetch(lambda request: httpx.Response(400, text=body, headers={"Content-Type": kind}))
    assert (caught.value.code, caught.value.description) == (403, "no key")


@pytest.mark.parametrize("body", ["<html>busy</html>", "", "[]", "[1]", '{"a": 1}', '[{"description": ""}]'])
async def test_a_refusal_in_any_other_words_is_still_a_refusal(body):
    with pytest.raises(CityRefused) as caught:
        await fetch(lambda request: httpx.Response(400, text=body))
    assert caught.value.code == 400
    assert caught.value.description


async def test_an_endless_body_is_cut_off():
    async def flood():
        while True:
            yield b"x" * 1_000_000

    with pytest.raises(CityBroken, match="超过"):
        await fetch(lambda request: httpx.Response(200, content=flood()))


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"[", "json"),
        (b"\xff\xfe", "json"),
        (b"[" * 200_000, "json"),
        (b"<a><b></a>", "xml"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><services>&e;</services>', "xml"),
    ],
)
def test_broken_bodies_are_the_city_s_fault(body, form):
    with pytest.raises(CityBroken), translated("GET x"):
        parsed(body, form)
