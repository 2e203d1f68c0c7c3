"""What pydantic found wrong, in Chinese: it speaks English only, and these lines are read by people."""

from collections.abc import Mapping
from typing import Any

_WORDS: Mapping[str, str] = {
    "missing": "没有填写",
    "extra_forbidden": "不认识这一项",
    "json_invalid": "不是合法的 JSON",
    "literal_error": "只能是 {expected}",
    "string_type": "应是文字",
    "string_unicode": "含有无法辨认的字符",
    "string_too_long": "超过 {max_length} 字",
    "string_too_short": "少于 {min_length} 字",
    "string_pattern_mismatch": "写法不对，应合 {pattern}",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "int_from_float": "应是整数",
    "float_type": "应是数字",
    "float_parsing": "应是数字",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "list_type": "应是列表",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "dict_type": "应是对象",
    "model_type": "应是对象",
    "model_attributes_type": "应是对象",
    "date_type": "应是日期，如 2026-05-17",
    "date_parsing": "应是日期，如 2026-05-17",
    "date_from_datetime_parsing": "应是日期，如 2026-05-17",
}


def in_words(fault: Mapping[str, Any]) -> str:
    """One of `ValidationError.errors()`, without where it is; pydantic's own words where we have none."""
    words = _WORDS.get(fault["type"])
    if words is None:
        return str(fault["msg"])
    return words.format_map(fault.get("ctx") or {}).replace("' or '", "' 或 '")
