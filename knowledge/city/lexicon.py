"""Every way the pack lets one say a place or an area, and finding them in a text.

A surface is a name, an alias, a short form of a district or street. Of overlapping surfaces the longest wins,
so 中山路小学 is never 中山路. Spans are half-open character offsets into the text as given.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from knowledge.city.sounds import Sounds
from knowledge.city.tables import Place, PlaceKind
from knowledge.city.types import City

Strength = Literal["name", "alias", "part", "sound", "weak"]

# After a listed name these make another, unlisted place of it: its neighbourhood is known, the place is not.
UNLISTED = re.compile(
    r"(?:附属|实验|中心|第.)?(?:小学|中学|附小|附中|初中|高中|幼儿园|学校|派出所|医院|卫生院|卫生站|支行|车管所|消防站"
    r"|地铁站|火车站|大桥|立交|高架|隧道|大厦|公寓|花园|花苑|小区|社区|新村|家园|广场|站(?![着在了岗起满出住]))"
)
# But 湾里社区, 铁新小区 only say what kind of place it is.
SAME_HOME = re.compile(r"小区|社区")
HOMES = frozenset({"community", "village"})
# What people call a kind of place when they leave out its name ("盐仓那个桥洞").
NOUNS: Mapping[str, PlaceKind] = {
    "下穿通道": "underpass",
    "下穿": "underpass",
    "桥洞": "underpass",
    "涵洞": "underpass",
    "菜市场": "market",
    "菜场": "market",
    "农贸市场": "market",
    "集贸市场": "market",
    "地铁口": "metro_station",
    "地铁站": "metro_station",
    "卫生院": "hospital",
    "医院": "hospital",
    "公园": "park",
    "小学": "school",
    "中学": "school",
    "水库": "river",
}
NOUN = re.compile("|".join(sorted(NOUNS, key=len, reverse=True)))
GAP = re.compile(r"(?:街道|镇|乡|街)?(?:的|这边|那边)?(?:那个|这个|那|这)?")


@dataclass(frozen=True)
class Mention:
    """Words that name one place, or one of several (`candidates`, in the gazetteer's order).

    `strength`: an official name, an alias, a noun completed from its area, a homophone, or an everyday word.
    """

    text: str
    start: int
    end: int
    candidates: tuple[Place, ...]
    strength: Strength


@dataclass(frozen=True)
class Area:
    """Words that tell the district, and perhaps the street, but no place."""

    text: str
    start: int
    end: int
    district: str
    street: str | None


class _Anchor(NamedTuple):
    """Where the text tells a street, by area or by place."""

    start: int
    end: int
    street: str


@dataclass(frozen=True)
class _Hit:
    """A surface found at `start`."""

    start: int
    surface: str

    @property
    def end(self) -> int:
        return self.start + len(self.surface)

    @property
    def span(self) -> range:
        return range(self.start, self.end)

    def inside(self, others: "Mapping[int, _Hit]") -> bool:
        """Is it a part of, or the same as, one of `others` (by the characters they hold)?"""
        other = others.get(self.start)
        return other is not None and self.end <= other.end


class Lexicon:
    """The surfaces of one city. Building it is cheap; scanning is two regular expressions."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._places = _place_surfaces(city)
        self._areas = _area_surfaces(city)
        self._place_pattern = _longest_at_each(self._places)
        self._area_pattern = _longest_at_each(self._areas)
        self._sounds = Sounds(
            [said for said, (_, strength) in self._places.items() if strength == "name"],
            [said for said, (_, strength) in self._places.items() if strength == "alias"],
        )

    def scan(self, text: str) -> tuple[tuple[Mention, ...], tuple[Area, ...]]:
        """All mentions and areas of `text`, each in text order.

        Mentions don't overlap. An area may share characters with one (云岭县医院 is 云岭县 and 县医院). One
        within a mention is a part of its name (石桥 in 石桥村); one that holds a mention replaces it.
        """
        areas = _longest(_Hit(match.start(), match[1]) for match in self._area_pattern.finditer(text))
        found = (_Hit(match.start(), match[1]) for match in self._place_pattern.finditer(text))
        zones = {index: area for area in areas for index in area.span}
        places = _longest(hit for hit in found if zones.get(hit.start) == hit or not hit.inside(zones))
        spots = {index: place for place in places for index in place.span}
        starts = {hit.start for hit in places}
        read = [self._read(text, hit, starts) for hit in places]
        known = [item for item in read if isinstance(item, Area)]
        known += [
            Area(hit.surface, hit.start, hit.end, *self._areas[hit.surface])
            for hit in areas
            if not hit.inside(spots)
        ]
        mentions = [item for item in read if isinstance(item, Mention)]
        mentions += self._heard(text, {*zones, *spots})
        mentions += self._partial(text, mentions, known)
        return tuple(sorted(mentions, key=lambda m: m.start)), tuple(sorted(known, key=lambda a: a.start))

    def _read(self, text: str, hit: _Hit, starts: set[int]) -> Mention | Area | None:
        """A mention; only an area when the name goes on into an unlisted one (not into the next mention)."""
        places, strength = self._places[hit.surface]
        longer = UNLISTED.match(text, hit.end) if hit.end not in starts else None
        if longer is None or (SAME_HOME.fullmatch(longer[0]) and all(p.kind in HOMES for p in places)):
            return Mention(hit.surface, hit.start, hit.end, places, strength)
        spots = {(place.district, place.street) for place in places}
        return Area(hit.surface, hit.start, hit.end, *spots.pop()) if len(spots) == 1 else None

    def _heard(self, text: str, taken: set[int]) -> list[Mention]:
        """Homophones, where nothing was spelled out (`taken`: the characters that were)."""
        mentions: list[Mention] = []
        for start, end, surface in self._sounds.find(text):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                mentions.append(Mention(text[start:end], start, end, self._places[surface][0], "sound"))
        return mentions

    def _partial(self, text: str, mentions: list[Mention], areas: list[Area]) -> list[Mention]:
        """Kind nouns whose name is to be had from the area they stand by.

        A street has at most one underpass, so that noun may stand anywhere; the others must follow the area.
        """
        taken = {index for item in mentions for index in range(item.start, item.end)}
        anchors = [_Anchor(area.start, area.end, area.street) for area in areas if area.street]
        anchors += [
            _Anchor(m.start, m.end, m.candidates[0].street) for m in mentions if len(m.candidates) == 1
        ]
        anchors.sort()
        parts: list[Mention] = []
        for match in NOUN.finditer(text):
            if not anchors or not taken.isdisjoint(range(*match.span())):
                continue
            kind = NOUNS[match[0]]
            here = bisect(anchors, (match.start(),))
            around = anchors[max(here - 1, 0) : here + 1]
            nearest = min(
                around, key=lambda anchor: max(anchor.start - match.end(), match.start() - anchor.end)
            )
            leads = nearest.end <= match.start() and GAP.fullmatch(text, nearest.end, match.start())
            if leads or kind == "underpass":
                place = self._only(kind, match[0], nearest.street)
                parts += [Mention(match[0], *match.span(), (place,), "part")] if place else []
        return parts

    def _only(self, kind: PlaceKind, noun: str, street: str) -> Place | None:
        """The one place of this kind in the street whose name or alias has the noun."""
        fits = [
            place
            for place in self._city.places.values()
            if place.kind == kind
            and place.street == street
            and (kind == "underpass" or any(noun in said for said in (place.name, *place.aliases)))
        ]
        return fits[0] if len(fits) == 1 else None


def _longest_at_each(surfaces: Iterable[str]) -> re.Pattern[str]:
    """Matches at every position the longest surface that begins there; the lookahead lets them overlap."""
    ordered = sorted(surfaces, key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(map(re.escape, ordered))}))")


def _longest(found: Iterable[_Hit]) -> list[_Hit]:
    """Hits that don't overlap, the longest first served, in text order."""
    kept: list[_Hit] = []
    taken: set[int] = set()
    for hit in sorted(found, key=lambda hit: (-len(hit.surface), hit.start)):
        if taken.isdisjoint(hit.span):
            taken.update(hit.span)
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _place_surfaces(city: City) -> dict[str, tuple[tuple[Place, ...], Strength]]:
    names: dict[str, list[Place]] = {}
    aliases: dict[str, list[Place]] = {}
    for place in city.places.values():
        names.setdefault(place.name, []).append(place)
        for alias in dict.fromkeys((*place.aliases, *_short_forms(city, place))):
            aliases.setdefault(alias, []).append(place)
    surfaces: dict[str, tuple[tuple[Place, ...], Strength]] = {}
    for said, places in aliases.items():
        surfaces[said] = (tuple(places), "weak" if said in city.geocoding.weak_aliases else "alias")
    for said, places in names.items():  # a name is stronger than the same words as somebody else's alias
        surfaces[said] = (tuple(places), "name")
    return surfaces


def _short_forms(city: City, place: Place) -> Iterable[str]:
    """沄州市中医院 is 市中医院 to those who live there; 船厂街公共码头 loses its 街."""
    if place.name.startswith(city.name):
        yield place.name.removeprefix(city.name[:-1])
    stem = _stem(place.street)
    if match := re.fullmatch(rf"({re.escape(stem)})(?:街|镇|乡)(?!道)(..+)", place.name):
        yield match[1] + match[2]


def _stem(name: str) -> str:
    return re.sub(r"(?:街道|镇|乡|区|县)$", "", name)


def _area_surfaces(city: City) -> dict[str, tuple[str, str | None]]:
    """Surface -> (district, street or None). A form shared by two areas keeps only what they share."""
    spots: dict[str, set[tuple[str, str | None]]] = {}
    for district in city.districts.values():
        local = district.name.removeprefix(city.name[:-1])
        unit = city.departments.get(city.territorial.own_units.get(district.name, ""))
        spoken = [alias for alias in unit.aliases if alias.endswith("区")] if unit else []
        for form in {district.name, local, _stem(local), *spoken}:
            spots.setdefault(form, set()).add((district.name, None))
        for street in district.streets:
            for form in {street, _stem(street)}:
                spots.setdefault(form, set()).add((district.name, street))
    areas: dict[str, tuple[str, str | None]] = {}
    for form, where in spots.items():
        districts = {district for district, _ in where}
        if len(districts) == 1:
            streets = {street for _, street in where}
            areas[form] = (districts.pop(), streets.pop() if len(streets) == 1 else None)
    return areas
