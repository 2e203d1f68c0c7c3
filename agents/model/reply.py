"""From raw reply text to a validated action."""

import re

from pydantic import ValidationError

from agents.model.chat import T

# Grammars let raw control characters into JSON strings (about 3 replies in 100 of a weak model).
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FENCE = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)


class ReplyInvalid(Exception):
    """The reply does not hold the schema; `faults` are lines a model can act on."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


def parse(text: str, schema: type[T], finish: str | None) -> T:
    """The action in `text`. Raises ReplyInvalid.

    `finish` is the server's finish_reason: a reply cut off at max_tokens is a failure even when it happens
    to parse. JSON is read leniently ("3" for 3) because weak servers do not hold types; unknown fields are
    the schema's business.
    """
    if finish == "length":
        raise ReplyInvalid(["回答过长被截断，请缩短"])
    if not text.strip():
        raise ReplyInvalid(["回答为空"])
    fenced = _FENCE.match(text)
    clean = _CONTROL.sub(" ", fenced[1] if fenced else text)
    try:
        return schema.model_validate_json(clean, strict=False)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or '整体'}：{fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise ReplyInvalid(faults[:8]) from error
