"""One ticket in: parsed and cleaned at the edge, then trusted."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict

from tools.errors import TicketInvalid

TEXT_MAX: Final = 20_000  # characters, after cleaning
SHORT_MAX: Final = 200  # characters of a name, a phone
SHORTER: Final[Mapping[str, int]] = {"ticket_id": 100, "channel": 40}  # what an order and the store can hold

# Column and key names that mean the same field. The first spelling present with a value wins.
FIELD_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "ticket_id": ("ticket_id", "工单编号"),
    "channel": ("channel", "渠道"),
    "created_at": ("created_at", "时间"),
    "name": ("name", "caller.name", "caller_name", "姓名"),
    "phone": ("phone", "caller.phone", "caller_phone", "电话"),
    "anonymous": ("anonymous", "caller.anonymous", "caller_anonymous", "是否匿名", "匿名"),
    "text": ("text", "内容"),
}

_YES: Final = frozenset({"true", "1", "yes", "y", "是", "匿名"})
_NO: Final = frozenset({"false", "0", "no", "n", "否", "实名", "不匿名"})

# Invisible but neither Cc nor Cf: fillers and variation selectors (used to smuggle text), non-characters.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\ufffe\uffff\U000e0100-\U000e01ef]"
)
_LINE_BREAKS: Final = re.compile("\r\n?|[\u0085\u2028\u2029]")
_LOOSE_DATE: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:：时点](\d{1,2})?(?:[:：分](\d{1,2})?秒?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)


class Caller(BaseModel):
    """Who called, as far as known."""

    model_config = ConfigDict(frozen=True)

    name: str | None = None
    phone: str | None = None
    anonymous: bool = False


class Ticket(BaseModel):
    """A citizen's words with their frame. text is cleaned; removed_characters counts what cleaning took out.

    Offsets of later steps (evidence, PII) refer to this cleaned text.
    """

    model_config = ConfigDict(frozen=True)

    ticket_id: str
    channel: str | None = None
    created_at: AwareDatetime
    caller: Caller = Caller()
    text: str
    removed_characters: int = 0


def clean_text(raw: str) -> tuple[str, int]:
    """Drop control, format (zero-width, direction) and filler characters; make every line break one newline.

    Returns the text and how many characters were dropped. Newlines and tabs stay.
    """
    if raw.replace("\n", "").isprintable() and not _INVISIBLE.search(raw):  # nearly every text
        return raw, 0
    unified = _LINE_BREAKS.sub("\n", raw)
    kept = "".join(
        c for c in unified if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
    )
    kept = _INVISIBLE.sub("", kept)
    return kept, len(unified) - len(kept)


def parse_ticket(
    data: Mapping[str, object], *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Ticket:
    """Make a Ticket of one JSON object or table row; English or Chinese names; only the text is required.

    A time without a zone is read in the zone of `clock()` (aware), which also stamps a ticket without one.
    Unknown keys are ignored. Raises TicketInvalid for a missing, empty or over-long text, unreadable fields.
    """
    flat = _flatten(data)
    text, removed = clean_text(_text(flat.get("text")))
    if not text.strip():
        raise TicketInvalid("内容(text)", "没有文字", "请填写诉求内容后重新提交")
    if len(text) > TEXT_MAX:
        raise TicketInvalid(
            "内容(text)", f"长 {len(text)} 字，超过 {TEXT_MAX} 字", "请只保留诉求本身，附件另行提交"
        )
    name = _short(flat, "name")
    now = clock()
    return Ticket(
        ticket_id=_short(flat, "ticket_id") or new_id(),
        channel=_short(flat, "channel"),
        created_at=_moment(flat.get("created_at"), now) or now,
        caller=Caller(
            name=name,
            phone=_short(flat, "phone"),
            anonymous=_flag(flat.get("anonymous"), default=name == "匿名"),
        ),
        text=text,
        removed_characters=removed,
    )


def id_of(data: Mapping[str, object]) -> str | None:
    """The id that a row gives itself, ticket or not; None where there is none to read."""
    given = next((data[name] for name in FIELD_NAMES["ticket_id"] if not _blank(data.get(name))), None)
    try:
        return _short({"ticket_id": given}, "ticket_id")
    except TicketInvalid:
        return None


def _flatten(data: Mapping[str, object]) -> dict[str, object]:
    """Canonical field name to value; blanks are left out; a nested `caller` object is spread."""
    caller = data.get("caller")
    if caller is not None and not isinstance(caller, Mapping):
        raise TicketInvalid("来电人(caller)", "不是对象", '请写成 {"name": …, "phone": …, "anonymous": …}')
    rows = (cast("Mapping[str, object]", caller or {}), data)
    flat: dict[str, object] = {}
    for field, names in FIELD_NAMES.items():
        sources = rows if field in ("name", "phone", "anonymous") else (data,)
        found = (row[n] for row in sources for n in names if n in row and not _blank(row[n]))
        value = next(found, None)
        if value is not None:
            flat[field] = value
    return flat


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    raise TicketInvalid("内容(text)", f"不是文字而是 {type(value).__name__}", "请用引号括起诉求内容")


def _short(flat: Mapping[str, object], field: str) -> str | None:
    """A one-line value. Numbers are accepted because spreadsheets turn ids and phones into them."""
    value = flat.get(field)
    where = f"{FIELD_NAMES[field][-1]}({field})"
    if value is None:
        return None
    value = _whole(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TicketInvalid(where, f"不是文字而是 {type(value).__name__}", "请改为一行文字")
    line, most = " ".join(clean_text(str(value))[0].split()), SHORTER.get(field, SHORT_MAX)
    if len(line) > most:
        raise TicketInvalid(where, f"长 {len(line)} 字，超过 {most} 字", "请检查各列是否错位")
    return line or None


def _whole(value: object) -> object:
    """Spreadsheets store 13800000000 as 13800000000.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _flag(value: object, *, default: bool) -> bool:
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    word = str(_whole(value)).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise TicketInvalid("是否匿名(anonymous)", f"看不懂“{word[:20]}”", "请填 是 或 否")


def _moment(value: object, now: datetime) -> datetime | None:
    """An aware time of an ISO 8601 string, a common Chinese spelling, or a spreadsheet's datetime."""
    if value is None:
        return None
    if isinstance(value, datetime):
        found: datetime | None = value
    else:
        found = _read_moment(value.isoformat() if isinstance(value, date) else str(value).strip())
    if found is None:
        raise TicketInvalid(
            "时间(created_at)", f"看不懂“{str(value)[:40]}”", "请写成 2026-05-17T14:30:00+08:00 的样子"
        )
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _read_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        match = _LOOSE_DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    iso = (
        f"{year}-{month:0>2}-{day:0>2}T{hour or '0':0>2}:{minute or '0':0>2}:{second or '0':0>2}{zone or ''}"
    )
    try:
        return datetime.fromisoformat(iso)
    except ValueError:
        return None
