"""A running product as tests talk to it beside the browser."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest


@dataclass(frozen=True)
class Product:
    """Addresses of the running product."""

    url: str
    city_url: str

    def get(self, path: str) -> dict[str, Any]:
        return httpx.get(f"{self.url}/api{path}", timeout=30).raise_for_status().json()


def wait_until(what: str, holds: Callable[[], bool], seconds: float) -> None:
    """Poll until it holds; pytest fails with `what` when it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(httpx.HTTPError):
            if holds():
                return
        time.sleep(0.5)
    pytest.fail(f"{what}：等了 {seconds:.0f} 秒仍未达到")
