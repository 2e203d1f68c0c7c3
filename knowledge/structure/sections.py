"""Lines and their headings -> sections: one region (the document's body, or one annex) after the other."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from knowledge.structure.headings import ARTICLE_DEPTH, Heading, annex, articles, scheme_of
from knowledge.structure.lines import HEADING_LENGTH, Line, read_lines
from knowledge.structure.pieces import LONG, Part, Section, pieces
from knowledge.structure.signature import without_signature

# Paragraphs of a text without numbering go together up to here.
PARAGRAPHS = 400
_CONTINUES = 3


@dataclass(frozen=True, slots=True)
class _Region:
    """heading: of the annex; None for the body."""

    heading: Heading | None
    lines: list[Line]

    @property
    def length(self) -> int:
        return self.lines[-1].end - self.lines[0].start if self.lines else 0


def split_sections(text: str, body: int = 0) -> list[Section]:
    """Sections of text[body:] in reading order. Empty when there is no text at all."""
    regions = _own_text(_regions(read_lines(text, body)))
    parts = [part for region in regions for part in _parts(region)]
    parts = _with_bare_items(_without_contents(parts))
    return [piece for part in parts for piece in pieces(text, part)]


def _regions(lines: list[Line]) -> list[_Region]:
    """Annexes have numberings of their own. A bare 附件 2 takes the line below it as its title."""
    starts = [(number, heading) for number, line in enumerate(lines) if (heading := annex(line))]
    regions = [_Region(None, lines[: starts[0][0] if starts else len(lines)])]
    for (start, heading), (end, _) in pairwise([*starts, (len(lines), None)]):
        if heading is not None and heading.title == heading.label:
            below = lines[start + 1 : start + 2] if start + 1 < end else []
            # A converter may have put the title above its number.
            above = [line for line in lines[max(start - 1, 0) : start] if line.marked]
            title = next((line.text for line in (*below, *above) if _is_title(line)), "")
            heading = replace(heading, title=f"{heading.label} {title}".rstrip())
        regions.append(_Region(heading, lines[start:end]))
    return [region for region in regions if region.lines]


def _own_text(regions: list[_Region]) -> list[_Region]:
    """A decision that republishes a law below 附: is cited by that law's articles: no 附件 before their numbers."""
    laws = [region for region in regions if _articles(region) > 1]
    if len(laws) != 1 or laws[0].heading is None or _articles(regions[0]) > 0:
        return regions
    heading = replace(laws[0].heading, label="")
    return [replace(region, heading=heading) if region is laws[0] else region for region in regions]


def _articles(region: _Region) -> int:
    return sum(heading is not None and heading.depth == ARTICLE_DEPTH for heading in articles(region.lines))


def _is_title(line: Line) -> bool:
    return line.short and not line.row and not re.match(r"[（(\d一二三四五六七八九十第]", line.even)


def _parts(region: _Region) -> list[Part]:
    lines, top = region.lines, region.heading
    if top is None:
        lines = without_signature(lines)
        scheme = scheme_of(lines, region.length > LONG)
        return _paragraphs(lines) if scheme is None else _headed(lines, scheme(lines), ())
    scheme = scheme_of(lines[1:], region.length > LONG)
    if scheme is None:
        kind = "heading" if len(lines) == 1 and top.title == top.label else "annex"
        return [Part(top.label, (top.title,), lines, kind)]
    return _headed(lines, [top, *scheme(lines[1:])], (top,))


def _headed(lines: list[Line], headings: list[Heading | None], above: tuple[Heading, ...]) -> list[Part]:
    headings = _joined_titles(lines, headings)
    first = next((number for number, heading in enumerate(headings) if heading), len(lines))
    parts = [] if above else _preamble(lines[:first])
    stack: list[Heading] = []
    starts = [number for number, heading in enumerate(headings) if heading]
    for start, end in pairwise([*starts, len(lines)]):
        heading = headings[start]
        assert heading is not None
        while stack and stack[-1].depth >= heading.depth:
            stack.pop()
        stack.append(heading)
        path = tuple(each.title for each in stack)
        if part := _part(lines[start:end], stack, path):
            parts.append(part)
    return parts


def _part(lines: list[Line], stack: list[Heading], path: tuple[str, ...]) -> Part | None:
    """A heading with words of its own; of a labelled one without, just the heading."""
    heading = stack[-1]
    if len(lines) == 1 and not _has_words(lines[0], heading):
        return Part(_label(stack), path, lines, "heading") if heading.label else None
    if not heading.label:
        return None if _is_wrapped(lines) else Part(heading.title, path, lines, "section")
    kind = "article" if heading.depth == ARTICLE_DEPTH else "annex" if heading.depth < 0 else "section"
    return Part(_label(stack), path, lines, kind)


def _has_words(line: Line, heading: Heading) -> bool:
    return heading.title == heading.label and len(line.text) > len(heading.label) + 2


def _is_wrapped(lines: list[Line]) -> bool:
    """第二章 … 和 / 人民检察院的专项工作报告: the second line is the rest of the heading."""
    rest = lines[1:]
    return len(rest) <= _CONTINUES and all(line.short and not line.row for line in rest)


def _joined_titles(lines: list[Line], headings: list[Heading | None]) -> list[Heading | None]:
    """编, 章 and 节 whose heading was broken over lines get the whole of it as their title."""
    joined = list(headings)
    starts = [number for number, heading in enumerate(headings) if heading]
    for start, end in pairwise(starts):
        heading = headings[start]
        if heading and not heading.label and end - start > 1 and _is_wrapped(lines[start:end]):
            blank = " " if re.fullmatch(r"第\S+[编章节]", heading.title) else ""
            rest = "".join(line.text for line in lines[start + 1 : end])
            joined[start] = Heading(heading.depth, "", heading.title + blank + rest)
    return joined


def _label(stack: list[Heading]) -> str:
    annexed = stack[0].label if stack[0].depth < 0 else ""
    own = ""
    for heading in stack:
        if heading.depth >= 0 and heading.label:
            own = heading.label if heading.joined is None or not own else own + heading.joined + heading.label
    return f"{annexed} {own}" if annexed and own else annexed or own


def _preamble(lines: list[Line]) -> list[Part]:
    """What stands before the first heading, if it is prose: 为了…，制定本解释。"""
    prose = [
        number
        for number, line in enumerate(lines)
        if not line.marked and len(line.text) > HEADING_LENGTH // 2
    ]
    return [Part("序言", ("序言",), lines[prose[0] : prose[-1] + 1], "paragraph")] if prose else []


def _paragraphs(lines: list[Line]) -> list[Part]:
    """No numbering at all: neighbouring paragraphs up to PARAGRAPHS characters, numbered in order."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not line.marked and line.end - groups[-1][0].start <= PARAGRAPHS:
            groups[-1].append(line)
        else:
            groups.append([line])
    prose = [group for group in groups if len(group) > 1 or not group[0].marked]
    return [
        Part(f"第{number}段", (f"第{number}段",), group, "paragraph") for number, group in enumerate(prose, 1)
    ]


def _without_contents(parts: list[Part]) -> list[Part]:
    """A contents page without page numbers is headings only, and each comes again further down."""
    last = {_named(part): number for number, part in enumerate(parts)}
    return [
        part for number, part in enumerate(parts) if part.kind != "heading" or last[_named(part)] == number
    ]


def _named(part: Part) -> tuple[str, str]:
    return part.article, re.sub(r"[\s。：:]", "", part.path[-1])


def _with_bare_items(parts: list[Part]) -> list[Part]:
    """A heading with nothing below it says all there is: （一） goes to the section above, 5.4.2 stands alone."""
    kept: list[Part] = []
    for part, below in zip_longest(parts, parts[1:]):
        bare = part.kind == "heading" and (below is None or below.path[: len(part.path)] != part.path)
        above = kept[-1] if kept else None
        if bare and above and part.article.endswith("）") and above.path == part.path[:-1]:
            kind = "section" if above.kind == "heading" else above.kind
            kept[-1] = replace(above, lines=[*above.lines, *part.lines], kind=kind)
        else:
            kept.append(replace(part, kind="section") if bare else part)
    return kept
