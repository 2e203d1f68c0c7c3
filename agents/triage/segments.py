"""Where one demand of a ticket ends and the next begins, and which words of it say what it is about."""

import re
from dataclasses import dataclass
from itertools import pairwise

from agents.triage.learned import CatalogueModel

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_CLAUSE = re.compile(r"[^，,。！？!?；;：:、\n]+")
_NEXT = re.compile(
    r"(?=另外|还有[一个件她他]|再一个|再一件|第二(?![天次中期季批年届])|顺便|再就是|此外|二是|哦还有|哦?对了|同时[，,还也]|另[，,])"
)
"""Words with which a caller turns to something else."""

SHORTEST = 4
SHORT_TICKET = 25
MOST = 10
"""Sentences looked at for a second demand; what comes later in a very long text only repeats."""


@dataclass(frozen=True)
class Cut:
    """A possible second demand: the text before `start` tells one matter, `start`..`end` another."""

    start: int
    end: int
    announced: bool  # by a word such as 另外


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of sentences; a sentence is cut before a word that turns to something else."""
    spans: list[tuple[int, int]] = []
    for found in _SENTENCE.finditer(text):
        begin, sentence = found.start(), found.group()
        turns = [turn.start() for turn in _NEXT.finditer(sentence) if turn.start() > SHORTEST]
        edges = [0, *turns, len(sentence)]
        spans += [(begin + a, begin + b) for a, b in pairwise(edges)]
    return [(a, b) for a, b in spans if len(text[a:b].strip()) >= SHORTEST]


def best_cut(text: str, model: CatalogueModel) -> Cut | None:
    """The cut whose two sides the characters tell apart best; None where both sides mean one matter."""
    spans = sentences(text)[:MOST]
    if len(spans) < 2 or len(text) < SHORT_TICKET:
        return None
    pairs = [(k, m) for k in range(1, len(spans)) for m in range(k, len(spans))]
    before = model.by_characters([text[spans[0][0] : spans[k][0]] for k in range(1, len(spans))])
    after = model.by_characters([text[spans[k][0] : spans[m][1]] for k, m in pairs])
    best: tuple[float, Cut] | None = None
    for (k, m), second in zip(pairs, after, strict=True):
        first = before[k - 1]
        a, b = first.argmax(), second.argmax()
        if model.codes[a][:4] == model.codes[b][:4]:
            continue
        announced = _NEXT.match(text, spans[k][0]) is not None
        # A turning word is worth about as much as doubling the probability of both sides.
        value = float(first[a]) * float(second[b]) * (2.2 if announced else 1.0)
        if best is None or value > best[0]:
            best = (value, Cut(spans[k][0], spans[m][1], announced))
    return best[1] if best else None


def telling_words(text: str, start: int, end: int, column: int, model: CatalogueModel) -> tuple[int, int]:
    """Span of the two neighbouring clauses within start..end that most say the catalogue row in `column`."""
    found = _CLAUSE.finditer(text, start, end)
    spans = [(m.start(), m.end()) for m in found if len(m.group().strip()) >= SHORTEST][: 3 * MOST]
    if not spans:
        return _stripped(text, start, end)
    pairs = [(a, d) for (a, _), (_, d) in pairwise(spans)] or spans
    scores = model.by_characters([text[a:b] for a, b in pairs])[:, column]
    return _stripped(text, *pairs[int(scores.argmax())])


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
