"""What a search is restricted to; knowledge.index.standing holds documents to it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Filters:
    """Empty = no restriction. Inside one field any of the values, between fields all.

    documents: ids, or titles (with or without 《》 and 中华人民共和国). The others as the documents say them; 全国 is
    the region of national law.
    """

    levels: frozenset[str] = frozenset()
    issuers: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    hazards: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
