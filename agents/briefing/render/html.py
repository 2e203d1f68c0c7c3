"""One self-contained page that prints: no script, no font, no address outside it."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from agents.briefing.decision import Briefing
from agents.briefing.render.layout import lay_out

_TEMPLATES = Environment(
    loader=PackageLoader("agents.briefing.render", ""),
    autoescape=True,
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


def render_html(briefing: Briefing) -> str:
    """Every sentence and cell carries its evidence ids (data-evidence) and its path (id="at-…")."""
    return _TEMPLATES.get_template("page.html.j2").render(laid=lay_out(briefing))
