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

FOLDER = Path(__file__).parent
RANKER = "ranker.json"
ADAPTER = "adapter.npz"
FORMAT = 1

NATION = ("", "全国")
HELD = 0.5


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

    def features(self, candidates: Candidates, catalogue: Catalogue) -> Floats:
        """(candidates, len(NAMES) + 1)."""
        facts = catalogue.facts_of(candidates.rows)
        asked = np.array(
            [[self.asked.get(one.title, 0.0) if one.region in NATION else self.local] for one in facts]
        )
        return np.concatenate([candidates.features, asked], axis=1)


@dataclass(frozen=True)
class Learned:
    ranker: Ranker
    adapter: Adapter

    def fits(self, catalogue: Catalogue) -> bool:
        """Whether the base holds the laws it was taught with: at least those that answered HELD of the questions.

        Elsewhere, in a city's few own documents, the legs alone do better.
        """
        held = {one.title for one in catalogue.facts}
        counts = {title: float(np.expm1(count)) for title, count in self.ranker.asked.items()}
        return sum(counts[title] for title in counts if title in held) >= HELD * sum(counts.values())

    def score(self, candidates: Candidates, catalogue: Catalogue) -> Floats:
        """Higher is better; comparable within one query."""
        return self.ranker.features(candidates, catalogue) @ self.ranker.weights


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
