"""Metadata of one document: front matter first, then its head, its text, its file name and its folder."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import yaml

from knowledge.clause import Metadata
from knowledge.errors import DocumentUnreadable
from knowledge.metadata.dates import events_of, opening_history, read_dates, signatures
from knowledge.metadata.fields import FIELDS, FieldWrong, parse_field
from knowledge.metadata.hazards import read_hazards
from knowledge.metadata.origin import read_issuer, read_level, read_number, read_region
from knowledge.metadata.repeals import read_repeals
from knowledge.metadata.titles import read_titles

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEAD_END = re.compile(r"<!--\s*INFO END\s*-->")
_HEADING = re.compile(r"(?m)^#[ \t]+(.+?)[ \t]*$")
_HEAD_SIZE = 1500
_FARTHEST_HEAD = 20_000
_ENDING = 4000
_PREFACE = 300
_SHORT = 20
_FULL_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}


def read_metadata(text: str, path: Path) -> tuple[Metadata, int]:
    """The metadata, and where the document's own words start. Raises DocumentUnreadable (front matter)."""
    front = _FRONT.match(text)
    body = front.end() if front else 0
    guessed, body = _guess(text, body, path)
    if front is None:
        return guessed, body
    stated = _stated(front[1], path)
    merged = replace(guessed, **stated)
    if "effective" in stated and "issued" not in stated:
        merged = replace(merged, issued=merged.effective)
    return merged, body


def _stated(block: str, path: Path) -> dict[str, Any]:
    if len(block) > _FARTHEST_HEAD:
        reason = f"开头两行 --- 之间有 {len(block)} 字，不像是文件信息"
        raise DocumentUnreadable(path, reason, "若不是文件信息，请删去开头的 ---")
    try:
        loaded = yaml.safe_load(block)
    except (yaml.YAMLError, RecursionError) as error:
        what = " ".join(str(error).split())
        raise DocumentUnreadable(
            path, "开头的 YAML 写错了", f"请检查两行 --- 之间的内容（{what}）"
        ) from error
    if not isinstance(loaded, dict):
        raise DocumentUnreadable(path, "开头的 YAML 不是“键: 值”的形式", "请检查两行 --- 之间的内容")
    told = cast(dict[str, object], loaded)
    try:
        return {name: parse_field(name, told[name]) for name in FIELDS if told.get(name) is not None}
    except FieldWrong as error:
        raise DocumentUnreadable(path, f"开头的 YAML 有误：{error}", "请改正后重新导入") from error


def _guess(text: str, body: int, path: Path) -> tuple[Metadata, int]:
    mark = _HEAD_END.search(text, body, body + _FARTHEST_HEAD)
    head = text[body : mark.start() if mark else body + _HEAD_SIZE].translate(_FULL_DIGITS)
    lines = [line.strip(" \t　#>*") for line in head.splitlines() if line.strip(" \t　#>*-")]
    heads = _HEADING.findall(head)
    title, carrier = read_titles(heads, lines, path)
    events = events_of(head if mark else opening_history(lines))
    opening = text[body : body + _HEAD_SIZE].translate(_FULL_DIGITS)
    ending = text[max(body, len(text) - _ENDING) :].translate(_FULL_DIGITS)
    dates = read_dates(opening, ending, events, path.stem)
    signed = [who for who, _ in signatures(opening, ending)]
    issuer = read_issuer(title, carrier, events, lines[:8], signed, path)
    preface = text[mark.end() : mark.end() + _PREFACE].splitlines() if mark else []
    told = [line.strip() for line in preface if line.lstrip().startswith(("（", "(")) or len(line) <= _SHORT]
    number = read_number([*lines[:8], *told], events)
    region = read_region(title, issuer, path)
    own = mark.end() if mark else body
    return Metadata(
        title=title,
        part=heads[1].strip() if mark and len(heads) > 1 else "",
        doc_number=number,
        issuer=issuer,
        level=read_level(title, issuer, number, region, events, path),
        region=region,
        issued=dates.issued,
        effective=dates.effective,
        supersedes=read_repeals(text, own, title, dates.since or dates.effective),
        hazards=read_hazards(title),
        revised=dates.revised,
        since=dates.since,
    ), own
