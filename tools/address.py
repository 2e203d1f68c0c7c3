"""An address as people may see it: without user, password and query, where some providers want their key."""

import re
from typing import Final

_SECRET: Final = re.compile(r"(?<=://)[^/@\s]+(?=@)|(?<=\?)\S+")


def shown_address(text: str) -> str:
    """The text with what its addresses carry besides the place as ***."""
    return _SECRET.sub("***", text)
