"""An index of inverted lists for a large segment: trained, and told by measuring how many lists to look into."""

from dataclasses import replace

import numpy as np

from knowledge.embedding import Vectors
from knowledge.index.dense import SPARE, DenseSegment
from knowledge.index.first_look import FirstLook, Halves, Places, lists, pack

RECALL = 0.98
_SAMPLE = 200
_DEPTH = 10
_TRAIN_PER_LIST = 64
_SEED = 20261125


def trained(segment: DenseSegment) -> tuple[DenseSegment, float]:
    """The same with an index, and how many of the exact answer's first ten it finds, on a sample: RECALL or more."""
    generator = np.random.default_rng(_SEED)
    count = max(int(4 * np.sqrt(len(segment.rows))), 1)
    look = lists(segment.halves, count, _drawn(segment.halves, count * _TRAIN_PER_LIST, generator))
    recall = _look_into_enough(look, segment, generator)
    return replace(segment, packed=pack(look)), recall


def _look_into_enough(look: FirstLook, segment: DenseSegment, generator: np.random.Generator) -> float:
    """Look into more lists until the recall is good enough."""
    everything = np.ones(len(segment.rows), bool)
    queries = _queries(segment.halves, generator)
    wanted = [
        np.searchsorted(segment.rows, segment.search(query, _DEPTH, everything).rows) for query in queries
    ]
    recall, look.index.nprobe = 0.0, 4
    while recall < RECALL and look.index.nprobe < look.index.nlist:
        look.index.nprobe = min(look.index.nprobe * 2, look.index.nlist)
        # A search then takes the best of these by looking exactly.
        found = [look.nearest(query, 2 * _DEPTH + SPARE, everything)[1] for query in queries]
        recall = float(
            np.mean([np.isin(one, other).mean() for one, other in zip(wanted, found, strict=True)])
        )
    return recall


def _queries(halves: Halves, generator: np.random.Generator) -> Vectors:
    """Vectors of the set and as much noise."""
    queries = halves[_drawn(halves, _SAMPLE, generator)].astype(np.float32)
    return queries + generator.standard_normal(queries.shape, np.float32) / np.sqrt(queries.shape[1])


def _drawn(halves: Halves, count: int, generator: np.random.Generator) -> Places:
    return np.sort(generator.choice(len(halves), min(count, len(halves)), replace=False))
