"""SentencePiece's unigram model: the likeliest way to cut a text into pieces, by dynamic programming."""

import re

from knowledge.e5.weights import Vocabulary

SPACE = "\u2581"


class Tokenizer:
    """text -> piece ids, without begin and end marks."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._longest = max(map(len, vocabulary.pieces))

    def ids(self, text: str) -> list[int]:
        """Ids in reading order; an unknown character costs one unknown id."""
        text = self._normalise(text)
        cut = self._best_cuts(text)
        ids: list[int] = []
        at = len(text)
        while at:
            at, piece = cut[at]
            ids.append(piece)
        return ids[::-1]

    def _normalise(self, text: str) -> str:
        text = re.sub(" {2,}", " ", text.translate(self._vocabulary.normal))
        return (text if text.startswith(" ") else " " + text).replace(" ", SPACE)

    def _best_cuts(self, text: str) -> list[tuple[int, int]]:
        """For each end position: where its last piece starts, and that piece's id."""
        pieces, unknown = self._vocabulary.pieces, self._vocabulary.unknown
        length = len(text)
        best = [float("-inf")] * (length + 1)
        best[0] = 0.0
        cut = [(0, unknown)] * (length + 1)
        for start in range(length):
            here = best[start]
            if here + self._vocabulary.unknown_score > best[start + 1]:
                best[start + 1] = here + self._vocabulary.unknown_score
                cut[start + 1] = (start, unknown)
            for end in range(start + 1, min(length, start + self._longest) + 1):
                piece = pieces.get(text[start:end])
                if piece is not None and here + piece[1] > best[end]:
                    best[end] = here + piece[1]
                    cut[end] = (start, piece[0])
        return cut
