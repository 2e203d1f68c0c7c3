"""The learned parts, loaded and applied."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.finding.catalogue import Catalogue
from knowledge.finding.features import NAMES, Candidates, Floats
from knowledge.index.snapshot import View

FOLDER = Path(__file__).parent
RANKER = "ranker.json"
ADAPTER = "adapter.npz"
FORMAT = 1

LEVELS = ("行政法规", "司法解释")
"""Ranks in law whose clauses answer more rarely than those of a law, other things equal."""
NATION = ("", "全国")


@dataclass(frozen=True)
class Adapter:
    """query + query @ shift. shift: (dimension, dimension)."""

    shift: Vectors

    def apply(self, queries: Vectors) -> Vectors:
        """(n, dimension) unit vectors -> unit vectors."""
        moved = queries + queries @ self.shift
        return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)


@dataclass(frozen=True)
class Ranker:
    """A linear score. asked: title key of a law -> log(1 + questions it answered). local: what counts for a document
    of a region, which is in the base because the city uses it."""

    weights: Floats
    asked: Mapping[str, float]
    local: float

    def features(self, candidates: Candidates, view: View, catalogue: Catalogue) -> Floats:
        """(candidates, len(NAMES) + len(LEVELS) + 1)."""
        owners = view.table.owners(candidates.rows)
        facts = [catalogue.facts[owner] for owner in owners]
        levels = np.array([[float(one.level == level) for level in LEVELS] for one in facts])
        asked = np.array(
            [[self.asked.get(one.title, 0.0) if one.region in NATION else self.local] for one in facts]
        )
        return np.concatenate([candidates.features, levels, asked], axis=1)


@dataclass(frozen=True)
class Learned:
    ranker: Ranker
    adapter: Adapter

    def score(self, candidates: Candidates, view: View, catalogue: Catalogue) -> Floats:
        """Higher is better; comparable within one query."""
        return self.ranker.features(candidates, view, catalogue) @ self.ranker.weights


def load_learned(fingerprint: str, folder: Path = FOLDER) -> Learned | None:
    """What fits the embedder; None where nothing does."""
    ranker, adapter = folder / RANKER, folder / ADAPTER
    if not (ranker.is_file() and adapter.is_file()):
        return None
    told = json.loads(ranker.read_text(encoding="utf-8"))
    fits = (told["format"], told["embedder"], tuple(told["features"])) == (FORMAT, fingerprint, NAMES)
    with np.load(adapter, allow_pickle=False) as arrays:
        if not fits or str(arrays["embedder"]) != fingerprint:
            return None
        shift = np.asarray(arrays["shift"], np.float32)
    weights: NDArray[np.float64] = np.array(told["weights"], np.float64)
    return Learned(Ranker(weights, told["asked"], told["local"]), Adapter(shift))
