"""Reading a pack's files: CSV tables, TOML and JSON lines, with every mistake located.

Nothing here raises for bad content. Each mistake becomes a `Problem` that names file, place (line and
column, or TOML key path) and what to do; the loader raises them together.
"""

import csv
import io
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from knowledge.errors import Problem


def _split(value: object) -> object:
    return (
        tuple(part.strip() for part in value.split("|") if part.strip()) if isinstance(value, str) else value
    )


def _blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Text = Annotated[str, StringConstraints(min_length=1)]
Listed = Annotated[tuple[str, ...], BeforeValidator(_split)]
MaybeText = Annotated[str | None, BeforeValidator(_blank)]
MaybeNumber = Annotated[float | None, BeforeValidator(_blank)]
MaybeInt = Annotated[int | None, BeforeValidator(_blank)]


class Record(BaseModel):
    """A row or a TOML table of the pack: frozen, and no key it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


M = TypeVar("M", bound=BaseModel)
T = TypeVar("T", bound=Record)
T_co = TypeVar("T_co", bound=Record, covariant=True)


@dataclass(frozen=True)
class Cell:
    """One value of a CSV cell (a cell may hold several, divided by `|`), with the line it stands on."""

    line: int
    value: str


@dataclass(frozen=True)
class Table(Generic[T_co]):
    """A CSV file: `rows` are the lines that parsed, `raw` all lines as text, for checking references."""

    file: str
    rows: tuple[tuple[int, T_co], ...]
    raw: tuple[tuple[int, dict[str, str]], ...]

    def cells(self, column: str) -> Iterator[Cell]:
        for line, row in self.raw:
            yield from (
                Cell(line, value.strip()) for value in row.get(column, "").split("|") if value.strip()
            )

    def ids(self, column: str) -> frozenset[str]:
        return frozenset(cell.value for cell in self.cells(column))

    @property
    def items(self) -> tuple[T_co, ...]:
        return tuple(row for _, row in self.rows)


@dataclass
class Source:
    """The pack's folder, and the problems met so far while reading it."""

    root: Path
    problems: list[Problem] = field(default_factory=list[Problem])

    def table(self, file: str, model: type[T]) -> Table[T]:
        """Rows of one CSV file. A missing file or a wrong header is a problem and gives an empty table."""
        content = self._text(file)
        if content is None:
            return Table(file, (), ())
        reader = csv.DictReader(io.StringIO(content, newline=""), restkey="", restval="")
        if not self._header_fits(file, model, reader.fieldnames or ()):
            return Table(file, (), ())
        rows: list[tuple[int, T]] = []
        raw: list[tuple[int, dict[str, str]]] = []
        for cells in reader:
            line = reader.line_num
            if "" in cells:
                self.add(
                    file, f"第 {line} 行", "单元格比表头多", "给含逗号的内容加英文双引号，或删去多余的逗号"
                )
                continue
            raw.append((line, cells))
            try:
                rows.append((line, model.model_validate(cells)))
            except ValidationError as error:
                self._translate(file, error, line)
        return Table(file, tuple(rows), tuple(raw))

    def toml(self, file: str, model: type[T]) -> T | None:
        """One TOML file as `model`, or None when it has problems."""
        content = self._text(file)
        if content is None:
            return None
        try:
            return model.model_validate(tomllib.loads(content))
        except tomllib.TOMLDecodeError as error:
            self.add(file, "全文", f"不是合法的 TOML（{error}）", "按提示的行列改正语法")
        except ValidationError as error:
            self._translate(file, error, None)
        return None

    def json(self, file: str, model: type[M]) -> M | None:
        """One JSON file as `model`, or None when it has problems."""
        content = self._text(file)
        if content is None:
            return None
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            self._translate(file, error, None)
        return None

    def lines(self, file: str, model: type[M]) -> tuple[tuple[int, M], ...]:
        """One JSON object a line, with its line number; empty lines are left out, bad ones are problems."""
        found: list[tuple[int, M]] = []
        for line, text in enumerate(self.text(file).splitlines(), 1):
            if text.strip():
                try:
                    found.append((line, model.model_validate_json(text)))
                except ValidationError as error:
                    self._translate(file, error, line)
        return tuple(found)

    def text(self, file: str) -> str:
        return self._text(file) or ""

    def add(self, file: str, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(file, where, what, fix))

    def _text(self, file: str) -> str | None:
        path = self.root / file
        try:
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.add(file, "文件", "文件不存在", f"补上 {path}")
        except UnicodeDecodeError as error:
            self.add(file, f"第 {error.start} 字节", "不是 UTF-8 编码", "另存为 UTF-8")
        return None

    def _header_fits(self, file: str, model: type[Record], header: Sequence[str]) -> bool:
        known = {info.alias or name for name, info in model.model_fields.items()}
        missing, unknown = sorted(known - set(header)), sorted(set(header) - known)
        for column in missing:
            self.add(file, f"第 1 行，{column} 列", "表头缺这一列", "补上该列，没有内容的格留空")
        for column in unknown:
            self.add(file, f"第 1 行，{column} 列", "不认识的列", "改正列名或删去该列")
        return not missing and not unknown

    def _translate(self, file: str, error: ValidationError, line: int | None) -> None:
        for detail in error.errors(include_url=False):
            path = key_path(detail["loc"])
            where = path if line is None else f"第 {line} 行，{path} 列"
            self.add(file, where, *in_chinese(detail))


def key_path(location: tuple[int | str, ...]) -> str:
    """`("deadlines", 3, "type")` as `deadlines[3].type`; counting starts at 0, as in the file's order."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".") or "全文"


def in_chinese(detail: ErrorDetails) -> tuple[str, str]:
    """(what is wrong, what to do) for one pydantic error."""
    got = repr(detail["input"])[:60]
    match detail["type"]:
        case "missing":
            return "缺这一项", "补上"
        case "extra_forbidden":
            return "不认识的键", "改正键名或删去"
        case "json_invalid":
            return "不是合法的 JSON", "改正语法"
        case "timezone_aware":
            return f"{got} 没有时区", "写上时区，如 +08:00"
        case "string_too_short":
            return "不能为空", "填上内容"
        case "int_parsing" | "int_from_float" | "float_parsing" | "int_type" | "float_type":
            return f"{got} 不是所需的数", "填数字，不带单位"
        case "bool_parsing" | "bool_type":
            return f"{got} 不是 true 或 false", "填 true 或 false"
        case "literal_error":
            return f"{got} 不在允许的取值里", f"改为 {detail.get('ctx', {}).get('expected', '')} 之一"
        case _:
            return f"{got} 不合要求（{detail['msg']}）", "按 README 的说明改正"
