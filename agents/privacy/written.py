"""Plates and e-mail addresses: what has a written form of its own."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from agents.privacy.digits import as_digits
from agents.privacy.spans import PiiSpan, span

_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_GAP: Final = r"[ \t\-－—·•・.．]{0,2}"
_PLATE: Final = re.compile(
    rf"[{_PROVINCES}]{_GAP}[A-Z]{_GAP}(?=(?:[A-Z]{_GAP}){{0,3}}\d)"
    rf"(?:[A-Z\d]{_GAP}){{3,5}}[A-Z\d挂学警港澳领使试超](?![A-Z\d])"
)
# The local part is bounded as in RFC 5321: without, a long run of letters takes seconds to search.
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?(?:@|艾特|圈[aA]|\([aA][tT]\)|\[[aA][tT]\])\s?"
    r"[A-Za-z0-9\-]+(?:\s?(?:\.|点)\s?[A-Za-z0-9\-]+)*\s?(?:\.|点)\s?[A-Za-z]{2,10}"
)


def plates(text: str) -> Iterator[PiiSpan]:
    """Civil plates, old and new energy, also spoken in Chinese digits, with dots or spaces, in full width."""
    view = as_digits(narrow(text)).upper()
    return (span("plate", text, *match.span()) for match in _PLATE.finditer(view))


def emails(text: str) -> Iterator[PiiSpan]:
    return (span("email", text, *match.span()) for match in _EMAIL.finditer(narrow(text)))


def narrow(text: str) -> str:
    """Full-width letters and signs in half width, one character for one; offsets hold."""
    return "".join(_narrow(c) for c in text)


def _narrow(c: str) -> str:
    if c < "\u2000":
        return c
    plain = unicodedata.normalize("NFKC", c)
    return plain if len(plain) == 1 else c
