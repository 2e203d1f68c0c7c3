from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agents.model.errors import SchemaUnbounded
from agents.model.schema import bounded_schema, narrow


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Good(Strict):
    code: str = Field(max_length=10)
    note: str | None = Field(default=None, max_length=40)
    ids: list[Annotated[str, Field(max_length=12)]] = Field(max_length=3)
    level: Literal["Ⅰ", "Ⅱ"]
    count: int = Field(ge=0, le=9)
    day: str = Field(pattern=r"^\d{4}-\d{2}$")


def test_a_bounded_schema_passes() -> None:
    assert set(bounded_schema(Good)["properties"]) == {"code", "note", "ids", "level", "count", "day"}


class Nested(Strict):
    inner: "list[Inner]" = Field(max_length=2)


class Inner(Strict):
    text: str


class Loop(Strict):
    next: "Loop | None"


class Cat(Strict):
    kind: Literal["cat"]


class Dog(Strict):
    kind: Literal["dog"]


class Open(BaseModel):
    kind: Literal["cat"]


def field(annotation: object, **bounds: object) -> type[BaseModel]:
    return type("Probe", (Strict,), {"__annotations__": {"x": annotation}, "x": Field(**bounds)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (field(str), "x 字符串缺少 max_length"),
        (field(str | None), "字符串缺少 max_length"),
        (field(list[Literal["a"]]), "数组缺少 max_length"),
        (field(set[Literal["a"]], max_length=2), "uniqueItems"),
        (field(int, ge=0), "缺少上下限"),
        (field(int, ge=0, le=9, multiple_of=3), "multipleOf"),
        (field(str, pattern="^a+$"), "无限重复"),
        (field(str, pattern="^a{2,}$"), "无限重复"),
        (field(str, pattern="a"), "定界"),
        (field(str, pattern="^a$", max_length=3), "不能并用"),
        (field(Cat | Dog, discriminator="kind"), "oneOf"),
        (field(dict[str, int]), "extra"),
        (field(object), "类型不定"),
        (field(date), "字符串缺少 max_length"),
        (Nested, "Nested.inner[].text 字符串缺少 max_length"),
        (Loop, "递归引用"),
        (Open, "extra"),
    ],
)
def test_an_unbounded_schema_is_refused_by_name(model: type[BaseModel], why: str) -> None:
    with pytest.raises(SchemaUnbounded, match=why.replace("[]", r"\[\]")):
        bounded_schema(model)


class Pick(Strict):
    code: str = Field(max_length=10)
    other: str | None = Field(default=None, max_length=10)
    ids: list[str] = Field(min_length=1, max_length=2)


def test_narrow_turns_fields_into_what_was_retrieved() -> None:
    narrowed = narrow(Pick, {"code": ["A", "B"], "other": ["C"], "ids": ["K1", "K2", "K3"]})
    schema = bounded_schema(narrowed)
    assert schema["properties"]["code"]["enum"] == ["A", "B"]
    assert schema["properties"]["ids"]["maxItems"] == 2
    made = narrowed.model_validate({"code": "A", "ids": ["K3"]})
    assert isinstance(made, Pick)
    assert made.other is None
    for bad in ({"code": "Z", "ids": ["K1"]}, {"code": "A", "ids": []}, {"code": "A", "ids": ["K9"]}):
        with pytest.raises(ValueError, match="validation error"):
            narrowed.model_validate(bad)


def test_narrow_refuses_an_empty_question() -> None:
    with pytest.raises(ValueError, match="候选为空"):
        narrow(Pick, {"code": []})
