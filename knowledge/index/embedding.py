"""Vectors for many rows: slice by slice, so that progress shows, a stop is obeyed and nothing paid for is lost."""

import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors
from knowledge.index.ranked import Rows

SLICE = 512
READ = 16_384
# Vectors made so far become searchable at least this often.
ATTACH_S = 60.0

EmbedProgress = Callable[[int, int], None]
Texts = Callable[[Rows], Mapping[int, str]]
Attach = Callable[[Rows, Vectors], object]


def embed_rows(
    rows: Rows,
    texts: Texts,
    embedder: Embedder,
    attach: Attach,
    on_progress: EmbedProgress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Embed the texts of the rows and hand the vectors over; on_progress: (clauses done, all)."""
    waiting: list[tuple[Rows, NDArray[np.float16]]] = []
    done, last = 0, time.monotonic()

    def hand_over() -> None:
        if waiting:
            halves = np.concatenate([vectors for _, vectors in waiting])
            attach(np.concatenate([held for held, _ in waiting]), halves.astype(np.float32))
            waiting.clear()

    for start in range(0, len(rows), READ):
        # Neighbours of one length share a pass of the model without waste.
        read = sorted(texts(rows[start : start + READ]).items(), key=lambda item: len(item[1]))
        for at in range(0, len(read), SLICE):
            if cancelled():
                break
            part = read[at : at + SLICE]
            vectors = embedder.embed_documents([text for _, text in part]).astype(np.float16)
            waiting.append((np.array([row for row, _ in part], np.int64), vectors))
            done += len(part)
            if time.monotonic() - last > ATTACH_S:
                hand_over()
                last = time.monotonic()
            if on_progress:
                on_progress(done, len(rows))
    hand_over()
