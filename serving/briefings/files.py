"""A briefing as files: which renderer makes which kind."""

from collections.abc import Callable
from typing import Final, NamedTuple

from agents.briefing.decision import Briefing
from agents.briefing.render.docx import render_docx
from agents.briefing.render.html import render_html
from agents.briefing.render.markdown import render_markdown
from agents.briefing.render.pdf import render_pdf


class Renderer(NamedTuple):
    render: Callable[[Briefing], bytes | str]
    media: str


RENDERERS: Final = {
    "docx": Renderer(render_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": Renderer(render_pdf, "application/pdf"),
    "html": Renderer(render_html, "text/html; charset=utf-8"),
    "md": Renderer(render_markdown, "text/markdown; charset=utf-8"),
}
