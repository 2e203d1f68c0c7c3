"""What is wrong with a command line, in Chinese. Typer's errors say it in English and in fields; we read the fields."""

import re
from typing import Any

import typer
from pydantic import ValidationError

from serving.faults import in_words

_CHOICE = re.compile(r"'(?P<given>[^']*)' is not one of (?P<known>.+?)\.?$")
_EXTRA = re.compile(r"unexpected extra arguments? ?\(?s?\)? ?\((?P<words>.*)\)")


def said(error: typer.TyperException) -> str:
    """缺少 --scenario; what is not foreseen is told in typer's own words."""
    told: dict[str, Any] = vars(error)
    message, option = str(error), told.get("option_name")
    if param := told.get("param"):
        name = param.opts[0] if param.opts[0].startswith("-") else param.name
        if "param_type" in told:
            return f"缺少 {name}"
        if found := _CHOICE.search(message):
            known = found["known"].replace("'", "").replace(", ", "、")
            return f"{name} {found['given']} 不在可选值之中：{known}"
        return f"{name} 的值不对：{_why(error, message)}"
    if option:
        return f"没有选项 {option}" if "possibilities" in told else f"{option} 后面缺少值"
    if found := _EXTRA.search(message):
        return f"多余的参数 {found['words']}"
    return message


def _why(error: Exception, message: str) -> str:
    cause = error.__cause__
    return in_words(cause.errors()[0]) if isinstance(cause, ValidationError) else message
