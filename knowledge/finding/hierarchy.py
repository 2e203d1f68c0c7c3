"""Order among clauses that answer about equally well: local in its region, special before general, new before old.

Never more than a tie-break: only neighbours whose scores are within NEAR of each other change places, and the one that
moved up says why. The exception is a region that the query names: clauses of other regions go behind all others.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

NEAR = 0.02
NATION = ("", "全国")

_KIND = re.compile(r"(?:自治区|自治州|特别行政区|省|市|自治县|县|区)$")


@dataclass(frozen=True)
class Placed:
    """A clause found, and what decides its place among equals. subject: characters of its document's short title."""

    row: int
    score: float
    document: str
    subject: str
    level: str
    region: str
    since: date | None
    why: tuple[str, ...] = ()


def arrange(found: Sequence[Placed], query: str) -> list[Placed]:
    """found: best first. The same clauses in their final order."""
    asked = asked_regions(query, {one.region for one in found})
    if asked:
        found = [one for one in found if _at_home(one, asked)] + [
            one for one in found if not _at_home(one, asked)
        ]
    rules: tuple[tuple[str, Callable[[Placed, Placed], bool]], ...] = (
        ("本地规定在前", lambda one, other: _local(one, asked) and not _local(other, asked)),
        ("特别规定在前", lambda one, other: _special(one, other, query)),
        ("新规定在前", _newer),
    )
    return _tie_break(list(found), rules)


def asked_regions(query: str, regions: set[str]) -> frozenset[str]:
    """Regions among those given that the query names, with or without 市, 省 and the like."""
    named = (one for one in regions if one not in NATION)
    return frozenset(one for one in named if len(_stem(one)) >= 2 and _stem(one) in query)


def _tie_break(
    found: list[Placed], rules: Sequence[tuple[str, Callable[[Placed, Placed], bool]]]
) -> list[Placed]:
    """One pass from below: a clause may pass its neighbour above, once, if a rule says so and no earlier denies it."""
    for place in range(len(found) - 1, 0, -1):
        upper, lower = found[place - 1], found[place]
        if upper.document == lower.document or lower.score < upper.score * (1 - NEAR):
            continue
        for why, first in rules:
            if first(upper, lower):
                break
            if first(lower, upper):
                found[place - 1 : place + 1] = [replace(lower, why=(*lower.why, why)), upper]
                break
    return found


def _stem(region: str) -> str:
    return _KIND.sub("", region)


def _at_home(one: Placed, asked: frozenset[str]) -> bool:
    return one.region in NATION or _local(one, asked)


def _local(one: Placed, asked: frozenset[str]) -> bool:
    """A district's clause is at home in its city: 沄州市城东区 where 沄州市 is asked for, and the other way round."""
    return one.region not in NATION and any(one.region in name or name in one.region for name in asked)


def _special(one: Placed, other: Placed, query: str) -> bool:
    """Its title speaks of what is asked, the other's doesn't; of one rank in law, or else rank decides."""
    return one.level == other.level and _speaks_of(one, query) and not _speaks_of(other, query)


def _speaks_of(one: Placed, query: str) -> bool:
    return any(first + second in query for first, second in pairwise(one.subject))


def _newer(one: Placed, other: Placed) -> bool:
    """Of two documents on one subject and of one rank."""
    if one.since is None or other.since is None or one.level != other.level or one.region != other.region:
        return False
    return one.since > other.since and _alike(one.subject, other.subject)


def _alike(one: str, other: str) -> bool:
    first, second = ({a + b for a, b in pairwise(name)} for name in (one, other))
    return bool(first and second) and len(first & second) * 2 > min(len(first), len(second))
