"""What is measured: a name for machines, one for people, and how per-item tallies make one number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.stats import bootstrap, wilson

Kind = Literal["share", "f1", "mean"]


@dataclass(frozen=True)
class Tally:
    """What one item adds to a measure: the measure is the sum of hits over the sum of totals.

    share: hits and totals count things. f1: 2tp over 2tp+fp+fn. mean: the value over 1. A total of 0 says
    that the item has nothing to count here.
    """

    hits: float
    total: float = 1


def tally(hit: bool, counts: bool = True) -> Tally:
    """One trial: hit or missed; no trial when it does not count."""
    return Tally(float(hit and counts), float(counts))


@dataclass(frozen=True)
class Measure:
    """`label` is for the table; `fewer_is_better` for how differences are shown. `unit` follows a mean."""

    key: str
    label: str
    kind: Kind = "share"
    fewer_is_better: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Measured:
    """value is None when nothing counted; low, high: 95 % interval."""

    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    hits: float
    total: float
    items: int

    def as_json(self) -> dict[str, object]:
        return {
            "key": self.measure.key,
            "label": self.measure.label,
            "kind": self.measure.kind,
            "unit": self.measure.unit,
            "fewer_is_better": self.measure.fewer_is_better,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "hits": self.hits,
            "total": self.total,
            "items": self.items,
        }


def pool(measure: Measure, tallies: Sequence[Tally]) -> Measured:
    """One number of all items' tallies."""
    counting = [item for item in tallies if item.total > 0]
    hits, total = sum(item.hits for item in counting), sum(item.total for item in counting)
    if measure.kind == "share":
        interval = wilson(round(hits), round(total))
    else:
        interval = bootstrap([item.hits for item in counting], [item.total for item in counting])
    low, high = interval or (None, None)
    return Measured(measure, hits / total if total else None, low, high, hits, total, len(counting))


def pool_all(measures: Sequence[Measure], rows: Sequence[Mapping[str, Tally]]) -> list[Measured]:
    """Every measure over the rows (one a ticket or query); a row without a key does not count for it."""
    return [pool(one, [row[one.key] for row in rows if one.key in row]) for one in measures]
