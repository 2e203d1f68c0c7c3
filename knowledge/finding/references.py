"""Clauses that a clause refers to: 依照本法第三十条, 第十条至第十三条, 《民法典》第五百条, 前条."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.finding.labels import Label, article_before, find_labels, next_articles
from knowledge.finding.titles import Titles

MOST = 8
RANGE_MOST = 12

_JOINED = re.compile(r"^(?:第[一二三四五六七八九十、第和]+[款项]|[、，和及与或者以规定的\s]){0,12}$")
_RANGE = re.compile(r"^(?:第\S{1,3}[款项])?(?:至|到|—|-)$")
_SELF = re.compile(r"(?:本法|本条例|本办法|本规定|本解释|本细则|本规则|本预案|本规范|本标准|本章|本节)\s*$")
_PREVIOUS = re.compile(r"前条")
_QUOTED = re.compile(r"《([^《》]*(?:《[^《》]*》[^《》]*)*)》\s*$")


@dataclass(frozen=True)
class Reference:
    """documents: where the article is, empty for the clause's own document."""

    article: str
    documents: tuple[str, ...] = ()


def references(text: str, own: str, titles: Titles) -> list[Reference]:
    """What the text of clause `own` (its article) refers to, in order, without repeats; at most MOST."""
    labels = [label for label in find_labels(text) if label.ordinal or "." in label.article]
    if labels and not text[: labels[0].start].strip() and labels[0].article == own:
        labels = labels[1:]
    previous = article_before(own) if _PREVIOUS.search(text) else None
    found = [Reference(previous)] if previous else []
    last: Label | None = None
    documents: tuple[str, ...] | None = ()
    for label in labels:
        between = text[last.end : label.start] if last else None
        if last and between is not None and _RANGE.match(between):
            found += [
                Reference(one, documents or ())
                for one in next_articles(last.article, label.article, RANGE_MOST)
            ]
        elif between is None or not _JOINED.match(between):
            documents = _owner(text, label, titles)
        last = label
        if documents is not None:
            found.append(Reference(label.article, documents))
    own_left_out = [one for one in found if one.documents or one.article != own]
    return list(dict.fromkeys(own_left_out))[:MOST]


def _owner(text: str, label: Label, titles: Titles) -> tuple[str, ...] | None:
    """Documents of the name right before the label; () for the clause's own; None for one that isn't held."""
    before = text[: label.start]
    if _SELF.search(before):
        return ()
    if quoted := _QUOTED.search(before):
        return titles.named(quoted[1]) or None
    return titles.before(text, label.start)


def wanted_ids(references: Sequence[Reference], document: str) -> list[str]:
    """Ids of the clauses meant, of every version and part that may hold them; which exist, the caller finds out."""
    return [f"{owner}#{one.article}" for one in references for owner in one.documents or (document,)]
