"""The Atom feed of CAP messages: an index whose entries hold a message or link to one.

A reading works for about `budget_s` seconds, the newest messages first; the rest comes with the next readings. A feed
cut off in the middle still gives the entries before the cut. The first reading, and one after a gap, follows the
feed's archive (RFC 5005): signals that came and went in between are part of the event.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

from tools.emergency.cap import parse_cap
from tools.emergency.cap_alerts import CapAlerts
from tools.emergency.facts import WeatherAlert
from tools.emergency.feed import Faults, Fetched, Reader, shown
from tools.emergency.ground import Ground
from tools.emergency.xml import Element, XmlBroken, branches, refuse_doctype, source_of
from tools.errors import CityBroken, CityError
from tools.resilience import Clock
from tools.transport import translated

ATOM: Final = "{http://www.w3.org/2005/Atom}"
ARCHIVES_MAX: Final = 10
READ_MAX: Final = 100_000  # entries remembered as read; a feed shows far fewer at once
GAP: Final = timedelta(minutes=10)
Key = tuple[str, str]
"""An entry's id and when it was updated."""
CONTENT_TAGS: Final = tuple(
    f"{{urn:oasis:names:tc:emergency:cap:{version}}}alert" for version in ("1.1", "1.2")
)


@dataclass(frozen=True)
class CapConfig:
    """link_hosts: hosts (with port) besides the feed's own that entries may link to. feed_bytes: its largest size.

    budget_s: seconds after which a reading begins no further portion of messages.
    """

    url: str
    statuses: frozenset[str] = frozenset({"Actual"})
    budget_s: float = 2.0
    portion: int = 50
    parallel: int = 8
    link_hosts: frozenset[str] = frozenset()
    feed_bytes: int = 100_000_000


@dataclass(frozen=True)
class Entry:
    """One entry of the index: `inline` is the message itself when the entry carries it, else `link` leads to it."""

    entry_id: str
    updated: str
    link: str
    inline: bytes | None


@dataclass(frozen=True)
class Index:
    """The feed's entries, when it was made (None: it doesn't say), why it is known to be cut off ("": whole), and
    where its archive is ("": none)."""

    updated: datetime | None
    entries: tuple[Entry, ...]
    cut: str
    archive: str


class CapFeed:
    """A Feed of WeatherAlert. What was read once is not read again while its entry stays as it was."""

    def __init__(
        self, reader: Reader, ground: Ground, config: CapConfig, *, clock: Clock, types: Sequence[str] = ()
    ) -> None:
        """types: names of this city's own signals."""
        self._reader = reader
        self._ground = ground
        self._config = config
        self._clock = clock
        self._alerts = CapAlerts(ground, types, config.statuses)
        self._read: dict[Key, None] = {}
        self._parsed: dict[str, tuple[bytes, Index]] = {}
        self._parsing: dict[str, asyncio.Task[Index]] = {}
        self._behind = True

    async def fetch(self, since: datetime | None) -> Fetched:
        """Alerts of entries that are new or changed. `since` only helps to tell whether the archive is needed.

        Raises CityError when the index, or every single message asked for, could not be had.
        """
        url, faults, now = self._config.url, Faults(), self._clock()
        over = asyncio.get_running_loop().time() + self._config.budget_s
        index = await self._index(url)
        entries = {(entry.entry_id, entry.updated): entry for entry in index.entries}
        if since is None or self._behind or now - since > GAP:
            entries |= await self._archived(index.archive, faults)
        new = [entry for key, entry in entries.items() if key not in self._read]
        new.sort(key=lambda entry: entry.updated, reverse=True)
        facts, done = await self._messages(new, over, now, faults)
        facts.sort(key=lambda alert: alert.issued_at)
        self._read |= done  # only now: a reading given up on the way has delivered nothing
        self._behind = len(done) < len(new)
        while len(self._read) > READ_MAX:
            del self._read[next(iter(self._read))]
        return Fetched(tuple(facts), faults.problems, now, index.updated, index.cut)

    async def _index(self, url: str) -> Index:
        """The feed at `url`; parsed anew only when it differs from last time.

        A parse that outlives the reading goes on, and the next reading takes what comes of it: begun anew each time,
        a flood of messages would never be through on a busy machine.
        """
        answer = await self._reader.get(url, limit=self._config.feed_bytes)
        digest = hashlib.sha256(answer.body).digest()
        known = self._parsed.get(url)
        if known is not None and known[0] == digest:
            return known[1]
        if url not in self._parsing:
            self._parsing[url] = asyncio.create_task(self._parse(url, digest, answer.body))
            self._parsing[url].add_done_callback(lambda done: self._ended(url, done))
        return await asyncio.shield(self._parsing[url])

    async def _parse(self, url: str, digest: bytes, body: bytes) -> Index:
        with translated(f"GET {url}"):
            index = await asyncio.to_thread(read_index, body, url)
        self._parsed[url] = digest, index
        if len(self._parsed) > 1 + ARCHIVES_MAX:
            del self._parsed[next(iter(self._parsed))]
        return index

    def _ended(self, url: str, done: asyncio.Task[Index]) -> None:
        del self._parsing[url]
        if not done.cancelled():
            done.exception()  # told to the reading that waits, if one still does

    async def _archived(self, url: str, faults: Faults) -> dict[Key, Entry]:
        """Entries of the archives, one leading to the next. What can't be read is a fault: the present counts more."""
        found: dict[Key, Entry] = {}
        seen: set[str] = set()
        try:
            while url and url not in seen and len(seen) < ARCHIVES_MAX:
                seen.add(url)
                index = await self._index(url)
                found |= {(entry.entry_id, entry.updated): entry for entry in index.entries}
                url = index.archive
            if url and url not in seen:
                what = f"存档多于 {ARCHIVES_MAX} 页，更早的未读"
                faults.add(url, "archive", what, "更早的信号请向预警提供方核对")
        except CityError as error:
            faults.add(url, "archive", str(error), "早先的信号可能不全；请向预警提供方核对")
        return found

    async def _messages(
        self, entries: list[Entry], over: float, now: datetime, faults: Faults
    ) -> tuple[list[WeatherAlert], dict[Key, None]]:
        """Alerts and which entries they came from: a portion, and more until the loop's time is `over`.

        Raises CityError when there were links in a portion and all failed.
        """
        loop, size = asyncio.get_running_loop(), self._config.portion
        facts: list[WeatherAlert] = []
        done: dict[Key, None] = {}
        for start in range(0, len(entries), size):
            if start and loop.time() > over:
                what = f"新消息 {len(entries)} 条，本次先读最新的 {start} 条"
                faults.add(self._config.url, "entry", what, "其余随后自动补读，不必处理")
                break
            for entry, body in await self._bodies(entries[start : start + size], faults):
                done[entry.entry_id, entry.updated] = None
                facts += self._message(entry, body, now, faults)
        return facts, done

    def _message(self, entry: Entry, body: bytes, now: datetime, faults: Faults) -> tuple[WeatherAlert, ...]:
        reference = entry.link or entry.entry_id
        try:
            message = parse_cap(body, self._ground.zone, reference, faults)
        except ValueError as error:
            faults.add(reference, "alert", f"不能用：{error}", "请发布单位更正后重发；其余预警不受影响")
            return ()
        return self._alerts.alerts(message, reference, now, faults)

    async def _bodies(self, entries: list[Entry], faults: Faults) -> list[tuple[Entry, bytes]]:
        """Each entry with its message, oldest first, so that a cancel finds what it cancels. Raises the last
        CityError when there were links and all failed."""
        found = [(entry, entry.inline) for entry in entries if entry.inline is not None]
        linked = [entry for entry in entries if entry.inline is None and self._allowed(entry, faults)]
        turn = asyncio.Semaphore(self._config.parallel)
        failures: list[CityError] = []

        async def get(entry: Entry) -> tuple[Entry, bytes] | None:
            async with turn:
                try:
                    return entry, (await self._reader.get(entry.link)).body
                except CityError as error:
                    failures.append(error)
                    faults.add(entry.link, "link", str(error), "下次读取时自动再取", kind="unread")
                    return None

        answers = await asyncio.gather(*map(get, linked))
        if linked and len(failures) == len(linked):
            raise failures[-1]
        found += [answer for answer in answers if answer]
        await asyncio.sleep(0)  # messages inside the index must not hold the event loop either
        return sorted(found, key=lambda pair: pair[0].updated)

    def _allowed(self, entry: Entry, faults: Faults) -> bool:
        """Whether an entry leads to a message, on a host we trust."""
        target, home = urlsplit(entry.link), urlsplit(self._config.url)
        if not entry.link:
            faults.add(entry.entry_id, "link", "既无内容也无链接", "请提供方补上")
        elif target.scheme not in ("http", "https"):
            faults.add(entry.entry_id, "link", f"链接 {shown(entry.link)} 不是网址", "请提供方更正")
        elif target.netloc != home.netloc and target.netloc not in self._config.link_hosts:
            fix = "确认可信后，把该主机加入允许的链接主机"
            faults.add(entry.entry_id, "link", f"链接指向别的主机 {target.netloc}，未取", fix)
        else:
            return True
        return False


def read_index(data: bytes, url: str) -> Index:
    """An Atom feed. Memory stays that of one entry at a time besides the messages themselves.

    Raises CityBroken when it is no Atom feed at all, ValueError when it declares a DOCTYPE.
    """
    entries: list[Entry] = []
    updated: datetime | None = None
    cut = archive = ""
    try:
        for element in branches(data):
            if element.tag == f"{ATOM}entry":
                entries.append(_entry(element, url))
            elif element.tag == f"{ATOM}updated":
                updated = _moment(element.text or "")
            elif element.tag == f"{ATOM}link" and element.get("rel") == "prev-archive":
                archive = urljoin(url, element.get("href") or "")
            elif element.getparent() is None:
                _require_feed(element, url)
    except XmlBroken as error:
        if not entries and updated is None:
            raise CityBroken(f"GET {url} 的回复不是 Atom（{shown(error)}）；请联系预警提供方") from error
        cut = f"索引中途截断，只读到 {len(entries)} 条（{shown(error)}）"
    return Index(updated, tuple(entries), cut, archive)


def _require_feed(root: Element, url: str) -> None:
    refuse_doctype(root)
    if root.tag != f"{ATOM}feed":
        raise CityBroken(f"GET {url} 的回复不是 Atom 的 feed（{shown(root.tag)}）；请检查地址")


def _moment(text: str) -> datetime | None:
    """The feed's own time; None when it has no zone or can't be read: nothing is concluded from it then."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _entry(element: Element, url: str) -> Entry:
    content = element.find(f"{ATOM}content")
    alert = None if content is None else next((child for child in content if child.tag in CONTENT_TAGS), None)
    links = element.findall(f"{ATOM}link")
    chosen = next((link for link in links if "cap" in (link.get("type") or "")), None)
    if chosen is None:
        chosen = next((link for link in links if link.get("rel") in (None, "alternate")), None)
    href = "" if chosen is None else (chosen.get("href") or "")
    return Entry(
        entry_id=(element.findtext(f"{ATOM}id") or href).strip(),
        updated=(element.findtext(f"{ATOM}updated") or "").strip(),
        link=urljoin(url, href) if href else "",
        inline=None if alert is None else source_of(alert),
    )
