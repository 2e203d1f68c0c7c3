"""Places in a briefing by path: reading them in order, finding one, putting another line there."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from agents.briefing.decision import Block, Briefing, Callout, Line, Part, Table, Text

TITLE = "title"

T = TypeVar("T")


class NoSuchPlace(LookupError):
    """A path leads nowhere in this version. The message is Chinese: who edits reads it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"本版没有位置 {path}；请刷新后按现有位置修改")
        self.path = path


def lines(part: Part) -> Iterator[tuple[str, Line]]:
    """Every sentence and cell with its path, in reading order."""
    for number, block in enumerate(part.blocks):
        match block:
            case Text() | Callout():
                for at, line in enumerate(block.sentences):
                    yield f"{part.key}.{number}.{at}", line
            case Table():
                for at, row in enumerate(block.rows):
                    for column, cell in enumerate(row):
                        yield f"{part.key}.{number}.{at}.{column}", cell
            case _:
                pass


def all_lines(briefing: Briefing) -> Iterator[tuple[str, Line]]:
    yield TITLE, Line(text=briefing.title)
    for part in briefing.parts:
        yield from lines(part)


def named(briefing: Briefing, path: str) -> str:
    """Where a path leads, as a reader of the paper finds it: 标题, 要点 第4句, 触发条件第2段 表格第1行第3列."""
    if path == TITLE:
        return "标题"
    key, *numbers = path.split(".")
    part = next((one for one in briefing.parts if one.key == key), None)
    if part is None or len(numbers) < 2 or not all(number.isdecimal() for number in numbers):
        return path
    block, row, *column = (int(number) + 1 for number in numbers)
    where = part.title + (f"第{block}段" if len(part.blocks) > 1 else "")
    return f"{where} 表格第{row}行第{column[0]}列" if column else f"{where} 第{row}句"


def put(briefing: Briefing, path: str, line: Line) -> tuple[Briefing, Line | None]:
    """The briefing with the line in that place, and what stood there; None for a sentence added at an end.

    Raises NoSuchPlace.
    """
    if path == TITLE:
        return briefing.model_copy(update={"title": line.text}), Line(text=briefing.title)
    key, *numbers = path.split(".")
    if not numbers or not all(number.isdecimal() for number in numbers):
        raise NoSuchPlace(path)
    for at, part in enumerate(briefing.parts):
        if part.key == key:
            new, before = _in_part(part, [int(number) for number in numbers], line, path)
            return briefing.model_copy(update={"parts": _with(briefing.parts, at, new)}), before
    raise NoSuchPlace(path)


def _in_part(part: Part, numbers: list[int], line: Line, path: str) -> tuple[Part, Line | None]:
    number, *rest = numbers
    if number >= len(part.blocks):
        raise NoSuchPlace(path)
    block, before = _in_block(part.blocks[number], rest, line, path)
    return part.model_copy(update={"blocks": _with(part.blocks, number, block)}), before


def _in_block(block: Block, numbers: list[int], line: Line, path: str) -> tuple[Block, Line | None]:
    match block, numbers:
        case ((Text() | Callout()), [at]) if at < len(block.sentences):
            new = line.model_copy(update={"tone": block.sentences[at].tone})
            return block.model_copy(update={"sentences": _with(block.sentences, at, new)}), block.sentences[
                at
            ]
        case ((Text() | Callout()), [at]) if at == len(block.sentences):
            return block.model_copy(update={"sentences": (*block.sentences, line)}), None
        case Table(), [row, column] if row < len(block.rows) and column < len(block.rows[row]):
            cells = block.rows[row]
            new = line.model_copy(update={"tone": cells[column].tone})
            rows = _with(block.rows, row, _with(cells, column, new))
            return block.model_copy(update={"rows": rows}), cells[column]
        case _:
            raise NoSuchPlace(path)


def _with(items: Iterable[T], at: int, new: T) -> tuple[T, ...]:
    return tuple(new if number == at else item for number, item in enumerate(items))
