"""Action schemas: refuse what a weak model could fill forever, and narrow id fields to what was retrieved.

A grammar holds a model to a schema, not to an end: an unbounded string is filled up to max_tokens, and some
JSON Schema keywords are known to be mistranslated by grammar compilers (xgrammar#156, vllm#38696, #40080).
So every schema is checked where it is defined or narrowed, and its author fixes it.
"""

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, create_model

from agents.model.errors import SchemaUnbounded

Json = dict[str, Any]
T = TypeVar("T", bound=BaseModel)

_FORBIDDEN = ("multipleOf", "uniqueItems", "oneOf", "allOf", "patternProperties", "not", "prefixItems")
_ENDLESS = re.compile(r"(?<!\\)[*+]|\{\d*,\}")


@cache
def bounded_schema(model: type[BaseModel]) -> Json:
    """JSON schema of `model`, after checking that every value it admits is bounded.

    Raises SchemaUnbounded naming every offending place: strings without max_length, arrays without
    max_length, numbers without ge and le, objects without extra="forbid", recursion, and the keywords
    grammar compilers get wrong.
    """
    schema = model.model_json_schema()
    faults = list(_faults(schema, schema.get("$defs", {}), model.__name__, ()))
    if faults:
        raise SchemaUnbounded(f"{model.__name__} 不能作为模型动作：" + "；".join(faults))
    return schema


def narrow(model: type[T], choices: Mapping[str, Sequence[str]]) -> type[T]:
    """A subclass of `model` whose string fields named in `choices` admit only those values.

    Fields may be `str`, `str | None` or `list[str]`; bounds and defaults stay. Raises ValueError on an empty
    choice list (there is nothing to ask) and KeyError on an unknown field.
    """
    fields: dict[str, Any] = {}
    for name, values in choices.items():
        if not values:
            raise ValueError(f"{model.__name__}.{name}：候选为空，无须询问模型")
        info = model.model_fields[name]
        literal = Literal[tuple(dict.fromkeys(values))]  # pyright: ignore
        # A Literal takes no string constraints, a list keeps its length bounds.
        keeps = get_origin(info.annotation) is list
        annotation = _replace_str(info.annotation, literal)
        bounds = tuple(info.metadata) if keeps else ()
        kept = Annotated[annotation, *bounds] if bounds else annotation
        fields[name] = (kept, ... if info.is_required() else info.default)
    return create_model(model.__name__, __base__=model, **fields)


def _replace_str(annotation: Any, literal: Any) -> Any:
    if annotation is str:
        return literal
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _replace_str(args[0], literal)
    if origin is list:
        return list[_replace_str(args[0], literal)]
    if origin in (Union, types.UnionType):
        return Union[tuple(_replace_str(arg, literal) for arg in args)]  # noqa: UP007 - built at run time
    return annotation


def _faults(node: Json, defs: Json, where: str, seen: tuple[str, ...]) -> Iterator[str]:
    if "$ref" in node:
        name = str(node["$ref"]).rsplit("/", 1)[-1]
        if name in seen:
            yield f"{where} 递归引用 {name}"
        else:
            yield from _faults(defs[name], defs, where, (*seen, name))
        return
    yield from (f"{where} 用了 {keyword}" for keyword in _FORBIDDEN if keyword in node)
    if "enum" in node or "const" in node:
        return
    branches = node.get("anyOf", [])
    for index, branch in enumerate(branches):
        yield from _faults(branch, defs, f"{where}|{index}", seen)
    kind = node.get("type")
    if kind == "object":
        yield from _object_faults(node, defs, where, seen)
    elif kind == "array":
        yield from _array_faults(node, defs, where, seen)
    elif kind in ("string", "integer", "number"):
        yield from _string_faults(node, where) if kind == "string" else _number_faults(node, where)
    elif kind is None and not branches:
        yield f"{where} 类型不定"


def _number_faults(node: Json, where: str) -> Iterator[str]:
    low = "minimum" in node or "exclusiveMinimum" in node
    high = "maximum" in node or "exclusiveMaximum" in node
    if not (low and high):
        yield f"{where} 数值缺少上下限"


def _object_faults(node: Json, defs: Json, where: str, seen: tuple[str, ...]) -> Iterator[str]:
    if node.get("additionalProperties") is not False:
        yield f'{where} 须设 extra="forbid"'
    for name, child in node.get("properties", {}).items():
        yield from _faults(child, defs, f"{where}.{name}", seen)


def _array_faults(node: Json, defs: Json, where: str, seen: tuple[str, ...]) -> Iterator[str]:
    if "maxItems" not in node:
        yield f"{where} 数组缺少 max_length"
    yield from _faults(node.get("items", {}), defs, f"{where}[]", seen)


def _string_faults(node: Json, where: str) -> Iterator[str]:
    pattern = node.get("pattern")
    if pattern is None:
        if "maxLength" not in node:
            yield f"{where} 字符串缺少 max_length"
    elif "maxLength" in node or "minLength" in node:
        yield f"{where} pattern 与长度不能并用"
    elif not (pattern.startswith("^") and pattern.endswith("$")) or _ENDLESS.search(pattern):
        yield f"{where} pattern 须以 ^ $ 定界且不含无限重复"
