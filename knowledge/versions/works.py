"""Which documents are versions of one work: by title, part and region, not by what a version adds to its title."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from knowledge.clause import HALF_WIDTH, Document, Metadata, in_force, title_key
from knowledge.errors import NoSuchDocument

# 〔试行〕, (2019年修订), (修正), (2023年版): of a version, not of the work. (一) and (2021-2025年) are of the work.
_VERSION = re.compile(
    r"\((?:试行|暂行|修正|修订|修改|修正本|修订本|\d{4}年?(?:修正|修订|修改)?(?:版|本)?)\)$"
)
_TRIAL = re.compile(r"(?:暂行|试行)(?=(?:实施)?(?:办法|规定|条例|规则|细则|规范|标准|规程)$)")
# Each amendment stands beside the others: 宪法修正案（2004年） does not follow 宪法修正案（1999年）.
_AMENDMENT = re.compile(r"修正案(?:\(.+\))?$")
_ISSUED_BY = re.compile(r"^(?:最高人民法院|最高人民检察院|国务院办公厅|国务院|公安部|司法部)+(?=关于)")
_MANY_ISSUERS = frozenset({"规章", "规范性文件"})


@lru_cache(1 << 16)
def bare_title(title: str) -> str:
    """The title as all versions share it: no brackets of quotation, no 中华人民共和国, no 试行, no year of revision."""
    bare = re.sub(r"[、，,·]", "", title_key(title)).translate(HALF_WIDTH).replace("中华人民共和国", "")
    if not bare or _AMENDMENT.search(bare):
        return bare or title_key(title)
    while (shorter := _VERSION.sub("", bare)) != bare:
        bare = shorter
    return _TRIAL.sub("", bare)


@lru_cache(1 << 16)
def name_key(name: str) -> str:
    """What a repeal clause may call a document: also without the issuer, which then stands before the 《》."""
    bare = bare_title(name)
    return _ISSUED_BY.sub("", bare)


def work_key(told: Metadata) -> str:
    """Equal for versions of one work.

    Ministries issue rules under one title (规章制定程序规定): theirs are different works; issuers of other documents
    are renamed too often to tell works apart.
    """
    shared = told.region in ("", "全国") and told.level in _MANY_ISSUERS
    issuer = re.sub(r"中华人民共和国|国家|办公厅|办公室", "", told.issuer) if shared else ""
    return "|".join((bare_title(told.title), told.part, told.region, issuer))


def shared_starts(documents: Mapping[str, Metadata]) -> dict[str, date]:
    """Document id -> day of effect, for parts of a code that tell none: a code takes effect as a whole."""
    told: dict[tuple[str, str, date | None], date] = {}
    for one in documents.values():
        if one.part and one.effective and one.effective != one.issued:
            told[bare_title(one.title), one.region, one.issued] = one.effective
    found = {
        identity: told.get((bare_title(one.title), one.region, one.issued))
        for identity, one in documents.items()
        if one.part and one.effective in (None, one.issued)
    }
    return {identity: day for identity, day in found.items() if day}


def order_key(document: Document) -> tuple[date, date, int, str]:
    """Oldest version first; an undated one is older than any other."""
    told = document.metadata
    return version_order(told.issued, told.effective, told.title, document.id)


def version_order(
    issued: date | None, effective: date | None, title: str, identity: str
) -> tuple[date, date, int, str]:
    """By issue, then by effect; of two on one day 规则 follows 规则（试行）."""
    return (
        issued or effective or date.min,
        effective or issued or date.min,
        -len(title),
        identity,
    )


def group_versions(documents: Iterable[Document]) -> list[list[Document]]:
    """All works, each a list of its versions, oldest first; works in the order of their first document.

    A document that a later one of the same title replaced belongs to its work, whoever issued the two.
    """
    everything = list(documents)
    work_of = {document.id: work_key(document.metadata) for document in everything}
    title_of = {document.id: bare_title(document.metadata.title) for document in everything}
    same = {key: key for key in work_of.values()}

    def root(key: str) -> str:
        while same[key] != key:
            key = same[key]
        return key

    for document in everything:
        newer = document.superseded_by
        if newer in work_of and title_of[newer] == title_of[document.id]:
            same[root(work_of[document.id])] = root(work_of[newer])
    groups: dict[str, list[Document]] = defaultdict(list)
    for document in everything:
        groups[root(work_of[document.id])].append(document)
    return [sorted(group, key=order_key) for group in groups.values()]


def versions_of(document: str, documents: Sequence[Document]) -> list[Document]:
    """All versions of the document's work, oldest first. Raises NoSuchDocument."""
    for group in group_versions(documents):
        if any(one.id == document for one in group):
            return group
    raise NoSuchDocument(document)


def standing_on(document: str, days: Sequence[date], documents: Sequence[Document]) -> list[Document | None]:
    """For each day the version of the document's work in force, or else what had taken its place under another name.

    Raises NoSuchDocument.
    """
    versions = versions_of(document, documents)
    heirs = _heirs(versions, {one.id: one for one in documents})
    return [_standing(versions, day) or _standing(heirs, day) for day in days]


def _standing(versions: Iterable[Document], day: date) -> Document | None:
    """Of several the newest."""
    standing = [one for one in versions if in_force(one.valid_from, one.valid_to, day)]
    return max(standing, key=order_key, default=None)


def _heirs(versions: Iterable[Document], by_id: Mapping[str, Document]) -> list[Document]:
    """What took the place of the versions under another name, and what took its place, and so on.

    A code in several files ended whole laws (民法典, 婚姻法): the part that says so is not what to compare them with.
    """
    found = {one.id: one for one in versions}
    own = set(found)
    waiting = list(found.values())
    while waiting:
        newer = by_id.get(waiting.pop().superseded_by or "")
        if newer and newer.id not in found and not newer.metadata.part:
            found[newer.id] = newer
            waiting.append(newer)
    return [one for one in found.values() if one.id not in own]
