"""The body of a DOCX as WordprocessingML: written as text, since building thousands of cells one call at a time
takes longer than a commander waits."""

from collections.abc import Iterable
from io import BytesIO
from xml.sax.saxutils import escape

from docx.document import Document as Docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Emu

from agents.briefing.render.layout import Grid, Laid, Layout, Picture, Run, Section, Words
from agents.briefing.render.pdf import png
from agents.briefing.render.svg import COLOURS

FACES = {"title": "方正小标宋简体", "body": "仿宋_GB2312", "heading": "黑体", "sub": "楷体_GB2312"}
_TABLE_HALF_POINTS = 18
_SMALL = 21
_MARK = 24
"""Half points of a mark before it is raised, which makes it smaller by a third."""
_RED = "C00000"
_KEEP = "<w:keepNext/>"
_TIGHT = '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'


def body(document: Docx, laid: Layout) -> None:
    """Title, head, sections, appendix, in order; the section's page settings stay at the end."""
    width = _text_width(document)
    told = [_title(laid), _head(laid, width)]
    for section in laid.sections:
        told += _section(document, section, width)
    for number, section in enumerate(laid.appendix):
        told += _section(document, section, width, page_break=number == 0)
    element = document.element.body
    end = element[-1]
    for xml in told:
        end.addprevious(parse_xml(xml))


def footer() -> str:
    field = "".join(
        f"<w:r><w:rPr>{_size(28)}</w:rPr>{content}</w:r>"
        for content in (
            "<w:t xml:space='preserve'>— </w:t>",
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            "<w:t xml:space='preserve'> —</w:t>",
        )
    )
    return f'<w:p {nsdecls("w")}><w:pPr><w:jc w:val="center"/></w:pPr>{field}</w:p>'


def _text_width(document: Docx) -> int:
    """Twentieths of a point between the margins."""
    section = document.sections[0]
    width, left, right = section.page_width, section.left_margin, section.right_margin
    return Emu((width or 0) - (left or 0) - (right or 0)).twips


def _title(laid: Layout) -> str:
    """With the red line of official papers under it."""
    border = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="6" w:color="{_RED}"/></w:pBdr>'
    return _p(f"{border}<w:jc w:val='center'/>", _t(laid.title), style="Title")


def _head(laid: Layout, width: int) -> str:
    """Two pairs of name and value a row, without lines."""
    grey = f'<w:color w:val="5F6368"/>{_size(_SMALL)}'
    cells = [_t(f"{name}　", grey) + _t(value, _size(_SMALL)) for name, value in laid.head]
    cells += [""] * (len(cells) % 2)
    rows = "".join(
        f"<w:tr>{''.join(_tc(_p(_TIGHT, cell), width // 2) for cell in cells[at : at + 2])}</w:tr>"
        for at in range(0, len(cells), 2)
    )
    return _tbl(rows, (0.5, 0.5), width, lines=False)


def _section(document: Docx, section: Section, width: int, *, page_break: bool = False) -> Iterable[str]:
    yield _p("<w:pageBreakBefore/>" if page_break else "", _t(section.heading), style="Heading1")
    for block in section.blocks:
        yield from _block(document, block, width, together=section.key == "sign")


def _block(document: Docx, block: Laid, width: int, *, together: bool) -> Iterable[str]:
    """together: a table stays on one page, so that whoever signs sees all of it."""
    match block:
        case Grid():
            yield _p("<w:jc w:val='center'/>", _t(block.caption), style="Caption")
            yield _grid(block, width, _KEEP if together else "")
            yield _p('<w:spacing w:before="0" w:after="60" w:line="120" w:lineRule="exact"/>', "")
        case Picture():
            yield _picture(document, block, width)
            yield _p("<w:jc w:val='center'/>", _t(block.caption), style="Caption")
        case Words(kind="callout"):
            side = f'<w:left w:val="single" w:sz="24" w:space="8" w:color="{COLOURS[block.tone][1:]}"/>'
            shade = '<w:shd w:val="clear" w:color="auto" w:fill="F4F5F6"/>'
            yield from (
                _p(f'<w:pBdr>{side}</w:pBdr>{shade}<w:ind w:left="200"/>', _run(one)) for one in block.runs
            )
        case Words():
            if block.heading:
                yield _p("", _t(block.heading), style="Heading2")
            yield _p(
                '<w:ind w:firstLineChars="200" w:firstLine="640"/>',
                "".join(map(_run, block.runs)),
            )


def _grid(grid: Grid, width: int, keep: str) -> str:
    """The header row repeats on every page; no row is broken across two. keep: of each row with the next."""
    head = "".join(
        _tc(
            _p(
                f"{keep}{_TIGHT}<w:jc w:val='center'/>",
                _t(title, _face("heading") + _size(_TABLE_HALF_POINTS)),
            ),
            round(share * width),
            "E8EAED",
        )
        for title, share in zip(grid.titles, grid.widths, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for row in grid.rows:
        cells = "".join(
            _tc(_p(keep + _TIGHT, _run(cell, _TABLE_HALF_POINTS)), round(share * width))
            for cell, share in zip(row, grid.widths, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    if not grid.rows:
        span = f'<w:gridSpan w:val="{len(grid.titles)}"/>'
        rows.append(
            f"<w:tr>{_tc(_p(_TIGHT, _t(grid.empty, _size(_TABLE_HALF_POINTS))), width, more=span)}</w:tr>"
        )
    return _tbl("".join(rows), grid.widths, width, lines=True)


def _tbl(rows: str, widths: tuple[float, ...], width: int, *, lines: bool) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A0A4A8"/>' for side in sides)
    columns = "".join(f'<w:gridCol w:w="{round(share * width)}"/>' for share in widths)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/>'
        f"{f'<w:tblBorders>{borders}</w:tblBorders>' if lines else ''}"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"
    )


def _tc(paragraph: str, width: int, fill: str = "", more: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}{shade}</w:tcPr>{paragraph}</w:tc>'


def _p(properties: str, content: str, style: str = "") -> str:
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p {nsdecls('w')}><w:pPr>{styled}{properties}</w:pPr>{content}</w:p>"


def _run(run: Run, half_points: int = 0) -> str:
    size = _size(half_points) if half_points else ""
    look = size + ('<w:u w:val="dotted"/>' if run.human else "")
    colour = f'<w:color w:val="{COLOURS[run.tone][1:]}"/>' if run.tone != "plain" else ""
    raised = f'{_size(half_points or _MARK)}<w:vertAlign w:val="superscript"/>'
    mark = _t(f"[{run.marks}]", raised) if run.marks else ""
    edited = _t("改", raised) if run.human else ""
    return _t(run.text, f"{colour}{look}") + edited + mark


def _t(text: str, look: str = "") -> str:
    clean = "".join(char for char in text if char >= " " or char in "\t\n")
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(clean)}</w:t></w:r>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _face(role: str) -> str:
    return f'<w:rFonts w:eastAsia="{FACES[role]}"/>'


def _picture(document: Docx, picture: Picture, width: int) -> str:
    """python-docx places the image; its alternative text is the caption."""
    inline = document.part.new_pic_inline(BytesIO(png(picture.svg)), width=Emu(width * 635))
    inline.docPr.set("descr", picture.caption)
    return _p(
        f"<w:keepNext/>{_TIGHT}<w:jc w:val='center'/>", f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"
    )
