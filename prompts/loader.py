"""Load and render prompt files.

A prompt is `prompts/<name>.md`: YAML front matter with exactly `name` (same as the file), `version` (whole
number, raised with every change of wording) and `inputs` (the variables the body may use), then a Jinja
body in parts headed `## system`, `## user` or `## assistant`. Parts become chat messages in order.

Errors (all PromptError, for whoever writes prompts or calls them):
PromptError
├── PromptMissing    no such file
├── PromptMalformed  front matter, parts or Jinja do not hold the contract
└── PromptInputs     the call's inputs are not the declared ones
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypedDict, cast

import jinja2
import yaml
from jinja2 import meta
from pydantic import BaseModel, ConfigDict, ValidationError

FOLDER = Path(__file__).parent
Role = Literal["system", "user", "assistant"]

_FRONT_MATTER = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_PART = re.compile(r"^## (system|user|assistant)[ \t]*$", re.MULTILINE)


class PromptError(Exception):
    """A prompt file or a call of it breaks the contract."""


class PromptMissing(PromptError):
    pass


class PromptMalformed(PromptError):
    pass


class PromptInputs(PromptError):
    pass


class Message(TypedDict):
    """One chat message, as the OpenAI protocol spells it."""

    role: Role
    content: str


@dataclass(frozen=True)
class Rendered:
    """A prompt ready to send, and which wording it was (for the audit log)."""

    messages: tuple[Message, ...]
    name: str
    version: int


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    version: int
    inputs: list[str]


@dataclass(frozen=True)
class _Prompt:
    head: _Head
    parts: tuple[tuple[Role, jinja2.Template], ...]


def render(name: str, /, *, folder: Path = FOLDER, **inputs: object) -> Rendered:
    """Fill prompt `name` with exactly its declared inputs.

    Raises PromptMissing, PromptMalformed, or PromptInputs when an input is missing, unknown or lacks an
    attribute the body reads.
    """
    prompt = _load(folder, name)
    declared, given = set(prompt.head.inputs), set(inputs)
    if declared != given:
        raise PromptInputs(
            f"提示词 {name}：缺少输入 {sorted(declared - given)}，多出输入 {sorted(given - declared)}；"
            f"应恰好给出 {sorted(declared)}"
        )
    try:
        messages = tuple(
            Message(role=role, content=template.render(inputs).strip()) for role, template in prompt.parts
        )
    except jinja2.UndefinedError as error:
        raise PromptInputs(f"提示词 {name}：输入缺少正文用到的属性：{error.message}") from error
    return Rendered(messages=messages, name=name, version=prompt.head.version)


def names(folder: Path = FOLDER) -> Sequence[str]:
    """Names of all prompt files, sorted."""
    return sorted(path.stem for path in folder.glob("*.md") if path.stem != "README")


@cache  # files do not change while the process runs
def _load(folder: Path, name: str) -> _Prompt:
    path = folder / f"{name}.md"
    if not path.is_file():
        raise PromptMissing(f"没有提示词 {name}：应在 {path}；现有 {names(folder)}")
    found = _FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    if found is None:
        raise PromptMalformed(f"{path}：文件须以 --- 包围的 YAML 头开始")
    head = _head(path, found["head"])
    return _Prompt(head=head, parts=_parts(path, found["body"], head))


def _head(path: Path, text: str) -> _Head:
    try:
        head = _Head.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise PromptMalformed(
            f"{path}：文件头须恰有 name、version（整数）、inputs（列表）：{error}"
        ) from error
    if head.name != path.stem:
        raise PromptMalformed(f"{path}：name 写作 {head.name}，应与文件名 {path.stem} 一致")
    return head


def _parts(path: Path, body: str, head: _Head) -> tuple[tuple[Role, jinja2.Template], ...]:
    pieces = _PART.split(body)
    if pieces[0].strip() or len(pieces) < 3:
        raise PromptMalformed(f"{path}：正文须以 ## system 或 ## user 开头，之前不得有文字")
    env = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    try:
        used = meta.find_undeclared_variables(env.parse(body))
        # Inputs may hold text that looks like a heading, so parts are split before rendering, never after.
        roles = cast("list[Role]", pieces[1::2])
        parts = tuple(zip(roles, map(env.from_string, pieces[2::2]), strict=True))
    except jinja2.TemplateSyntaxError as error:
        raise PromptMalformed(f"{path}：Jinja 语法错误：{error.message}") from error
    if used != set(head.inputs):
        raise PromptMalformed(
            f"{path}：正文用到 {sorted(used)}，文件头声明 {sorted(head.inputs)}，两者应一致"
        )
    return parts
