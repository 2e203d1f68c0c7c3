"""A briefing laid out, before any format: numbered headings, tables and figures, marks that lead to the evidence.

Every renderer walks this and nothing else, so that the four files say the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from agents.briefing.decision import (
    Block,
    Briefing,
    Callout,
    Chart,
    Line,
    Map,
    Table,
    Text,
    Timeline,
    Tone,
)
from agents.briefing.places import named
from agents.briefing.render.charts import chart_svg, timeline_svg
from agents.briefing.render.maps import map_svg
from agents.briefing.signature import shown
from agents.briefing.wording import full

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Run:
    """A sentence or a cell. marks: numbers of its evidence in the index, as printed; ids: the same as ids."""

    text: str
    tone: Tone
    marks: str
    ids: tuple[str, ...]
    human: bool
    path: str


@dataclass(frozen=True)
class Words:
    kind: Literal["text", "callout"]
    heading: str
    tone: Tone
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Grid:
    """A table. widths: shares of the whole, adding up to 1."""

    kind: Literal["table"]
    caption: str
    titles: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Run, ...], ...]
    empty: str


@dataclass(frozen=True)
class Picture:
    kind: Literal["picture"]
    caption: str
    svg: str


Laid = Words | Grid | Picture


@dataclass(frozen=True)
class Section:
    key: str
    heading: str
    blocks: tuple[Laid, ...]


@dataclass(frozen=True)
class Layout:
    """head: (name, value) pairs under the title. aigc: the hidden mark, as JSON. appendix: index, edits, warnings."""

    title: str
    number: str
    classification: str
    mark: str
    aigc: str
    head: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    appendix: tuple[Section, ...]
    internal: bool


def lay_out(briefing: Briefing) -> Layout:
    briefing = shown(briefing)
    marks = {one.id: number for number, one in enumerate(briefing.evidence, 1)}
    internal = briefing.form != "press"
    pen = _Pen(marks if internal else {})
    sections = tuple(
        Section(part.key, f"{numeral(n)}、{part.title}", tuple(pen.blocks(part.key, part.blocks)))
        for n, part in enumerate(briefing.parts, 1)
    )
    return Layout(
        title=briefing.title,
        number=briefing.number,
        classification=briefing.classification,
        mark=briefing.ai_mark.text,
        aigc=aigc(briefing),
        head=tuple(_head(briefing)),
        sections=sections,
        appendix=tuple(_appendix(briefing, pen)) if internal else (),
        internal=internal,
    )


def aigc(briefing: Briefing) -> str:
    """The field AIGC of the metadata (GB 45438-2025): producer and content number; Label 1 is: generated."""
    mark = briefing.ai_mark
    told = {
        "Label": "1",
        "ContentProducer": mark.producer,
        "ProduceID": mark.content_id,
        "ReservedCode1": "",
        "ContentPropagator": briefing.made_by,
        "PropagateID": f"{briefing.briefing_id}/v{briefing.version}",
        "ReservedCode2": "",
    }
    return json.dumps({"AIGC": told}, ensure_ascii=False)


def numeral(number: int) -> str:
    """1 as 一, 14 as 十四."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones - 1]
    return ("" if tens == 1 else NUMERALS[tens - 1]) + "十" + (NUMERALS[ones - 1] if ones else "")


def ranges(numbers: Iterable[int]) -> str:
    """1,2,3,7 as 1–3,7."""
    told: list[list[int]] = []
    for number in sorted(set(numbers)):
        if told and told[-1][-1] == number - 1:
            told[-1].append(number)
        else:
            told.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in told)


class _Pen:
    """Counts tables and figures through the whole paper."""

    def __init__(self, marks: Mapping[str, int]) -> None:
        self._marks = marks
        self._tables = self._figures = 0

    def blocks(self, key: str, blocks: Iterable[Block]) -> Iterator[Laid]:
        for number, block in enumerate(blocks):
            path = f"{key}.{number}"
            match block:
                case Text() | Callout():
                    yield self._words(block, path)
                case Table():
                    yield self._grid(block, path)
                case Chart():
                    yield self._picture(block.caption, chart_svg(block))
                case Timeline():
                    yield self._picture(block.caption, timeline_svg(block))
                case Map():
                    yield self._picture(block.caption, map_svg(block))

    def plain(
        self,
        caption: str,
        titles: tuple[str, ...],
        widths: tuple[float, ...],
        rows: Iterable[tuple[str, ...]],
    ) -> Grid:
        """A table of the appendix: words only."""
        self._tables += 1
        whole = sum(widths)
        return Grid(
            kind="table",
            caption=f"表{self._tables}　{caption}",
            titles=titles,
            widths=tuple(width / whole for width in widths),
            rows=tuple(tuple(Run(text, "plain", "", (), False, "") for text in row) for row in rows),
            empty="无",
        )

    def _words(self, block: Text | Callout, path: str) -> Words:
        runs = tuple(
            self._run(line, line.evidence, f"{path}.{number}")
            for number, line in enumerate(block.sentences)
            if line.text
        )
        if isinstance(block, Callout):
            return Words("callout", "", block.tone, runs)
        return Words("text", block.heading, "plain", runs)

    def _grid(self, block: Table, path: str) -> Grid:
        self._tables += 1
        whole = sum(column.width for column in block.columns)
        return Grid(
            kind="table",
            caption=f"表{self._tables}　{block.caption}",
            titles=tuple(column.title for column in block.columns),
            widths=tuple(column.width / whole for column in block.columns),
            rows=tuple(self._row(row, f"{path}.{number}") for number, row in enumerate(block.rows)),
            empty=block.empty,
        )

    def _row(self, row: tuple[Line, ...], path: str) -> tuple[Run, ...]:
        """An evidence is marked once in a row, where it comes first."""
        seen: set[str] = set()
        runs: list[Run] = []
        for number, line in enumerate(row):
            runs.append(
                self._run(line, [one for one in line.evidence if one not in seen], f"{path}.{number}")
            )
            seen.update(line.evidence)
        return tuple(runs)

    def _run(self, line: Line, marked: Iterable[str], path: str) -> Run:
        marks = ranges(self._marks[one] for one in marked if one in self._marks)
        return Run(line.text, line.tone, marks, line.evidence, line.source == "human", path)

    def _picture(self, caption: str, svg: str) -> Picture:
        self._figures += 1
        return Picture("picture", f"图{self._figures}　{caption}", svg)


def _head(briefing: Briefing) -> Iterator[tuple[str, str]]:
    yield "编号", briefing.number
    yield "密级", briefing.classification
    yield "研判时刻", full(briefing.at)
    yield "编制", f"{briefing.made_by}（{full(briefing.made_at)}）"
    yield "版本", f"第{briefing.version}版" + (f"，人工修改{len(briefing.edits)}处" if briefing.edits else "")
    signature = briefing.signature
    if signature.signed_by and signature.signed_at:
        acting = f"（{signature.acting}）" if signature.acting else ""
        yield "签发", f"{signature.post} {signature.signed_by}{acting}，{full(signature.signed_at)}"
    else:
        yield "签发", f"待{signature.post}签发"


def _appendix(briefing: Briefing, pen: _Pen) -> Iterator[Section]:
    if briefing.warnings:
        rows = ((named(briefing, one.path), one.text) for one in briefing.warnings)
        grid = pen.plain("与依据不一致之处（修改仍予保留）", ("位置", "说明"), (1.2, 5), rows)
        yield Section("warnings", "附：与依据不一致之处", (grid,))
    if briefing.edits:
        rows = (
            (
                f"{named(briefing, one.path)}（第{one.version}版）",
                one.before or "（新增）",
                one.after or "（删去）",
                f"{one.by} {full(one.at)}",
                one.reason,
            )
            for one in briefing.edits
        )
        titles = ("位置", "原文", "改为", "修改人和时间", "理由")
        yield Section(
            "edits", "附：人工修改记录", (pen.plain("人工修改记录", titles, (1.3, 3, 3, 1.8, 1.4), rows),)
        )
    rows = (
        (
            str(number),
            one.text,
            full(one.at.astimezone(briefing.at.tzinfo)) if one.at else "—",
            one.source or "—",
            one.id,
        )
        for number, one in enumerate(briefing.evidence, 1)
    )
    titles = ("序号", "依据内容", "时间", "来源", "标识")
    yield Section(
        "evidence",
        "附：依据索引",
        (pen.plain("依据索引（正文角标即序号）", titles, (0.6, 5, 1.7, 1.6, 1.8), rows),),
    )
