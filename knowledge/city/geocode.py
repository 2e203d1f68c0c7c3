"""From a caller's words to the place the matter is at.

Several places may be named; a ticket needs the one where the problem is, not where the caller lives or was
going. That is a score, kept small enough to read:

    base         official name 3, alias 2.6, noun completed from its area 2.4, homophone 2.2, everyday
                 word 1.2;
                 a bare street 1.3, a bare district 0.9
    + 0.5        in a locative phrase: 在X, X门口, X旁边, X那边
    + 2.0 / 1.2  inside the evidence / in its sentence, when the caller of `locate` gives evidence
    - 1.5        where somebody lives or comes from (我家住X, 户口在X), or goes to or passes (去X, 往X, 绕X)
    - 0.6        whose people the caller is one of (X的，…); a landmark one measures from (X往东两百米)
    - 1.2        a landmark beside which the next place stands (X旁边的Y)
    - 0.8        a river: it names the scenery
    - 0.2        for each mention before it, up to three

An area yields to a place within it that is there for its own sake. Then the winner's candidates are narrowed
by whatever else tells the street or the district. What stays open is asked, never guessed.
"""

import re
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from knowledge.city.lexicon import Area, Lexicon, Mention
from knowledge.city.tables import Place
from knowledge.city.types import City

Item = TypeVar("Item", Mention, Area)
Status = Literal["exact", "ambiguous", "district_only", "none"]

BASE = {"name": 3.0, "alias": 2.6, "part": 2.4, "sound": 2.2, "weak": 1.2}
STREET, DISTRICT = 1.3, 0.9
# Below this, with evidence given, a place is only talked about: gone to, lived at, in another sentence.
TALKED_ABOUT = 1.3

SENTENCE_END = re.compile(r"[。！？!?；;\n]")
LOCATIVE_BEFORE = re.compile(r"(?:在|位于|地址|地点|小区)(?:是)?[：:]?$")
LOCATIVE_AFTER = re.compile(
    r"的?(?:(?:大|正|后|前|东|南|西|北)门|门口|门前|旁边|边上|斜?对面|后面|前面|背后|附近|里面|里头|外面|楼下|地下|底下|[路街巷]?口"
    r"|[这那](?:边|里|儿|块|一片|一带|一段)|一带|里|上|内|段"
    r"|小区|社区|\s?\d+\s?[栋幢号排弄楼])"
)
LIVES = re.compile(r"(?:住|住在|家在|家是|我家|老家|户口在?|户籍在?|来自|搬到|门牌)(?:的|是)?(?:旁边)?$")
BELONGS = re.compile(r"(?:[这那]边)?的[，,。.！!？?\s]")
GOES = re.compile(r"(?:去|往|到|回|绕|走|过|送|赶|开往|前往|直达)$")
OFFSET = re.compile(r"(?:大门|门口|[路街]?口)?再?[往向朝](?:东|南|西|北|前|里|后|上|下)")
BESIDE = re.compile(r"的?(?:旁边|边上|斜?对面|附近|前面|后面|背后)的?[这那]?[个条座家处]?")
# 区政府, 县招待所, 校医院: a locative beside them doesn't tell which.
EVERY_DISTRICT_HAS_ONE = ("区", "县", "校")
# An everyday word is a place name only when the text does not run on into a longer word.
WORD_BEFORE = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[在到去往从是这那个们的和跟离过进出把给对就我你他有住来回与及或经口边旁面])$"
)
WORD_AFTER = re.compile(
    r"(?:$|[^\u4e00-\u9fff]|[的有那这是也还都又被在把不没让给上里外边旁门口对后前附一几今昨正现再往淹漏涨积冒塌堵坏乱挤脏臭吵太很好]|小区|社区)"
)


@dataclass(frozen=True)
class Location:
    """Where a matter is.

    exact: `place`, `district`, `street` are known and `span` is where the text says so. ambiguous:
    `candidates` are to choose from; `district`, `street` hold what they share. district_only: no place, but a
    district and perhaps a street. none: nothing. `question` is Chinese and set whenever something should be
    asked: always but for an exact place that was spelled right. An everyday word to be confirmed is ambiguous
    with one candidate, and gives neither district nor street.
    """

    status: Status
    place: Place | None
    candidates: tuple[Place, ...]
    district: str | None
    street: str | None
    span: tuple[int, int] | None
    mentions: tuple[Mention, ...]
    question: str | None


@dataclass(frozen=True)
class _Scored(Generic[Item]):
    """`aside`: it comes in only as somebody's home, a goal, a landmark."""

    item: Item
    value: float
    aside: bool


class Geocoder:
    """Finds places of one city in free text. Built once, used from any thread; raises for no text."""

    def __init__(self, city: City) -> None:
        self._lexicon = Lexicon(city)

    def locate(self, text: str, near: str | None = None) -> Location:
        """The place of the matter in `text`.

        `near` is evidence, a substring of the text whose neighbourhood to prefer; ignored when it isn't one.
        """
        mentions, areas = self._lexicon.scan(text)
        mentions = tuple(
            _confirmed(m, mentions, areas) for m in mentions if m.strength != "weak" or _alone(text, m)
        )
        evidence = _find(text, near)
        places = [_score_place(text, mentions, order, evidence) for order in range(len(mentions))]
        zones = [_score_area(text, area, evidence) for area in areas]
        best = max([*places, *zones], key=lambda scored: scored.value, default=None)
        if best and isinstance(best.item, Area):
            inside = [scored for scored in places if not scored.aside and _within(scored.item, best.item)]
            best = max(inside, key=lambda scored: scored.value, default=best)
        if best and isinstance(best.item, Mention) and not (evidence and best.value < TALKED_ABOUT):
            return _settle(text, best.item, mentions, areas)
        return _from_areas(best.item if best and isinstance(best.item, Area) else None, mentions)


def _find(text: str, near: str | None) -> tuple[int, int] | None:
    start = text.find(near) if near else -1
    return (start, start + len(near)) if near and start >= 0 else None


def _score_place(
    text: str, mentions: tuple[Mention, ...], order: int, evidence: tuple[int, int] | None
) -> _Scored[Mention]:
    mention = mentions[order]
    score = BASE[mention.strength] - 0.2 * min(order, 3) + _nearness(text, mention, evidence)
    if all(place.kind == "river" for place in mention.candidates):
        score -= 0.8
    beside = BESIDE.match(text, mention.end)
    leads_on = beside is not None and any(other.start == beside.end() for other in mentions)
    offset = OFFSET.match(text, mention.end) is not None
    setting = _setting(text, mention)
    score += setting - 1.2 * leads_on - 0.6 * offset
    return _Scored(mention, score, aside=setting < 0 or leads_on or offset)


def _score_area(text: str, area: Area, evidence: tuple[int, int] | None) -> _Scored[Area]:
    base, setting = STREET if area.street else DISTRICT, _setting(text, area)
    return _Scored(area, base + setting + _nearness(text, area, evidence), aside=setting < 0)


def _setting(text: str, item: Mention | Area) -> float:
    """What the words right beside it say of its part in the story."""
    before = text[max(0, item.start - 6) : item.start]
    score = -0.6 if BELONGS.match(text, item.end) else 0.0
    if LIVES.search(before) or GOES.search(before):
        return score - 1.5
    return score + 0.5 * bool(LOCATIVE_BEFORE.search(before) or LOCATIVE_AFTER.match(text, item.end))


def _nearness(text: str, item: Mention | Area, evidence: tuple[int, int] | None) -> float:
    if evidence is None:
        return 0.0
    start, end = evidence
    if start <= item.start and item.end <= end:
        return 2.0
    return 0.0 if SENTENCE_END.search(text[min(item.end, end) : max(item.start, start)]) else 1.2


def _within(mention: Mention, area: Area) -> bool:
    """Could the place be in the area? Then it says more than the area does."""
    return any(
        place.street == area.street if area.street else place.district == area.district
        for place in mention.candidates
    )


def _settle(text: str, best: Mention, mentions: tuple[Mention, ...], areas: tuple[Area, ...]) -> Location:
    left = _narrow(best, mentions, areas)
    if len(left) != 1:
        return _ambiguous(best, left, mentions, _which(best.text, left))
    place, span = left[0], (best.start, best.end)
    if best.strength == "weak" and not _supported(text, best, place, mentions, areas):
        question = f"您说的“{best.text}”是{_full(place)}吗？"
        return Location("ambiguous", None, left, None, None, span, mentions, question)
    question = f"“{best.text}”是不是{_full(place)}？" if best.strength == "sound" else None
    return Location("exact", place, left, place.district, place.street, span, mentions, question)


def _confirmed(mention: Mention, mentions: tuple[Mention, ...], areas: tuple[Area, ...]) -> Mention:
    """An everyday word becomes an alias like any other when something else in the text tells its street."""
    if mention.strength != "weak":
        return mention
    streets = {street for _, _, street in _hints(mention, mentions, areas)}
    agrees = all(place.street in streets for place in mention.candidates)
    return replace(mention, strength="alias") if agrees else mention


def _alone(text: str, mention: Mention) -> bool:
    """Short words hide at the start of longer ones (中小 in 中小学), all at the end (区医院 in 社区医院)."""
    ends = len(mention.text) > 2 or WORD_AFTER.match(text, mention.end)
    return bool(ends and WORD_BEFORE.search(text[: mention.start][-1:]))


def _narrow(best: Mention, mentions: tuple[Mention, ...], areas: tuple[Area, ...]) -> tuple[Place, ...]:
    """Candidates that agree with the rest of the text: the nearest hint decides, streets before districts."""
    if len(best.candidates) == 1:
        return best.candidates
    hints = sorted(_hints(best, mentions, areas), key=lambda hint: hint[0])
    for _, _, street in hints:
        if left := tuple(place for place in best.candidates if place.street == street):
            return left
    for _, district, _ in hints:
        if left := tuple(place for place in best.candidates if place.district == district):
            return left
    return best.candidates


def _hints(
    best: Mention, mentions: tuple[Mention, ...], areas: tuple[Area, ...]
) -> list[tuple[int, str, str | None]]:
    """(distance in characters, district, street) of everything else in the text that is certain."""
    hints = [(_distance(best, area), area.district, area.street) for area in areas]
    for other in mentions:
        if other is not best and len(other.candidates) == 1 and other.strength != "weak":
            place = other.candidates[0]
            hints.append((_distance(best, other), place.district, place.street))
    return hints


def _distance(one: Mention, other: Mention | Area) -> int:
    return max(other.start - one.end, one.start - other.end, 0)


def _supported(
    text: str, mention: Mention, place: Place, mentions: tuple[Mention, ...], areas: tuple[Area, ...]
) -> bool:
    """An everyday word counts with its street or district told elsewhere, most also in a locative phrase."""
    hints = _hints(mention, mentions, areas)
    if hints:
        return any(place.street == street or place.district == district for _, district, street in hints)
    if place.kind == "river" or mention.text.startswith(EVERY_DISTRICT_HAS_ONE):
        return False
    return bool(LOCATIVE_BEFORE.search(text[: mention.start][-6:]) or LOCATIVE_AFTER.match(text, mention.end))


def _ambiguous(
    best: Mention, left: tuple[Place, ...], mentions: tuple[Mention, ...], question: str
) -> Location:
    districts, streets = {place.district for place in left}, {place.street for place in left}
    district = districts.pop() if len(districts) == 1 else None
    street = streets.pop() if district and len(streets) == 1 else None
    return Location("ambiguous", None, left, district, street, (best.start, best.end), mentions, question)


def _from_areas(area: Area | None, mentions: tuple[Mention, ...]) -> Location:
    if area is None:
        question = "请问事情发生在哪个区县、哪条路或哪个小区？"
        return Location("none", None, (), None, None, None, mentions, question)
    question = f"请问具体在{area.district}{area.street or ''}的哪条路、哪个小区，或者靠近什么？"
    span = (area.start, area.end)
    return Location("district_only", None, (), area.district, area.street, span, mentions, question)


def _which(said: str, places: tuple[Place, ...]) -> str:
    listed = "；".join(_full(place) for place in places)
    return f"您说的“{said}”可能是：{listed}。请问是哪一处？"


def _full(place: Place) -> str:
    return f"{place.district}{place.street}的{place.name}"
