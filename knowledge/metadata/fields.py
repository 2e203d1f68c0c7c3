"""Fields a person may write: in front matter, or as a correction by hand."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, cast

from knowledge.clause import Metadata

LEVELS = ("宪法", "法律", "行政法规", "司法解释", "地方性法规", "规章", "规范性文件", "预案", "标准")
FIELDS = tuple(field.name for field in fields(Metadata))
DATES = frozenset({"issued", "effective", "repealed", "revised", "since"})
LISTS = frozenset({"supersedes", "hazards"})
_LONGEST = 500
# Other names of the nine levels.
_LEVEL_NAMES = {
    **dict.fromkeys(("应急预案", "专项预案"), "预案"),
    **dict.fromkeys(("部门规章", "地方政府规章", "政府规章"), "规章"),
    **dict.fromkeys(("地方法规", "经济特区法规", "自治条例", "单行条例"), "地方性法规"),
    **dict.fromkeys(("国家标准", "行业标准", "地方标准", "技术标准"), "标准"),
    **dict.fromkeys(("行政规范性文件", "国务院规范性文件", "部门规范性文件"), "规范性文件"),
}


class FieldWrong(ValueError):
    """A field has no such name or can't hold the value; str() is Chinese and says what to write instead."""


def parse_field(name: str, value: object) -> str | date | tuple[str, ...]:
    """A value as written by people, as Metadata holds it. Raises FieldWrong."""
    if name not in FIELDS:
        raise FieldWrong(f"没有 {name} 这个字段，可用的字段：{'、'.join(FIELDS)}")
    if name in DATES:
        return _day(name, value)
    if name in LISTS:
        items = cast(list[object], value) if isinstance(value, list | tuple) else [value]
        return tuple(dict.fromkeys(_text(name, item) for item in items))
    text = _text(name, value)
    if name == "title" and not text:
        raise FieldWrong("title 不能为空，请写出文件的标题")
    return level_name(text) if name == "level" and text else text


def level_name(text: str) -> str:
    """One of the nine levels for any of their names. Raises FieldWrong."""
    level = _LEVEL_NAMES.get(text, text)
    if level not in LEVELS:
        raise FieldWrong(f"level 没有“{text}”这一效力层级，可用：{'、'.join(LEVELS)}")
    return level


def corrected(read: Metadata, corrections: Mapping[str, object]) -> Metadata:
    """What was read, overruled by what people set. Raises FieldWrong."""
    set_by_hand: dict[str, Any] = {name: parse_field(name, value) for name, value in corrections.items()}
    return replace(read, **set_by_hand)


def check_order(told: Metadata) -> None:
    """Raises FieldWrong for a document that would end before it begins."""
    if told.repealed and told.effective and told.repealed < told.effective:
        raise FieldWrong(f"repealed（{told.repealed}）早于 effective（{told.effective}），请核对两个日期")


def as_json(value: object) -> object:
    """A field's value as JSON keeps it; parse_field reads it back."""
    if isinstance(value, tuple):
        return list(cast(tuple[str, ...], value))
    return value.isoformat() if isinstance(value, date) else value


def _day(name: str, value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise FieldWrong(f"{name} 的日期 {str(value)[:40]} 无法识别，请写成 2025-05-01 的形式") from error


def _text(name: str, value: object) -> str:
    if not isinstance(value, str | int | float | date):
        raise FieldWrong(f"{name} 应为文字，请写成一行文字")
    text = str(value).strip()
    if len(text) > _LONGEST or "\n" in text:
        raise FieldWrong(f"{name} 应为一行、不超过 {_LONGEST} 字，请缩短")
    return text
