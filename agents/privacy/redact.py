"""Personal data out of a text, kind by kind, each value under one numbered placeholder."""

import re
from dataclasses import dataclass

from agents.privacy.address import addresses
from agents.privacy.names import names
from agents.privacy.numbered import numbered
from agents.privacy.spans import PiiSpan, without_overlaps
from agents.privacy.written import emails, plates
from agents.triage.decision import PiiKind
from knowledge.city import City

# Keys of the pack's placeholders; a kind without one of its own gets the default.
_PLACEHOLDERS: dict[PiiKind, tuple[str, str]] = {
    "phone": ("phone", "【手机号】"),
    "id_card": ("id_card", "【身份证】"),
    "name": ("name", "【姓名】"),
    "bank_card": ("bank", "【银行卡】"),
    "plate": ("plate", "【车牌】"),
    "address": ("room", "【门牌】"),
    "email": ("email", "【邮箱】"),
}


@dataclass(frozen=True)
class Redaction:
    """`text` is `original` with every span replaced; spans are in order and don't overlap."""

    original: str
    text: str
    spans: tuple[PiiSpan, ...]
    placeholders: tuple[str, ...]

    def view(self, start: int, end: int) -> str:
        """original[start:end] redacted. A span cut by an end is replaced whole: no half of a number leaks."""
        pieces: list[str] = []
        at = start
        for item, placeholder in zip(self.spans, self.placeholders, strict=True):
            if item.end <= start or item.start >= end:
                continue
            pieces += [self.original[at : max(at, item.start)], placeholder]
            at = item.end
        return "".join(pieces) + self.original[at : max(at, end)]


def redact(text: str, *, caller_name: str | None, city: City) -> Redaction:
    """Names, phones, ID cards, plates, bank cards, e-mail addresses and homes; never raises on any text."""
    public = frozenset(re.sub(r"\D", "", unit.hotline_phone) for unit in city.departments.values())
    places = {name for place in city.places.values() for name in (place.name, *place.aliases)}
    estates = {
        name
        for place in city.places.values()
        if place.kind in ("community", "building")
        for name in (place.name, *place.aliases)
        if not name.endswith(("社区", "村"))
    }
    certain = [*numbered(text, public), *plates(text), *emails(text), *addresses(text, estates)]
    spans = without_overlaps([*certain, *names(text, caller_name, without_overlaps(certain), places)])
    placeholders = _numbered(spans, city)
    blank = Redaction(text, "", spans, placeholders)
    return Redaction(text, blank.view(0, len(text)), spans, placeholders)


def _numbered(spans: tuple[PiiSpan, ...], city: City) -> tuple[str, ...]:
    """【手机号1】, 【手机号2】: the same value has the same number wherever it stands."""
    seen: dict[PiiKind, dict[str, int]] = {}
    result: list[str] = []
    for item in spans:
        values = seen.setdefault(item.kind, {})
        value = re.sub(r"[\W_]", "", item.text).upper()
        number = values.setdefault(value, len(values) + 1)
        key, default = _PLACEHOLDERS[item.kind]
        label = city.privacy.placeholders.get(key, default)
        result.append(f"{label[:-1]}{number}{label[-1]}" if label.endswith("】") else f"{label}{number}")
    return tuple(result)
