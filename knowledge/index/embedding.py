"""Vectors for many rows: slice by slice, so that progress shows, a stop costs one slice at most."""

import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from knowledge.embedding import Embedder, Vectors
from knowledge.index.ranked import Rows

SLICE = 512
READ = 16_384
# Vectors made so far become searchable at least this often.
ATTACH_S = 60.0

EmbedProgress = Callable[[int, int], None]
Texts = Callable[[Rows], Mapping[int, str]]
# False: nobody wants the vectors any more.
Attach = Callable[[Rows, Vectors], bool]


def embed_rows(
    rows: Rows,
    texts: Texts,
    embedder: Embedder,
    attach: Attach,
    on_progress: EmbedProgress | None = None,
) -> None:
    """Embed the texts of the rows and hand the vectors over; on_progress: (clauses done, all)."""
    waiting: list[tuple[Rows, Vectors]] = []
    done, last = 0, time.monotonic()
    for part in _slices(rows, texts):
        waiting.append((np.array(list(part), np.int64), embedder.embed_documents(list(part.values()))))
        done += len(part)
        if time.monotonic() - last > ATTACH_S:
            if not _handed_over(waiting, attach):
                return
            last = time.monotonic()
        if on_progress:
            on_progress(done, len(rows))
    _handed_over(waiting, attach)


def _slices(rows: Rows, texts: Texts) -> Iterator[Mapping[int, str]]:
    for start in range(0, len(rows), READ):
        # Neighbours of one length share a pass of the model without waste.
        read = sorted(texts(rows[start : start + READ]).items(), key=lambda item: len(item[1]))
        for at in range(0, len(read), SLICE):
            yield dict(read[at : at + SLICE])


def _handed_over(waiting: list[tuple[Rows, Vectors]], attach: Attach) -> bool:
    if not waiting:
        return True
    rows = np.concatenate([held for held, _ in waiting])
    vectors = np.concatenate([vectors for _, vectors in waiting])
    waiting.clear()
    return attach(rows, vectors)
