"""The part of OData that SensorThings 1.1 clients use: $filter, $expand, $select, $orderby, $top, $skip, $count.

Entities are plain dicts; a path like `Datastream/Thing/properties/station_id` walks them and, where it meets a
navigation property, asks the resolver.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

Entity = dict[str, Any]
Resolve = Callable[[Entity, str], Any]
Test = Callable[[Entity, Resolve], bool]

TOP_MAX: Final = 1000
TOP_DEFAULT: Final = 100
DEPTH_MAX: Final = 20
COMPARE: Final = {"eq": eq, "ne": ne, "ge": ge, "gt": gt, "le": le, "lt": lt}
LITERAL: Final = r"'(?:[^']|'')*'|-?\d+(?:\.\d+)?(?![\d:T-])|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?"
TOKEN: Final = re.compile(rf"\s*({LITERAL}|[()]|@?[A-Za-z_][\w./@]*)")


class BadOData(Exception):
    """Answered 400; the message says what can't be read."""


@dataclass(frozen=True)
class Expansion:
    """One navigation property to include, with the options in its brackets."""

    name: str
    query: "Query"


@dataclass(frozen=True)
class Query:
    """bounds: what the filter says of a path, ANDed at its top: (comparison, value); for narrowing a search."""

    test: Test | None = None
    bounds: tuple[tuple[str, str, Any], ...] = ()
    expand: tuple[Expansion, ...] = ()
    select: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    top: int = TOP_DEFAULT
    skip: int = 0
    count: bool = False

    def over(self, path: str, *comparisons: str) -> list[Any]:
        """Values that `path` is compared to by one of the comparisons."""
        return [value for name, how, value in self.bounds if name == path and how in comparisons]


def read_query(options: Mapping[str, str], depth: int = 0) -> Query:
    """Raises BadOData for an unknown option or one that does not parse."""
    if depth > DEPTH_MAX:
        raise BadOData("$expand 嵌套过深")
    known = {"$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count"}
    if unknown := [name for name in options if name.startswith("$") and name not in known]:
        raise BadOData(f"不支持的查询选项 {'、'.join(unknown)}")
    test, bounds = None, ()
    if "$filter" in options:
        parser = _Filter(options["$filter"])
        test, bounds = parser.whole(), tuple(parser.bounds)
    return Query(
        test=test,
        bounds=bounds,
        expand=tuple(_expansion(part, depth) for part in _split(options.get("$expand", ""), ",")),
        select=tuple(part.strip() for part in options.get("$select", "").split(",") if part.strip()),
        order=tuple(_order(part) for part in options.get("$orderby", "").split(",") if part.strip()),
        top=min(_whole(options, "$top", TOP_DEFAULT), TOP_MAX),
        skip=_whole(options, "$skip", 0),
        count=options.get("$count", "false") == "true",
    )


def value_of(entity: Entity, path: str, resolve: Resolve) -> Any:
    """The value at a path with slashes; None where there is nothing."""
    found: Any = entity
    for part in path.split("/"):
        if not isinstance(found, dict):
            return None
        name = "@iot.id" if part == "id" else part
        found = found[name] if name in found else resolve(found, name)
    return found


def _expansion(text: str, depth: int) -> Expansion:
    """`Datastreams($expand=ObservedProperty;$top=1)` or `Datastream/Thing`."""
    match = re.fullmatch(r"\s*(\w+)(?:/(.+)|\((.*)\))?\s*", text, re.DOTALL)
    if match is None:
        raise BadOData(f"$expand 的 {text[:60]} 读不懂")
    name, nested, bracket = match.groups()
    if nested:
        return Expansion(name, read_query({"$expand": nested}, depth + 1))
    pairs = (part.partition("=") for part in _split(bracket or "", ";"))
    return Expansion(name, read_query({key.strip(): value for key, _, value in pairs}, depth + 1))


def _split(text: str, divider: str) -> list[str]:
    """At dividers outside of brackets and quotes."""
    parts, level, quoted, start = list[str](), 0, False, 0
    for index, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            level += 1 if letter == "(" else -1
        elif letter == divider and level == 0 and not quoted:
            parts.append(text[start:index])
            start = index + 1
    if level or quoted:
        raise BadOData(f"括号或引号不成对：{text[:60]}")
    return [part for part in (*parts, text[start:]) if part.strip()]


def _order(text: str) -> tuple[str, bool]:
    words = text.split()
    if len(words) > 2 or (len(words) == 2 and words[1] not in ("asc", "desc")):
        raise BadOData(f"$orderby 的 {text[:60]} 读不懂")
    return words[0], words[-1] == "desc"


def _whole(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name, str(default))
    if not text.isdecimal():
        raise BadOData(f"{name} 应为不小于 0 的整数，不是 {text[:20]}")
    return int(text)


@dataclass
class _Filter:
    """Recursive descent over `a ge 1 and (b eq 'x' or not c lt 2)`."""

    text: str
    bounds: list[tuple[str, str, Any]] = field(default_factory=list[tuple[str, str, Any]])

    def whole(self) -> Test:
        self._tokens, self._at = _tokens(self.text), 0
        test = self._either(0)
        if self._at != len(self._tokens):
            raise BadOData(f"$filter 在 {self._tokens[self._at]} 处读不懂")
        return test

    def _next(self, *wanted: str) -> str | None:
        if self._at < len(self._tokens) and (not wanted or self._tokens[self._at] in wanted):
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _either(self, depth: int) -> Test:
        kept = len(self.bounds)
        tests = [self._both(depth)]
        while self._next("or"):
            tests.append(self._both(depth))
        if len(tests) == 1:
            return tests[0]
        del self.bounds[kept:]  # one side of an "or" binds nothing
        return lambda entity, resolve: any(test(entity, resolve) for test in tests)

    def _both(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._next("and"):
            tests.append(self._one(depth))
        if len(tests) == 1:
            return tests[0]
        return lambda entity, resolve: all(test(entity, resolve) for test in tests)

    def _one(self, depth: int) -> Test:
        if depth > DEPTH_MAX:
            raise BadOData("$filter 嵌套过深")
        if self._next("not"):
            kept = len(self.bounds)
            test = self._one(depth + 1)
            del self.bounds[kept:]
            return lambda entity, resolve: not test(entity, resolve)
        if self._next("("):
            test = self._either(depth + 1)
            if not self._next(")"):
                raise BadOData("$filter 少一个右括号")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        path, how, literal = self._next(), self._next(*COMPARE), self._next()
        if path is None or how is None or literal is None:
            raise BadOData(f"$filter 应为“字段 比较 值”，比较只有 {'、'.join(COMPARE)}：{self.text[:80]}")
        value = _literal(literal)
        self.bounds.append((path, how, value))
        compare = COMPARE[how]

        def test(entity: Entity, resolve: Resolve) -> bool:
            found = value_of(entity, path, resolve)
            if isinstance(value, datetime) and isinstance(found, str):
                found = datetime.fromisoformat(found)
            try:
                return found is not None and bool(compare(found, value))
            except TypeError:
                return False

        return test


def _tokens(text: str) -> list[str]:
    found, at = list[str](), 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise BadOData(f"$filter 在“{text[at : at + 30]}”处读不懂")
        found.append(match[1])
        at = match.end()
    return found


def _literal(token: str) -> Any:
    if token.startswith("'"):
        inner = token[1:-1].replace("''", "'")
        return inner
    if re.fullmatch(r"-?\d+(\.\d+)?", token):
        return float(token) if "." in token else int(token)
    try:
        moment = datetime.fromisoformat(token)
    except ValueError as error:
        raise BadOData(f"$filter 的值 {token} 既不是数、文字，也不是时间") from error
    if moment.tzinfo is None:
        raise BadOData(f"$filter 的时间 {token} 没有时区")
    return moment
