"""The storms that the simulated city plays, and what the browser tests of the commander's page share."""

import json
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.product import Product, wait_until

SLOW = 90_000  # ms: a loaded machine may take long to judge
HOP = timedelta(minutes=3)
SCENARIOS = Path(__file__).parents[2] / "tools" / "simulator" / "scenarios"


@dataclass(frozen=True)
class Turn:
    """When the reference advises a change, of which hazard; level is None for an end."""

    at: datetime
    hazard: str
    action: str
    level: int | None


@dataclass(frozen=True)
class Script:
    """A scenario as its files tell it."""

    name: str
    begin: datetime
    first_warning: datetime
    turns: tuple[Turn, ...]


def script(name: str) -> Script:
    expected = json.loads((SCENARIOS / name / "expected.json").read_text(encoding="utf-8"))
    warnings = (SCENARIOS / name / "warnings.jsonl").read_text(encoding="utf-8").splitlines()
    turns = tuple(
        Turn(datetime.fromisoformat(step["time"]), hazard, advice["action"], advice["level"])
        for step in expected["steps"]
        for hazard, advice in step["recommendation"].items()
        if advice["action"] not in ("keep", "none")
    )
    begin = datetime.fromisoformat(expected["steps"][0]["time"])
    first = min(datetime.fromisoformat(json.loads(line)["issued_at"]) for line in warnings)
    return Script(name, begin, max(begin, first), turns)


class Storm:
    """The simulated city's hand: its clock stands still until it is set, or plays until a moment."""

    def __init__(self, product: Product, name: str) -> None:
        self.product = product
        self.name = name
        self._control = f"{product.city_url}/_control"

    def begin(self, at: datetime) -> None:
        start = {"name": self.name, "at": at.isoformat(), "paused": True}
        httpx.post(f"{self._control}/scenario", json=start, timeout=30).raise_for_status()
        wait_until("服务器进入演练", lambda: self.situation()["event"]["exercise"] == self.name, 120)

    def jump(self, at: datetime) -> None:
        self._set(at=at.isoformat())

    def play(self, until: datetime, speed: int) -> None:
        """Let time pass at so many seconds a second, then hold it.

        Every HOP it stands still until the server has seen all that it brought: however busy the machine is, a reading
        is never later than it would be in a city.
        """
        while (now := self._now()) < until:
            self._set(speed=speed, paused=False)
            hop = min(now + HOP, until)
            while self._now() < hop:
                time.sleep(0.1)
            self._set(paused=True)
            held = self._now()
            wait_until("服务器看到这一刻", lambda held=held: self._seen(held), 120)

    def _seen(self, held: datetime) -> bool:
        situation = self.situation()
        told = next(one["fetched_at"] for one in situation["sources"] if one["name"] == "observations")
        if told is None or held - datetime.fromisoformat(told) > timedelta(seconds=1):
            return False
        return held - datetime.fromisoformat(situation["at"]) <= timedelta(minutes=1)

    def feed(self, name: str, fault: dict[str, Any] | None) -> None:
        address = f"{self._control}/feeds/{name}/fault"
        answer = httpx.post(address, json=fault, timeout=30) if fault else httpx.delete(address, timeout=30)
        answer.raise_for_status()

    def stop(self) -> None:
        httpx.delete(f"{self._control}/scenario", timeout=30)

    def situation(self) -> dict[str, Any]:
        return self.product.get("/situation")

    def _now(self) -> datetime:
        answer = httpx.get(f"{self._control}/scenario", timeout=30).raise_for_status()
        return datetime.fromisoformat(answer.json()["now"])

    def _set(self, **wish: Any) -> None:
        httpx.patch(f"{self._control}/scenario", json=wish, timeout=30).raise_for_status()


def commander(context: BrowserContext, product: Product) -> Page:
    """The commander's page with somebody at it who has given a name."""
    context.add_init_script(
        "if (location.host) localStorage.setItem('pingji:operator', JSON.stringify('李敏'))"
    )
    page = context.new_page()
    page.goto(f"{product.url}/#/command")
    expect(page.get_by_label("各灾种级别")).to_be_visible(timeout=SLOW)
    return page


def pane(page: Page, name: str) -> None:
    tabs = page.get_by_role("navigation", name="指挥台各栏")
    tabs.get_by_role("button", name=re.compile(f"^{name}")).click()


def begun(product: Product, name: str, at: datetime) -> Storm:
    """The scenario at this moment, once the server has looked at its plan."""
    if not (SCENARIOS / name).is_dir():
        pytest.skip(f"没有情景 {name}：{SCENARIOS}")
    storm = Storm(product, name)
    wait_until("服务器看过一遍预案", lambda: bool(storm.situation()), 120)
    storm.begin(at)
    return storm
