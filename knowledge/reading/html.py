"""HTML through selectolax: scripts, styles and navigation dropped, one line a block, tables as rows."""

import re
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from knowledge.reading.grid import html_table
from knowledge.reading.plain import decode

_CHARSET = re.compile(rb"charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_NOISE = "script, style, noscript, template, nav, header, footer, iframe, svg"
_BLOCKS = "p, div, li, tr, section, article, h1, h2, h3, h4, h5, h6, br, table, pre"
# A table that holds blocks is the page's layout, not data.
_LAYOUT = "p, div, table, h1, h2, h3"


def read_html(data: bytes, path: Path) -> str:
    """The visible text. The page's own charset is believed when it names one Python knows."""
    parser = LexborHTMLParser(_decoded(data, path))
    for node in parser.css(_NOISE):
        node.decompose()
    for table in parser.css("table"):
        if len(table.css("tr")) > 1 and not any(cell.css_first(_LAYOUT) for cell in table.css("td")):
            table.replace_with("\n" + html_table(table) + "\n")
    for node in parser.css("td, th"):
        node.insert_after(" ")
    for level in range(1, 7):
        for node in parser.css(f"h{level}"):
            node.insert_before("\n" + "#" * level + " ")
    for node in parser.css(_BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    text = parser.body.text() if parser.body else ""
    # A heading mark and its words are separated by the block's line break: join them again.
    text = re.sub(r"(?m)^(#{1,6}) *\n+", r"\1 ", re.sub(r"[ \t\xa0]+", " ", text))
    return re.sub(r"\n[ \n]+(?=\|)", "\n", re.sub(r"\n[ \n]+", "\n\n", text))


def _decoded(data: bytes, path: Path) -> str:
    named = _CHARSET.search(data[:4096])
    if named:
        try:
            return data.decode("gb18030" if named[1].lower().startswith(b"gb") else named[1].decode())
        except (LookupError, UnicodeDecodeError):
            pass  # the page is wrong about itself: fall through to detection
    return decode(data, path)
