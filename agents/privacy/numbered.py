"""ID cards, bank cards, phones: by their own check digits and shapes."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from agents.privacy.digits import Number, numbers
from agents.privacy.spans import PiiSpan, span
from agents.triage.decision import PiiKind

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECKS: Final = "10X98765432"
_ID: Final = re.compile(r"[1-9]\d{16}[\dX]")
_OLD_ID: Final = re.compile(r"[1-9]\d{14}")
_CARD: Final = re.compile(r"[3-6]\d{15,18}|9\d{15,18}")
_MOBILE: Final = re.compile(r"(?:(?:00)?86|0)?1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"(?:(?:00)?86)?(?:010|02\d)\d{8}|(?:(?:00)?86)?0[3-9]\d{2}\d{7,8}|0600\d{7}")
_LOCAL: Final = re.compile(r"[2-8]\d{6,7}")
_ID_CONTEXT: Final = re.compile(r"身份证|证件号|证号|身份号")
_CARD_CONTEXT: Final = re.compile(r"卡号|银行卡|储蓄卡|工资卡|社保卡|账号|帐号|账户")
_PHONE_CONTEXT: Final = re.compile(r"(?:座机|固话|固定电话|电话|家里号码)(?:号码|号)?(?:就?是|[:：])?\s*$")
_CONTEXT: Final = 16  # characters before a number that may say what it is


def numbered(text: str, public: frozenset[str]) -> Iterator[PiiSpan]:
    """ID cards, bank cards and phones. `public`: digits of offices' own numbers, which are nobody's data."""
    for number in numbers(text):
        before = text[max(0, number.start - _CONTEXT) : number.start]
        kind = _kind(number, before, public)
        if kind:
            start = number.start - (1 if text[number.start - 1 : number.start] in ("+", "＋") else 0)
            yield span(kind, text, start, number.end)


def _kind(number: Number, before: str, public: frozenset[str]) -> PiiKind | None:
    digits = number.digits
    if _is_id(digits, before):
        return "id_card"
    if _is_card(digits, before):
        return "bank_card"
    if digits not in public and _is_phone(number, before):
        return "phone"
    return None


def _is_id(digits: str, before: str) -> bool:
    """A right check digit is proof; a wrong one (misheard) counts where the caller says what it is."""
    if _ID.fullmatch(digits) and _is_birthday(digits[6:14]):
        total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
        return digits[-1] == _CHECKS[total % 11] or bool(_ID_CONTEXT.search(before))
    if _OLD_ID.fullmatch(digits) and _is_birthday("19" + digits[6:12]):
        return bool(_ID_CONTEXT.search(before))
    return False


def _is_birthday(digits: str) -> bool:
    try:
        return date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}").year >= 1900
    except ValueError:
        return False


def _is_card(digits: str, before: str) -> bool:
    if not _CARD.fullmatch(digits):
        return False
    return luhn(digits) or (digits.startswith("62") and bool(_CARD_CONTEXT.search(before)))


def luhn(digits: str) -> bool:
    """ISO/IEC 7812: double every second digit from the right; the sum of digits ends in 0."""
    doubled = (
        int(d) if place % 2 == 0 else sum(divmod(int(d) * 2, 10)) for place, d in enumerate(digits[::-1])
    )
    return sum(doubled) % 10 == 0


def _is_phone(number: Number, before: str) -> bool:
    if _MOBILE.fullmatch(number.digits) or _LANDLINE.fullmatch(number.digits):
        return True
    return bool(not number.paused and _LOCAL.fullmatch(number.digits) and _PHONE_CONTEXT.search(before))
