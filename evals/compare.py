"""Two reports of one evaluation, item by item: what changed, and whether chance explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.measure import Measure, Tally, pool
from evals.report import Item
from evals.stats import sign_test


@dataclass(frozen=True)
class Change:
    """Over the items both reports counted. better, worse: items; p: two-sided sign test over those."""

    measure: Measure
    before: float | None
    after: float | None
    better: int
    worse: int
    p: float
    items: int


def changes(measures: Sequence[Measure], old: Sequence[Item], new: Sequence[Item]) -> list[Change]:
    """One a measure, over the items with the same id in both; measures without any are left out."""
    before = {item.id: item.tallies for item in old}
    shared = [(before[item.id], item.tallies) for item in new if item.id in before]
    found = [_change(measure, shared) for measure in measures]
    return [change for change in found if change.items]


def _change(measure: Measure, shared: Sequence[tuple[Mapping[str, Tally], Mapping[str, Tally]]]) -> Change:
    key = measure.key
    pairs = [(old[key], new[key]) for old, new in shared if key in old and key in new]
    gains = [_fault(measure, old) - _fault(measure, new) for old, new in pairs]
    better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    return Change(
        measure=measure,
        before=pool(measure, [old for old, _ in pairs]).value,
        after=pool(measure, [new for _, new in pairs]).value,
        better=better,
        worse=worse,
        p=sign_test(better, worse),
        items=sum(bool(old.total or new.total) for old, new in pairs),
    )


def _fault(measure: Measure, one: Tally) -> float:
    """How far one item is from right. An item that counts in one run only (a find that is new) compares too."""
    if measure.fewer_is_better:
        return one.hits
    return -one.hits if measure.kind == "mean" else one.total - one.hits
