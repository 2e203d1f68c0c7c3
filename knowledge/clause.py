"""What a search returns and a citation rests on: the clause, and the document it belongs to."""

import re
from dataclasses import dataclass
from datetime import date

READING = 1
"""Version of what makes clauses of a file (reading, metadata, structure): raise it when the same file comes out
otherwise. Documents read by an older one are read again when their file is added again."""


@dataclass(frozen=True)
class Metadata:
    """What a document says about itself. Unknown texts are empty, unknown dates None.

    part: 人格权编 and the like, for one law kept in several files. supersedes: titles or document numbers.
    hazards: 暴雨, 台风 and the like, of a document that is about them. issued, effective: of this version.
    revised: when it was last amended, None for a first version. since: when the first version came into force,
    None when that is `effective`; what a text repeals ended then, however often the text was amended afterwards.
    """

    title: str
    part: str = ""
    doc_number: str = ""
    issuer: str = ""
    level: str = ""
    region: str = ""
    issued: date | None = None
    effective: date | None = None
    repealed: date | None = None
    supersedes: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    revised: date | None = None
    since: date | None = None


@dataclass(frozen=True)
class Document:
    """One version of one document. In force from valid_from (None: always) up to, not including, valid_to.

    end_reason: "" (no end) | successor | repealed | hand. notices: what was odd in reading it, in Chinese.
    corrected: the fields of metadata that a person set.
    """

    id: str
    version: int
    metadata: Metadata
    source: str
    clauses: int
    valid_from: date | None
    valid_to: date | None
    superseded_by: str | None
    end_reason: str = ""
    notices: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """start, end: offsets into the document's stored text; `text` is exactly that slice.

    kind: article | section | paragraph | row (of a table) | annex.
    """

    clause_id: str
    document_id: str
    version: int
    document: str
    doc_number: str
    issuer: str
    level: str
    region: str
    article: str
    path: str
    text: str
    start: int
    end: int
    valid_from: date | None
    valid_to: date | None
    superseded_by: str | None
    kind: str = "article"


@dataclass(frozen=True)
class Surrounding:
    """A clause in its document: what stands before and after it, and its offsets in the document's text."""

    before: str
    text: str
    after: str
    start: int
    end: int


def in_force(valid_from: date | None, valid_to: date | None, as_of: date) -> bool:
    """Half-open: on its last day, valid_to, a version no longer stands."""
    return (valid_from is None or valid_from <= as_of) and (valid_to is None or as_of < valid_to)


def title_key(title: str) -> str:
    """One key for 《中华人民共和国民法典》, 中华人民共和国民法典 and 民法典."""
    bare = TITLE_MARKS.sub("", title.translate(HALF_WIDTH))
    return bare.removeprefix("中华人民共和国") or bare


def number_key(doc_number: str) -> str:
    """One key for 〔2023〕26号, [2023]26 号 and (2023) 26号."""
    return re.sub(r"[\[\]()〔〕【】\s第]", "", doc_number.translate(HALF_WIDTH))


# What a title may be written with or without.
TITLE_MARKS = re.compile(r"[\s《》〈〉<>「」\"“”]")
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
