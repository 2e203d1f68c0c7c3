"""Which article of one version became which of the next: by what they say first, then by their numbers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

# Share of character pairs two articles have in common, 0..1: from here on they are versions of one article,
ALIKE = 0.45
# here already when they bear the same number, and only here when they stand in another order than before.
ALIKE_SAME_NUMBER = 0.2
ALIKE_ELSEWHERE = 0.7
_SAME_NUMBER_BONUS = 0.02
# Three characters that stand in more articles than this tell little about any.
_COMMON = 30
_CANDIDATES = 4

Pair = tuple[int | None, int | None]


@dataclass(frozen=True)
class Article:
    """body: its words without number, white space and width. pairs, triples: runs of two and three characters of it."""

    label: str
    body: str
    pairs: frozenset[str] = field(init=False, repr=False)
    triples: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", _runs(self.body, 2))
        object.__setattr__(self, "triples", _runs(self.body, 3))


def likeness(one: Article, other: Article) -> float:
    """Dice coefficient of character pairs: 1.0 for equal words, 0.0 for none in common."""
    if one.body == other.body:
        return 1.0
    size = len(one.pairs) + len(other.pairs)
    return 2 * len(one.pairs & other.pairs) / size if size else 0.0


def align(old: Sequence[Article], new: Sequence[Article]) -> list[Pair]:
    """Pairs of positions in reading order of the new version; (i, None) went, (None, j) came.

    The order of articles is kept as far as that pairs most; then what is left is paired where it says nearly the same.
    """
    scored = _scored(old, new)
    kept = dict(_in_order(scored, len(new)))
    taken = set(kept.values())
    apart = [
        (score, i, j)
        for (i, j), score in scored.items()
        if score >= ALIKE_ELSEWHERE and i not in kept and j not in taken
    ]
    elsewhere: dict[int, int] = {}
    for _, i, j in sorted(apart, key=lambda one: (-one[0], one[1], one[2])):
        if i not in elsewhere and j not in elsewhere.values():
            elsewhere[i] = j
    return list(_ordered(len(old), len(new), kept, elsewhere))


def _scored(old: Sequence[Article], new: Sequence[Article]) -> dict[tuple[int, int], float]:
    """Likeness of the pairs worth looking at: equal, of one number, or sharing rare words."""
    by_label = {article.label: j for j, article in enumerate(new)}
    holders: dict[str, list[int]] = defaultdict(list)
    for j, article in enumerate(new):
        for run in article.triples:
            holders[run].append(j)
    unchanged = {article.body: j for j, article in enumerate(new)}
    scored: dict[tuple[int, int], float] = {}
    for i, article in enumerate(old):
        same = by_label.get(article.label)
        equal = unchanged.get(article.body)
        for j in (equal,) if equal is not None and equal == same else _candidates(article, holders, same):
            score = likeness(article, new[j])
            if score >= (ALIKE_SAME_NUMBER if j == same else ALIKE):
                scored[i, j] = score + (_SAME_NUMBER_BONUS if j == same else 0)
    return scored


def _candidates(article: Article, holders: dict[str, list[int]], same: int | None) -> Iterable[int]:
    shared = Counter(
        j for run in article.triples if len(found := holders.get(run, ())) <= _COMMON for j in found
    )
    likely = [j for j, _ in shared.most_common(_CANDIDATES)]
    return likely if same is None or same in likely else [*likely, same]


def _in_order(scored: dict[tuple[int, int], float], width: int) -> Iterator[tuple[int, int]]:
    """The pairs, rising on both sides, whose scores sum highest: a heaviest rising subsequence by prefix maxima."""
    heaviest: list[tuple[float, tuple[int, int] | None]] = [(0.0, None)] * (width + 1)
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for i, j in sorted(scored, key=lambda pair: (pair[0], -pair[1])):
        weight, last = 0.0, None
        at = j
        while at > 0:
            if heaviest[at][0] > weight:
                weight, last = heaviest[at]
            at -= at & -at
        before[i, j] = last
        total = weight + scored[i, j]
        at = j + 1
        while at <= width:
            if total > heaviest[at][0]:
                heaviest[at] = (total, (i, j))
            at += at & -at
    pair = max(heaviest, key=lambda one: one[0])[1]
    while pair is not None:
        yield pair
        pair = before[pair]


def _ordered(olds: int, news: int, kept: dict[int, int], elsewhere: dict[int, int]) -> Iterator[Pair]:
    """What went stands where it stood; what moved, where it stands now."""
    origin = {j: i for i, j in (kept | elsewhere).items()}
    at = 0
    for j in range(news):
        i = origin.get(j)
        if i is not None and i in kept:
            yield from ((gone, None) for gone in range(at, i) if gone not in kept and gone not in elsewhere)
            at = i + 1
        yield i, j
    yield from ((gone, None) for gone in range(at, olds) if gone not in kept and gone not in elsewhere)


def _runs(text: str, size: int) -> frozenset[str]:
    """A text shorter than a run is a run itself."""
    return frozenset(text[start : start + size] for start in range(max(len(text) - size + 1, 1)))
