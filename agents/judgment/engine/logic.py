"""Kleene's three-valued logic: True, False, None for unknown; and expressions over it, compiled once.

An unknown decides nothing, but need not be decided when the rest settles the matter: `True or None` is True.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import cache

Truth = bool | None
Formula = Callable[[Mapping[str, Truth]], Truth]


def all_of(values: Iterable[Truth]) -> Truth:
    """False if any is False, else None if any is unknown, else True (also for no values)."""
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_of(values: Iterable[Truth]) -> Truth:
    """True if any is True, else None if any is unknown, else False (also for no values)."""
    result: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def negated(value: Truth) -> Truth:
    return None if value is None else not value


def at_least(sure: float, possible: float, wanted: float) -> Truth:
    """Is a figure `wanted` or more, when it lies between `sure` and `possible`?"""
    if sure >= wanted:
        return True
    return False if possible < wanted else None


@cache
def compile_formula(expr: str) -> Formula:
    """An expression of names with and, or, not. ValueError for anything else (the pack's checker names it)."""
    try:
        return _formula(ast.parse(expr, mode="eval").body)
    except SyntaxError as error:
        raise ValueError(f"expr 不是合法的表达式：{expr}") from error


def _formula(node: ast.expr) -> Formula:
    match node:
        case ast.Name(id=name):
            return lambda values: values[name]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _formula(operand)
            return lambda values: negated(inner(values))
        case ast.BoolOp(op=op, values=operands):
            parts = tuple(_formula(operand) for operand in operands)
            join = all_of if isinstance(op, ast.And) else any_of
            return lambda values: join(part(values) for part in parts)
        case _:
            raise ValueError(f"expr 只能用 and、or、not 和括号：{ast.unparse(node)}")
