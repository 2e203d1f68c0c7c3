"""PDF by typst, with the fonts that come along: a machine without a Chinese font makes the same pages."""

import json
import re
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import pylopdf_fonts_zh_cn
import typst

from agents.briefing.decision import Briefing
from agents.briefing.render.layout import lay_out

DENSE = ("flash", "card", "calls")
"""Forms for one screen or one sheet: smaller type, narrower margins."""

_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 442pt)"""
_PPI = 200
_TRAILER = re.compile(
    rb"trailer\n<<(?P<entries>.*/Info (?P<info>\d+) 0 R.*)>>\nstartxref\n(?P<xref>\d+)\n%%EOF", re.DOTALL
)


def render_pdf(briefing: Briefing) -> bytes:
    """Tagged PDF, fonts embedded as subsets; the hidden AI mark stands in the document information as /AIGC."""
    laid = lay_out(briefing)
    data = asdict(laid) | {"dense": briefing.form in DENSE, "author": briefing.made_by}
    template = files("agents.briefing.render").joinpath("report.typ").read_bytes()
    made_at = int(briefing.made_at.timestamp())
    pages = _compile(template, "pdf", {"data": json.dumps(data, ensure_ascii=False)}, made_at)
    mark = briefing.ai_mark
    return _marked(pages, {"AIGC": laid.aigc, "Producer": mark.producer, "Reviewer": mark.reviewed_by})


def png(svg: str) -> bytes:
    """A drawing as pixels, 156 mm wide at 200 dots an inch."""
    return _compile(_PICTURE, "png", {"svg": svg})


@cache
def _fonts() -> typst.Fonts:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _compile(source: bytes, kind: Literal["pdf", "png"], inputs: dict[str, str], made_at: int = 0) -> bytes:
    compiler = typst.Compiler(source, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs)
    made = compiler.compile(format=kind, ppi=_PPI, timestamp=made_at)
    if isinstance(made, bytes):
        return made
    raise RuntimeError(f"typst made {kind} of more or less than one part")


def _marked(pages: bytes, entries: dict[str, str]) -> bytes:
    """The same file with more entries in its document information, appended as an incremental update.

    Reading and writing it anew (pypdf) would cost more than setting all of its pages.
    """
    trailer = _TRAILER.search(pages, pages.rindex(b"trailer"))
    if trailer is None:
        raise RuntimeError("the trailer of typst's PDF is not as it was")
    info, before = int(trailer["info"]), int(trailer["xref"])
    begin = pages.index(b"\n%d 0 obj" % info) + 1
    end = pages.index(b">>\nendobj", begin)
    added = b"".join(
        b"/%s<%s>" % (name.encode(), ("\ufeff" + text).encode("utf-16-be").hex().encode())
        for name, text in entries.items()
        if text
    )
    update = pages[begin:end] + added + b">>\nendobj\n"
    xref = len(pages) + len(update)
    tail = b"xref\n%d 1\n%010d 00000 n\r\ntrailer\n<<%s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return pages + update + tail % (info, len(pages), trailer["entries"], before, xref)
