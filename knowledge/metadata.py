"""What a document says about itself: front matter first, then its head, its file name and its folder."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import yaml

from knowledge.clause import Metadata
from knowledge.errors import DocumentUnreadable

KEYS = (
    "title",
    "part",
    "doc_number",
    "issuer",
    "level",
    "region",
    "issued",
    "effective",
    "repealed",
    "supersedes",
)
DATES = ("issued", "effective", "repealed")

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEAD_END = re.compile(r"<!--\s*INFO END\s*-->")
_HEAD_SIZE = 1500
_NAME_DATE = re.compile(r"[(（](\d{4})-(\d{2})-(\d{2})[)）]$")
_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_IN_FORCE = re.compile(rf"自\s*{_DATE.pattern}\s*起\s*(?:施行|实施|执行|生效)")
_ENDED = re.compile(r"((?:《[^》]{2,80}》[^《》。；]{0,40})+)同时废止")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[(（]\s*(?:19|20)\d{2}\s*[〕\])）]\s*第?\d{1,4}\s*号")
_CARRIED = re.compile(r"印发《?(.+?)》?的通知$")
_ISSUERS = (
    "全国人民代表大会常务委员会",
    "全国人民代表大会",
    "最高人民法院",
    "最高人民检察院",
    "国务院办公厅",
    "国务院",
)
# Folder names of law collections, and what the documents in them are.
_LAW = (
    "宪法",
    "宪法相关法",
    "民法典",
    "民法商法",
    "刑法",
    "行政法",
    "经济法",
    "社会法",
    "诉讼与非诉讼程序法",
)
_LEVELS = {
    **dict.fromkeys(_LAW, "法律"),
    **{name: name for name in ("行政法规", "司法解释", "部门规章")},
    "地方法规": "地方性法规",
}


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


def _stated(block: str, path: Path) -> dict[str, object]:
    try:
        loaded = yaml.safe_load(block)
    except yaml.YAMLError as error:
        raise DocumentUnreadable(
            path, "开头的 YAML 写错了", f"请检查两行 --- 之间的内容（{error}）"
        ) from error
    if not isinstance(loaded, dict):
        raise DocumentUnreadable(path, "开头的 YAML 不是“键: 值”的形式", "请检查两行 --- 之间的内容")
    fields = cast(dict[str, object], loaded)
    return {key: _value(key, fields[key], path) for key in KEYS if fields.get(key) is not None}


def _value(key: str, value: object, path: Path) -> object:
    if key == "supersedes":
        items = cast(list[object], value) if isinstance(value, list) else [value]
        return tuple(str(item) for item in items)
    if key not in DATES:
        return str(value)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise DocumentUnreadable(
            path, f"{key} 的日期 {value} 无法识别", "请写成 2025-05-01 的形式"
        ) from error


def _guess(text: str, body: int, path: Path) -> tuple[Metadata, int]:
    mark = _HEAD_END.search(text, body)
    head = text[body : mark.start() if mark else body + _HEAD_SIZE]
    titles: list[str] = re.findall(r"(?m)^#[ \t]+(.+?)[ \t]*$", head)
    title = _title(titles, head, path)
    issued = _issued(head, path, dated=mark is not None)
    number = _NUMBER.search(head)
    folders = [folder for folder in path.parts if folder in _LEVELS]
    level = _LEVELS[folders[-1]] if folders else "应急预案" if title.endswith("预案") else ""
    return Metadata(
        title=title,
        part=titles[1].strip() if mark and len(titles) > 1 else "",
        doc_number=re.sub(r"\s", "", number[0]) if number else "",
        issuer=next((issuer for issuer in _ISSUERS if issuer in head), ""),
        level=level,
        region=_region(path) if level == "地方性法规" else "全国" if folders else "",
        issued=issued,
        effective=_effective(text, head, issued),
        supersedes=_ended(text),
    ), mark.end() if mark else body


def _title(titles: list[str], head: str, path: Path) -> str:
    """The document's own title, not that of the notice that carries it nor the letterhead's."""
    opening = [line.strip() for line in head.splitlines() if line.strip()][:1]
    named = [*titles, *(line for line in opening if len(line) <= 50 and "。" not in line)]
    named = [re.sub(r"\s+", "", name) for name in named]
    for name in named:
        carried = _CARRIED.search(name)
        if carried:
            return carried[1]
    own = [name for name in named if not name.endswith("文件")]
    return own[0] if own else _NAME_DATE.sub("", path.stem).strip()


def _issued(head: str, path: Path, *, dated: bool) -> date | None:
    """The file name's date is the version's; else the latest the head lists as history."""
    name = _NAME_DATE.search(path.stem)
    if name:
        return _date(name.groups())
    history = [line for line in head.splitlines() if dated and "施行" not in line]
    dates = [found for line in history if (found := _first_date(line))]
    return max(dates, default=None)


def _effective(text: str, head: str, issued: date | None) -> date | None:
    """When this version came into force; a date before it was issued is the first version's."""
    stated = [found for line in head.splitlines() if "施行" in line and (found := _first_date(line))]
    stated += [found for match in _IN_FORCE.finditer(head + text[-3000:]) if (found := _date(match.groups()))]
    later = [found for found in stated if issued is None or found >= issued]
    return max(later, default=issued)


def _ended(text: str) -> tuple[str, ...]:
    titles = [title for match in _ENDED.finditer(text) for title in re.findall(r"《([^》]+)》", match[1])]
    return tuple(dict.fromkeys(titles))


def _region(path: Path) -> str:
    """Folders of local law are named 北京北京 (province, city): the second half, once if both are one."""
    after = path.parts.index("地方法规") + 1 if "地方法规" in path.parts else len(path.parts)
    name = path.parts[after] if after < len(path.parts) - 1 else ""
    half = len(name) // 2
    return name[:half] if half and name[:half] == name[half:] else name


def _first_date(line: str) -> date | None:
    match = _DATE.search(line)
    return _date(match.groups()) if match else None


def _date(parts: tuple[str | None, ...]) -> date | None:
    try:
        year, month, day = (int(part or 0) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None  # 2月30日 and the like: the document's slip, and no date is better than a wrong one
