"""Who issued a document, of what level it is, where it applies, and under which number."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.metadata.dates import Event

COURTS = ("最高人民法院", "最高人民检察院")
CONGRESS = "全国人民代表大会"
_ORGAN = (
    r"(?:人民政府办公厅|人民政府办公室|人民政府|人民代表大会常务委员会|人民代表大会|人大常委会|指挥部办公室|指挥部|"
    r"委员会办公室|委员会|办公厅|办公室|调查组|总局|部|厅|局|署|委|会|院|中心|管委会)"
)
_HAN = r"[\u4e00-\u9fff]"
_BODY = re.compile(rf"^{_HAN}{{0,30}}?{_ORGAN}(?:[、，\s]+{_HAN}{{0,30}}?{_ORGAN})*$")
_TERM = re.compile(r"第[一二三四五六七八九十百零\d]+届")
_UNTIL = re.compile(
    r"(?:审判委员会|检察委员会|主席团|第[一二三四五六七八九十百零\d]+|令|公告|全体会议|常务会议|发布|公布|颁布|通过|批准|《|根据|制定|修订|修正|印发|决定)"
)
_TITLE_BODY = re.compile(
    rf"^((?:国务院|{_HAN}{{2,24}}?{_ORGAN})(?:[、，]{_HAN}{{2,24}}?{_ORGAN})*)(?=关于|印发|公告)"
)
_LETTERHEAD = re.compile(rf"^({_HAN}[\u4e00-\u9fff\s]{{1,40}}?)(?:文\s*件|令)$")
_NUMBER_TEXT = (
    r"(?:[\u4e00-\u9fff]{1,12}\s*[〔\[(（【]\s*(?:19|20)\d{2}\s*[〕\])）】]\s*第?\s*\d{1,4}\s*号"
    r"|[\u4e00-\u9fff]{2,40}?令\s*(?:[（(〔]?\d{4}[)）〕]?年?)?\s*第?\s*(?:\d{1,4}|[一二三四五六七八九十百零〇]{1,7})\s*号"
    r"|(?:GB|DB|[A-Z]{2,3})\d{0,4}(?:/T|/Z)?\s?\d{1,6}(?:\.\d+)?[-—－]\d{4})"
)
_NUMBER = re.compile(_NUMBER_TEXT)
_NUMBER_LINE = re.compile(rf"^[（(]?(?:虚构文件[）)])?\s*({_NUMBER_TEXT})(?![\u4e00-\u9fff《])")
_CITES = re.compile(r"根据|依据|按照|《|依照|规定")
_ORDER = re.compile(
    r"(?:中华人民共和国)?([\u4e00-\u9fff、]{2,40}?令\s*第?\s*(?:\d{1,4}|[一二三四五六七八九十百零〇]{1,7})\s*号)"
)
# A place at the start of a title. A district or county counts only where its own organ signs: 保税区 is no place.
_PLACE_TEXT = (
    rf"^(?!城市|超市|股市|上市|各省|全省|全市|省级|市级|本市)"
    rf"({_HAN}{{2,7}}?(?:省|自治区|特别行政区|自治州|自治县|(?<!城)市"
)
_PLACE = re.compile(_PLACE_TEXT + "))")
_SEAT = re.compile(_PLACE_TEXT + "|地区|县|区))(?=.*(?:人民|政府|委|局|厅|办|部|会))")
_ZONE = re.compile(rf"^({_HAN}{{2,3}})经济特区")
_MUNICIPALITIES = ("北京", "上海", "天津", "重庆")
_AUTONOMOUS = {
    "内蒙古": "内蒙古自治区",
    "广西": "广西壮族自治区",
    "西藏": "西藏自治区",
    "宁夏": "宁夏回族自治区",
    "新疆": "新疆维吾尔自治区",
    "香港": "香港特别行政区",
    "澳门": "澳门特别行政区",
}
_PROVINCES = re.compile(
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾"
)
_NATIONAL = re.compile(
    rf"^(?:{CONGRESS}|国务院|中华人民共和国|国家|最高人民|中共中央|中央|政务院|中国|{_HAN}{{2,12}}(?<!挥)部(?![\u4e00-\u9fff]))"
)


def read_number(lines: Sequence[str], events: Sequence[Event]) -> str:
    """The document's own number: of the last order in its history, or alone on a line of its head; '' if none."""
    orders = [found[1] for event in events if (found := _ORDER.search(re.sub("《.*?》", "", event.what)))]
    if orders:
        return re.sub(r"\s|中华人民共和国", "", orders[-1])
    below = [*lines[1:], ""]
    for line in (
        line + after if line.endswith("令") else line for line, after in zip(lines, below, strict=False)
    ):
        found = _NUMBER_LINE.match(line) or (None if _CITES.search(line) else _NUMBER.search(line))
        if found:
            return re.sub(r"\s|^.*以(?=[\u4e00-\u9fff])", "", found[found.lastindex or 0])
    return ""


def read_issuer(
    title: str, carrier: str, events: Sequence[Event], lines: Sequence[str], signed: Sequence[str], path: Path
) -> str:
    """Who made the document: by its title, its history, its letterhead or its signature, in this order."""
    for candidate in _issuers(title, carrier, events, lines, signed):
        body = re.sub(r"\s+", "", candidate.removeprefix("中华人民共和国").strip("、，, "))
        if body and _BODY.match(body):
            return body.replace("中央军委", "中央军事委员会")
    after = _below(path, "部门规章")
    return after or ("国务院" if "行政法规" in path.parts else "")


def _issuers(
    title: str, carrier: str, events: Sequence[Event], lines: Sequence[str], signed: Sequence[str]
) -> Iterator[str]:
    for name in (carrier, title):
        if found := _TITLE_BODY.match(name):
            yield found[1]
    # Who passed or published comes before who merely approved; the first version's maker stays the maker.
    yield from (_body(event.what) for event in events if not re.search("批准|修正|修订", event.what))
    yield from (_body(event.what) for event in events)
    yield from (found[1] for line in lines if (found := _LETTERHEAD.match(line)))
    yield from signed


def _body(what: str) -> str:
    """第十三届全国人民代表大会常务委员会第六次会议通过 -> 全国人民代表大会常务委员会."""
    bare = _TERM.sub("", re.sub(r"^[经由，,\s]+", "", what)).replace("人大常委会", "人民代表大会常务委员会")
    end = _UNTIL.search(bare)
    return bare[: end.start()].replace("中华人民共和国", "").strip() if end else ""


def read_level(title: str, issuer: str, number: str, region: str, events: Sequence[Event], path: Path) -> str:
    """By the folder of a law collection, else by title, number, issuer and history; '' when they don't tell."""
    folder = next((FOLDERS[part] for part in reversed(path.parts[:-1]) if part in FOLDERS), "")
    if folder == "宪法" or re.fullmatch(r"(?:中华人民共和国)?宪法(?:修正案.*)?", title):
        return "宪法"
    if folder:
        return folder
    bare = re.sub(r"[（(][^（()）]*[)）]$", "", title)
    if re.match(r"(?:GB|DB|[A-Z]{2,3})\d{0,4}(?:/T|/Z)?\s?\d", number) or bare.endswith("标准"):
        return "标准"
    if bare.endswith("预案"):
        return "预案"
    if issuer.startswith(CONGRESS):
        return "法律"
    if issuer.startswith(COURTS):
        return "司法解释" if not re.search("通知$|纪要$", bare) else "规范性文件"
    if re.search(r"(?:适用|应用)法律.*(?:解释|规定|批复)$|^关于审理.*(?:解释|规定)$", bare):
        return "司法解释"
    if any(re.search(r"^国务院批准|《国务院关于.*决定》", event.what) for event in events):
        return "行政法规"  # by a ministry, but with the State Council's approval
    return _administrative(bare, issuer, number, region)


def _administrative(title: str, issuer: str, number: str, region: str) -> str:
    if re.search(r"人民代表大会(?:常务委员会)?$", issuer):
        return "地方性法规"
    ordered = "令" in number
    if re.match("(?:国务院|政务院)(?:、|$)", issuer):
        made = ordered or re.search("条例|规定|办法|细则|规则", title)
        return "行政法规" if made and not re.search("通知$|意见$|决定$", title) else "规范性文件"
    if ordered:
        return "规章"
    if re.search("(?<!办)法$", title) and region in ("", "全国"):
        return "法律"
    if title.endswith("条例"):
        return "地方性法规" if region not in ("", "全国") else "行政法规"
    return "规范性文件" if number or re.search("通知$|意见$|方案$|批复$|公告$", title) else ""


def read_region(title: str, issuer: str, path: Path) -> str:
    """全国, or the place whose organ issued the document or that its title names; '' when neither tells."""
    for name, place_of in ((issuer, _SEAT), (title, _PLACE)):
        if _NATIONAL.match(name):
            return "全国"
        local = name.removeprefix("中共")
        if zone := _ZONE.match(local):
            return zone[1] + "市"
        if place := place_of.match(local):
            return place[1]
    folder = _below(path, "地方法规")
    if folder:
        half = len(folder) // 2
        return full_place(folder[:half] if folder[:half] == folder[half:] else folder)
    return "全国" if any(part in FOLDERS for part in path.parts[:-1]) else ""


def full_place(name: str) -> str:
    """北京 -> 北京市, 山东 -> 山东省; any other name stays."""
    if name in _MUNICIPALITIES:
        return name + "市"
    return _AUTONOMOUS.get(name, name + "省" if _PROVINCES.fullmatch(name) else name)


def _below(path: Path, folder: str) -> str:
    """The folder right below: 部门规章/公安部, 地方法规/北京北京."""
    after = path.parts.index(folder) + 1 if folder in path.parts else len(path.parts)
    return path.parts[after] if after < len(path.parts) - 1 else ""


# Folder names of law collections, and what the documents in them are.
FOLDERS = {
    "宪法": "宪法",
    **dict.fromkeys(
        ("宪法相关法", "民法典", "民法商法", "刑法", "行政法", "经济法", "社会法", "诉讼与非诉讼程序法"),
        "法律",
    ),
    **{name: name for name in ("行政法规", "司法解释")},
    "部门规章": "规章",
    "地方法规": "地方性法规",
}
