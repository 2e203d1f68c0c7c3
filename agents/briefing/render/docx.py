"""DOCX as official papers look (GB/T 9704: page, type faces, heading numbers), for Word and WPS.

Faces are named as offices have them; a machine without one finds the next in the font table's alternative names.
"""

from datetime import UTC
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle

from agents.briefing.decision import Briefing
from agents.briefing.render.docx_body import FACES, body, footer
from agents.briefing.render.layout import Layout, lay_out
from agents.briefing.render.pdf import DENSE

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
LINE = 28.95
"""Points from line to line: 22 lines a page (GB/T 9704)."""
ALTERNATIVES = {
    "方正小标宋简体": "方正小标宋_GBK,FZXiaoBiaoSong-B05S,STZhongsong,SimSun,Noto Serif CJK SC",
    "仿宋_GB2312": "仿宋,FangSong,STFangsong,Noto Serif CJK SC",
    "黑体": "SimHei,STHeiti,Noto Sans CJK SC",
    "楷体_GB2312": "楷体,KaiTi,STKaiti,Noto Serif CJK SC",
}


def render_docx(briefing: Briefing) -> bytes:
    laid = lay_out(briefing)
    document = Document()
    _page(document, dense=briefing.form in DENSE)
    _styles(document, dense=briefing.form in DENSE)
    _fonts(document)
    _header(document, laid)
    body(document, laid)
    _properties(document, briefing, laid)
    out = BytesIO()
    document.save(out)
    return _still(out.getvalue())


def _page(document: Docx, *, dense: bool) -> None:
    """A4 with the text block of GB/T 9704 (156 x 225 mm); sheets have narrower margins."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, bottom, left, right = (22, 20, 20, 20) if dense else (37, 35, 28, 26)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance, section.header_distance = Mm(bottom - 8), Mm(12)


def _styles(document: Docx, *, dense: bool) -> None:
    size = 11 if dense else 16
    _style(document, "Normal", FACES["body"], size, line=1.0 if dense else Pt(LINE))
    _style(document, "Title", FACES["title"], 18 if dense else 22)
    _style(document, "Heading 1", FACES["heading"], size)
    _style(document, "Heading 2", FACES["sub"], size)
    _style(document, "Caption", FACES["heading"], 10.5)


def _style(document: Docx, name: str, face: str, size: float, line: float | Length | None = None) -> None:
    """The default template's colours, borders and Latin heading faces go. line: a factor, or exact."""
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no paragraph style")
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    fonts = (
        f'<w:rFonts {nsdecls("w")} w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{face}"/>'
    )
    properties.append(parse_xml(fonts))
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN"/>'))
    style.font.size = Pt(size)
    style.paragraph_format.space_before = Pt(12 if name.startswith("Heading") else 0)
    style.paragraph_format.space_after = Pt(6 if name in ("Title", "Caption") else 3)
    style.paragraph_format.line_spacing = line
    style.paragraph_format.keep_with_next = name != "Normal"
    borders = style.element.pPr.find(style.element.pPr.nsmap["w"].join(("{", "}pBdr")))
    if borders is not None:
        style.element.pPr.remove(borders)


def _fonts(document: Docx) -> None:
    """Alternative names, so that a machine without 方正小标宋 or 仿宋_GB2312 takes the nearest face it has."""
    told = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{names}"/><w:charset w:val="86"/></w:font>'
        for face, names in ALTERNATIVES.items()
    )
    blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{told}</w:fonts>'
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = blob.encode()  # pyright: ignore[reportPrivateUsage]  # python-docx has no way to set it


def _header(document: Docx, laid: Layout) -> None:
    """The AI mark on every page; the page number as — 1 — below."""
    section = document.sections[0]
    paragraph = section.header.paragraphs[0]
    paragraph.text = laid.mark
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.runs[0].font.size = Pt(9)
    section.footer._element.replace(  # pyright: ignore[reportPrivateUsage]  # fields have no API
        section.footer.paragraphs[0]._element,  # pyright: ignore[reportPrivateUsage]
        parse_xml(footer()),
    )


def _properties(document: Docx, briefing: Briefing, laid: Layout) -> None:
    """Core properties with fixed times, and the custom property AIGC."""
    core = document.core_properties
    made_at = briefing.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    core.title, core.author, core.subject = laid.title, briefing.made_by, laid.number
    core.comments, core.keywords = laid.mark, "人工智能辅助生成"
    core.created, core.modified, core.last_modified_by = made_at, made_at, briefing.made_by
    core.identifier, core.version = briefing.briefing_id, str(briefing.version)
    entries = {"AIGC": laid.aigc, "AIGCReviewer": briefing.ai_mark.reviewed_by}
    told = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{name}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
        for number, (name, value) in enumerate(entries.items(), 2)
        if value
    )
    blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        f'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{told}</Properties>'
    )
    package = document.part.package
    if package is None:
        raise RuntimeError("a document without its package")
    part = Part(PackURI("/docProps/custom.xml"), _CUSTOM, blob.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _still(made: bytes) -> bytes:
    """The same archive with every entry dated alike, so that one briefing is one file to the byte."""
    out = BytesIO()
    with ZipFile(BytesIO(made)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(ZipInfo(entry.filename, _EPOCH), old.read(entry), ZIP_DEFLATED)
    return out.getvalue()
