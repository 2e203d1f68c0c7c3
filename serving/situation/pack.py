"""The city pack as the emergency side uses it: read again when its files change while the server runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from knowledge.city import City, load_city
from knowledge.errors import CityPackError

log = logging.getLogger(__name__)


class PackWatch:
    """`city` is always a whole, checked pack; `trouble` says why an edited one was refused."""

    def __init__(self, folder: Path, city: City) -> None:
        self.city = city
        self.trouble = ""
        self._folder = folder
        self._seen = self._signature()

    @property
    def plan_source(self) -> str:
        """The plan's TOML as it stands now."""
        return (self._folder / "weather" / "response_plan.toml").read_text(encoding="utf-8")

    async def look(self, on_new: Callable[[City], Awaitable[None]]) -> None:
        """Load an edited pack and hand it over; one with faults is refused, and the old one stays in use."""
        signature = self._signature()
        if signature == self._seen:
            return
        self._seen = signature
        try:
            city = await asyncio.to_thread(load_city, self._folder)
        except CityPackError as error:
            self.trouble = f"预案等城市数据改过，但有错，仍按原来的判定：{error}"
            log.warning("%s", self.trouble)
            return
        self.trouble = ""
        if city.fingerprint != self.city.fingerprint:
            self.city = city
            await on_new(city)

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        """Names, times and sizes: reading every file each second would cost more than it tells."""
        files = sorted((self._folder / "weather").glob("*.*"))
        return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
