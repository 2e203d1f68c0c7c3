"""Markdown with front matter, for systems that read text. Charts are told, not drawn."""

import re
from collections.abc import Iterator

from agents.briefing.decision import Briefing
from agents.briefing.render.layout import Grid, Laid, Picture, Run, Section, lay_out

_SPECIAL = re.compile(r"([\\`*_|<>\[\]])")
_LEAD = re.compile(r"^(\s*)([#>+-]|\d+[.)])(?=\s)")


def render_markdown(briefing: Briefing) -> str:
    laid = lay_out(briefing)
    parts = [
        "---",
        f"title: {_quoted(laid.title)}",
        f"number: {_quoted(laid.number)}",
        f"aigc: {_quoted(laid.aigc)}",
        "---",
        "",
        f"> {_escaped(laid.mark)}",
        "",
        f"# {_escaped(laid.title)}",
        "",
        *(f"- {name}：{_escaped(value)}" for name, value in laid.head),
    ]
    for section in (*laid.sections, *laid.appendix):
        parts += ["", *_section(section)]
    return "\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"## {_escaped(section.heading)}"
    for block in section.blocks:
        yield ""
        yield from _block(block)


def _block(block: Laid) -> Iterator[str]:
    match block:
        case Grid():
            yield f"**{_escaped(block.caption)}**"
            yield ""
            yield from _table(block)
        case Picture():
            yield f"（{_escaped(block.caption)}：图见 HTML、PDF 或 DOCX）"
        case _:
            if block.heading:
                yield f"### {_escaped(block.heading)}"
            lead = "> " if block.kind == "callout" else ""
            told = [_run(one) for one in block.runs]
            yield from (f"{lead}{one}  " for one in told) if lead else ("".join(told),)


def _table(grid: Grid) -> Iterator[str]:
    if not grid.rows:
        yield _escaped(grid.empty)
        return
    yield f"| {' | '.join(_escaped(title) for title in grid.titles)} |"
    yield f"|{'---|' * len(grid.titles)}"
    for row in grid.rows:
        yield f"| {' | '.join(_run(cell) for cell in row)} |"


def _run(run: Run) -> str:
    text = _escaped(run.text) + ("（人工修改）" if run.human else "")
    return text + (f"<sup>[{run.marks}]</sup>" if run.marks else "")


def _escaped(text: str) -> str:
    one_line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LEAD.sub(r"\1\\\2", one_line)


def _quoted(text: str) -> str:
    """A YAML string in single quotes: nothing in it is read but the quote itself."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
