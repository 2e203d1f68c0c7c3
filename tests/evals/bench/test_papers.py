"""When bench-papers takes a judgment for made, and that it leaves no source hanging."""

import json
from collections import Counter

import httpx
import pytest

from evals.bench.papers import HUNG, measure


class Server:
    """City and app in one. A judgment can be read at the third look; the one numbered `fails` is refused."""

    def __init__(self, fails: int = 0) -> None:
        self.fails = fails
        self.hung: list[str] = []
        self.looked: Counter[str] = Counter()
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        match request.method, path:
            case "POST", "/_control/faults":
                self.hung.append(json.loads(request.content)["path"])
            case "DELETE", "/_control/faults":
                self.hung.clear()
            case "POST", "/api/judgments":
                self.asked.append((f"J-{len(self.asked)}", len(self.hung)))
                if len(self.asked) == self.fails:
                    return httpx.Response(503)
                return httpx.Response(202, json={"judgment_id": self.asked[-1][0]})
            case "POST", "/api/briefings":
                return httpx.Response(201, json={"briefing_id": "B"})
            case _ if path.startswith("/api/judgments/"):
                self.looked[path] += 1
                return httpx.Response(200 if self.looked[path] == 3 else 404, json={})
            case _:
                self.looked[path] += 1
        return httpx.Response(200, json={})


async def test_everything_is_timed_and_the_sources_hang_for_the_last_half_only() -> None:
    server = Server()
    async with httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://app") as http:
        found = await measure(http, "http://city", 2, settles_s=0.0)
    assert {what: len(seconds) for what, seconds in found.items()} == dict.fromkeys(found, 2)
    assert min(found["judgment"] + found["hung"]) > 0.04, "it was looked at three times"
    assert [hung for _, hung in server.asked] == [0, 0, len(HUNG), len(HUNG)]
    assert server.looked["/api/briefings/B.docx"] == server.looked["/api/briefings/B.pdf"] == 2
    assert server.hung == []


async def test_a_judgment_that_fails_leaves_no_source_hanging() -> None:
    server = Server(fails=4)
    async with httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://app") as http:
        with pytest.raises(httpx.HTTPStatusError):
            await measure(http, "http://city", 2, settles_s=0.0)
    assert len(server.asked) == 4 and server.hung == []
