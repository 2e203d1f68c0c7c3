"""The files: same bytes twice, marks seen and hidden, everything said in each of them."""

import json
import re
import subprocess
from datetime import datetime
from io import BytesIO
from shutil import which
from zipfile import ZipFile

import pytest
import yaml
from docx import Document
from lxml import etree
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from agents.briefing.decision import FORM_NAMES, Form
from agents.briefing.edits import Edit, apply_edits
from agents.briefing.render.docx import render_docx
from agents.briefing.render.html import render_html
from agents.briefing.render.layout import numeral, ranges
from agents.briefing.render.markdown import render_markdown
from agents.briefing.render.pdf import render_pdf
from agents.briefing.signature import shown

ALL: tuple[Form, ...] = tuple(FORM_NAMES)
RENDERERS = (render_html, render_markdown, render_docx, render_pdf)
W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
SIGNED_AT = datetime.fromisoformat("2026-05-18T17:45:00+08:00")


def signed(briefing):
    signature = briefing.signature.model_copy(update={"signed_by": "演练签发人", "signed_at": SIGNED_AT})
    mark = briefing.ai_mark.model_copy(update={"reviewed_by": "演练签发人"})
    return briefing.model_copy(update={"signature": signature, "ai_mark": mark})


def squeezed(text):
    return re.sub(r"\s", "", text)


def pdf_text(made):
    return squeezed("".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages))


def docx_text(made):
    with ZipFile(BytesIO(made)) as archive:
        parts = [etree.fromstring(archive.read(f"word/{name}.xml")) for name in ("header1", "document")]
    return squeezed("".join(text for part in parts for text in part.itertext(f"{{{W['w']}}}t")))


@pytest.mark.parametrize("render", RENDERERS)
@pytest.mark.parametrize("form", ALL)
def test_the_same_briefing_gives_the_same_bytes(composed, form, render):
    assert render(composed(form)) == render(composed(form))


def edited(briefing, judgment, city):
    edit = Edit(path="title", text="会商后的标题")
    return apply_edits(briefing, [edit], judgment, city, by="值班员甲", at=SIGNED_AT)


@pytest.mark.parametrize("form", ALL)
def test_every_file_has_both_ai_marks_also_edited_and_signed(composed, judgment, city, form):
    first = composed(form)
    second = edited(signed(first), judgment, city)
    for briefing in (first, signed(first), second, signed(second)):
        has_both_marks(briefing)


def has_both_marks(briefing):
    visible = shown(briefing).ai_mark.text
    assert "由人工智能辅助生成" in visible
    assert ("演练签发人" in visible) == (briefing.signature.signed_by is not None)

    page = LexborHTMLParser(render_html(briefing))
    assert page.css_first("p.mark").text() == visible
    hidden = [page.css_first('meta[name="AIGC"]').attributes["content"]]

    told = render_markdown(briefing)
    front = yaml.safe_load(told.split("---\n")[1])
    assert f"> {visible}" in told
    hidden.append(front["aigc"])

    made = render_pdf(briefing)
    reader = PdfReader(BytesIO(made))
    assert squeezed(reader.pages[0].extract_text()).startswith(squeezed(visible))
    hidden.append(reader.metadata["/AIGC"])

    document = render_docx(briefing)
    assert docx_text(document).startswith(squeezed(visible))
    with ZipFile(BytesIO(document)) as archive:
        custom = etree.fromstring(archive.read("docProps/custom.xml"))
    hidden.append(next(item for item in custom if item.get("name") == "AIGC")[0].text)

    for one in hidden:
        field = json.loads(one)["AIGC"]
        assert field["Label"] == "1"
        assert field["ContentProducer"] == briefing.ai_mark.producer
        assert field["ProduceID"] == briefing.ai_mark.content_id
        assert field["PropagateID"] == f"{briefing.briefing_id}/v{briefing.version}"


def test_a_signature_keeps_the_mark_and_names_who_reviewed(composed):
    briefing = signed(composed("flash"))
    page = squeezed(LexborHTMLParser(render_html(briefing)).css_first("body").text())
    for told in (page, pdf_text(render_pdf(briefing)), docx_text(render_docx(briefing))):
        assert "市防指常务副总指挥（常务副市长）演练签发人" in told
        assert "演练签发人2026年5月18日17:45" in told
        assert "经市防指常务副总指挥（常务副市长）演练签发人于2026年5月18日17:45审核签发" in told


def test_html_leads_every_figure_to_its_evidence(composed):
    page = LexborHTMLParser(render_html(composed("report")))
    held = {one.id for one in composed("report").evidence}
    traced = [node for node in page.css("[data-evidence]") if re.search(r"\d", node.text())]
    assert len(traced) > 300
    assert all(set(node.attributes["data-evidence"].split()) <= held for node in traced)
    anchors = {node.attributes["id"] for node in page.css("#evidence tr[id]")}
    assert anchors == {f"e{number}" for number in range(1, len(held) + 1)}
    assert {node.attributes["href"].removeprefix("#") for node in page.css("sup a")} <= anchors


def test_html_asks_for_nothing_outside_itself(composed):
    page = LexborHTMLParser(render_html(composed("report")))
    assert not page.css("script, link, img, iframe")
    assert all(node.attributes["href"].startswith("#") for node in page.css("a"))


@pytest.mark.parametrize("render", [render_html, render_markdown, render_docx])
def test_what_people_write_cannot_break_a_file(composed, judgment, city, render):
    text = '<script>alert(1)</script> | `x` & "引号" ]]> \x07'
    briefing = apply_edits(
        composed("flash"), [Edit(path="points.0.0", text=text)], judgment, city, by="<b>甲</b>", at=SIGNED_AT
    )
    told = render(briefing)
    if isinstance(told, bytes):
        assert "<script>alert(1)</script>" in "".join(one.text for one in Document(BytesIO(told)).paragraphs)
    else:
        assert "<script>" not in told
        assert "<b>甲" not in told


def test_edits_are_marked_in_every_file(composed, judgment, city):
    new = "请各成员单位抓紧核实。"
    edit = Edit(path="points.0.0", text=new, reason="会商意见")
    briefing = apply_edits(composed("flash"), [edit], judgment, city, by="值班员甲", at=SIGNED_AT)
    before = composed("flash").part("points").blocks[0].sentences[0].text
    assert LexborHTMLParser(render_html(briefing)).css_first("#points .edited").text() == new
    for told in (render_html(briefing), pdf_text(render_pdf(briefing)), docx_text(render_docx(briefing))):
        for piece in (new, before, "值班员甲", "会商意见"):
            assert squeezed(piece) in squeezed(told)


def test_a_sentence_struck_out_is_only_in_the_record(composed, judgment, city):
    text = composed("flash").part("points").blocks[0].sentences[2].text
    briefing = apply_edits(
        composed("flash"), [Edit(path="points.0.2", text="")], judgment, city, by="值班员甲", at=SIGNED_AT
    )
    assert docx_text(render_docx(briefing)).count(squeezed(text)) == 1
    assert docx_text(render_docx(composed("flash"))).count(squeezed(text)) == 1
    assert text not in LexborHTMLParser(render_html(briefing)).css_first("#points").text()


def test_docx_has_the_faces_and_page_of_official_papers(composed):
    document = Document(BytesIO(render_docx(composed("report"))))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    faces = {
        name: document.styles[name].element.rPr.find("w:rFonts", W).get(f"{{{W['w']}}}eastAsia")
        for name in ("Normal", "Title", "Heading 1", "Heading 2")
    }
    assert faces == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings[0] == "一、要点"
    assert headings[13] == "十四、审核签发"
    for table in document.tables[1:]:
        assert table._tbl.tr_lst[0].find("w:trPr/w:tblHeader", W) is not None
    assert document.core_properties.created.isoformat().startswith("2026-05-18T09:30:02")


def test_pdf_carries_its_fonts(composed):
    for page in PdfReader(BytesIO(render_pdf(composed("flash")))).pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert descendant["/BaseFont"].split("+")[1].startswith(("NotoSerifSC", "NotoSansSC"))
            assert "/FontFile3" in descendant["/FontDescriptor"].get_object()


def test_the_body_of_a_flash_is_one_page(composed):
    pages = [
        squeezed(page.extract_text()) for page in PdfReader(BytesIO(render_pdf(composed("flash")))).pages
    ]
    assert "审核签发栏" in pages[0]
    assert "依据索引" not in pages[0]


@pytest.mark.parametrize("form", ["flash", "calls", "press"])
def test_whoever_signs_has_all_rows_on_one_page(composed, form):
    pages = [
        squeezed(page.extract_text()) for page in PdfReader(BytesIO(render_pdf(signed(composed(form))))).pages
    ]
    (page,) = [text for text in pages if "审核签发栏" in text]
    assert "决定签发" in page
    document = Document(BytesIO(render_docx(composed(form))))
    table = next(one for one in document.tables if "决定签发" in one.columns[0].cells[-1].text)
    kept = [paragraph for row in table.rows for cell in row.cells for paragraph in cell.paragraphs]
    assert all(one.paragraph_format.keep_with_next for one in kept)


def test_numbers_and_ranges():
    assert [numeral(number) for number in (1, 9, 10, 11, 14, 20, 21)] == [
        "一",
        "九",
        "十",
        "十一",
        "十四",
        "二十",
        "二十一",
    ]
    assert ranges([3, 1, 2, 7, 2]) == "1–3,7"


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ALL)
def test_an_office_opens_the_docx(composed, form, tmp_path):
    made = tmp_path / "briefing.docx"
    made.write_bytes(render_docx(composed(form)))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(made)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    told = pdf_text((tmp_path / "briefing.pdf").read_bytes())
    assert squeezed(composed(form).title) in told
