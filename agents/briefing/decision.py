"""The briefing (快报、研判专报、续报、叫应清单、领导手卡、新闻口径): one model for every form and every rendering.

A briefing holds all that it says, its figures' evidence included, so that it renders the same in ten years, without
the judgment, the city pack or a network. Places in it have paths for edits and warnings (see edits.py):
`part.block.sentence` in a text or callout, `part.block.row.column` in a table, counted from 0; `title` is one too.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agents.judgment.decision import Evidence

Form = Literal["flash", "report", "followup", "calls", "card", "press"]
FORM_NAMES: dict[Form, str] = {
    "flash": "快报",
    "report": "研判专报",
    "followup": "续报",
    "calls": "叫应清单",
    "card": "领导手卡",
    "press": "新闻口径",
}

Tone = Literal["plain", "good", "warn", "bad", "unknown", "human"]
"""How a thing is shown: bad is red (met, over), warn amber, good green, unknown and human have their own colours."""

Source = Literal["model", "template", "human"]


class _Piece(BaseModel):
    model_config = ConfigDict(frozen=True)


class Line(_Piece):
    """A sentence, or a cell of a table. An empty text is one that a person struck out: it keeps its place."""

    text: str
    evidence: tuple[str, ...] = ()
    source: Source = "template"
    tone: Tone = "plain"


class Text(_Piece):
    kind: Literal["text"] = "text"
    heading: str = ""
    sentences: tuple[Line, ...]


class Callout(_Piece):
    """What must not be overlooked. tone colours its frame."""

    kind: Literal["callout"] = "callout"
    tone: Tone
    sentences: tuple[Line, ...]


class Column(_Piece):
    """width: its share of the table's width, in any unit."""

    title: str
    width: float = Field(default=1.0, gt=0)


class Table(_Piece):
    kind: Literal["table"] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Line, ...], ...]
    empty: str = "无"
    """What stands in place of the rows when there are none."""


class Series(_Piece):
    """Points in order of time; None is a gap. `unit` in Chinese."""

    name: str
    unit: str
    style: Literal["bar", "line"]
    points: tuple[tuple[AwareDatetime, float | None], ...]


class Reference(_Piece):
    """A level to compare with, drawn across: 警戒水位, 封闭水深."""

    name: str
    value: float
    tone: Tone = "warn"


class Panel(_Piece):
    """One pair of axes. bars are on the left axis; lines beside bars are on the right one."""

    title: str
    series: tuple[Series, ...]
    references: tuple[Reference, ...] = ()


class Chart(_Piece):
    kind: Literal["chart"] = "chart"
    chart: Literal["rain", "levels"]
    caption: str
    start: AwareDatetime
    end: AwareDatetime
    panels: tuple[Panel, ...]


class Span(_Piece):
    """A bar of the timeline; end None: it lasts. start == end: a moment."""

    lane: str
    text: str
    start: AwareDatetime
    end: AwareDatetime | None
    tone: Tone


class Timeline(_Piece):
    kind: Literal["timeline"] = "timeline"
    caption: str
    start: AwareDatetime
    end: AwareDatetime
    spans: tuple[Span, ...]


Ring = tuple[tuple[float, float], ...]
"""Closed; lon, lat in degrees WGS-84."""


class Area(_Piece):
    code: str
    name: str
    ring: Ring
    tone: Tone
    lon: float
    lat: float


class Mark(_Piece):
    """lon, lat in degrees WGS-84. `label` may be empty."""

    shape: Literal["station", "risk", "cluster", "shelter"]
    lon: float
    lat: float
    tone: Tone
    label: str = ""


class Map(_Piece):
    kind: Literal["map"] = "map"
    caption: str
    areas: tuple[Area, ...]
    marks: tuple[Mark, ...]


Block = Annotated[Text | Callout | Table | Chart | Timeline | Map, Field(discriminator="kind")]


class Part(_Piece):
    key: str
    title: str
    blocks: tuple[Block, ...]


class Signature(_Piece):
    """Who may decide, and who did. A version that nobody signed has signed_by None; an edit makes such a version.

    post: 签发岗位, as the plan names it for the recommended level; chair: 会商主持; duty_post: 值守; acting: the post
    that signed in its stead, with the reason.
    """

    post: str
    chair: str = ""
    duty_post: str = ""
    clause: str = ""
    signed_by: str | None = None
    signed_at: AwareDatetime | None = None
    acting: str = ""


class AiMark(_Piece):
    """The marks that the labelling measures and GB 45438-2025 ask for: `text` is seen, the rest is metadata."""

    text: str
    producer: str
    content_id: str
    model: str | None
    prompt_versions: dict[str, str]
    reviewed_by: str = ""


Code = Literal["number", "level", "state", "clause", "evidence", "missing", "forbidden"]


class Trouble(_Piece):
    """Something in a version that its evidence does not bear out. It is shown; it stops nobody."""

    path: str
    code: Code
    text: str


class EditMark(_Piece):
    """A person's change, kept: version is the one that it made. before is empty for an added sentence."""

    path: str
    before: str
    after: str
    by: str
    at: AwareDatetime
    version: int
    reason: str = ""
    warnings: tuple[Trouble, ...] = ()


class Briefing(_Piece):
    """number: 期号 within the event; classification: 密级 or how to keep it; made_by: 编制."""

    briefing_id: str
    form: Form
    version: int = Field(ge=1)
    judgment_id: str
    event_id: str
    previous_id: str | None = None
    title: str
    number: str
    classification: str
    made_by: str
    made_at: AwareDatetime
    at: AwareDatetime
    parts: tuple[Part, ...]
    evidence: tuple[Evidence, ...]
    """All that its sentences and cells rest on, in the order of their first mention."""
    signature: Signature
    ai_mark: AiMark
    edits: tuple[EditMark, ...] = ()
    warnings: tuple[Trouble, ...] = ()

    def part(self, key: str) -> Part:
        """KeyError: this form has no such part."""
        for part in self.parts:
            if part.key == key:
                return part
        raise KeyError(key)
