"""Our own hotline's tickets as citizen signals: which of them tell of the storm, and as what the plan counts them.

The kinds are the plan's (ticket_kinds of its tests) and the scenarios'. The catalogue line says what a matter is; only
whether somebody or a car is caught in it stands in the caller's words. A signal only hints: a person looks.
"""

import re
from datetime import datetime
from typing import Final

from knowledge.city.tables import CatalogueEntry
from tools.emergency.facts import CitizenSignal, Provenance

PEOPLE, CARS, HOUSE, PLAIN = "人员被困", "车辆被困", "屋漏危房", "积水"
KINDS: Final = {
    "下穿": "下穿积水",
    "地铁口": "地铁口倒灌",
    "地下空间": "地下空间进水",
    "堤防": "堤防险情",
    "滑坡": "滑坡征兆",
    "危旧房": HOUSE,
    "积水": PLAIN,
    "树木倒伏": "倒树",
    "大风坠物": "坠物",
    "停电": "停电",
    "避险转移": "转移咨询",
    "停课停运": "停课停运咨询",
}
"""Word in the catalogue line's name -> kind; the first that fits counts."""
WET: Final = frozenset({"下穿积水", "地铁口倒灌", "地下空间进水", "积水"})

_WHO: Final = r"(?:人|老太|老头|孩|娃|学生|乘客|司机|住户|居民|村民|我妈|我爸|爷爷|奶奶|我们|我)"
_CAUGHT: Final = r"(?:被困|困在|困住|被淹|出不来|下不来|出不去|站在车顶|爬到车顶)"
_PEOPLE: Final = re.compile(rf"{_WHO}[^，。；！？]{{0,10}}{_CAUGHT}|{_CAUGHT}[^，。；！？]{{0,6}}{_WHO}|救命")
_CARS: Final = re.compile(
    r"车[^，。；！？]{0,10}(?:被困|困在|困住|熄火|抛锚|泡[在里]|淹[在里]|出不来|没顶)|(?:淹了|泡了|困了)[^，。；！？]{0,4}车"
)
_NOT: Final = re.compile(
    r"没有?人|没困|无[^，。；]{0,3}被困|已经(?:救|出来|脱困|拖)|救出来|担心|怕(?:会|要|被)|会不会|差点"
)
_STORM: Final = re.compile(r"雨|漏水|漏得|台风|大风|水[一泡淹进]|淹|塌|裂")


def citizen_kind(entry: CatalogueEntry, words: str) -> str | None:
    """The kind of a ticket under a catalogue line, or None when it doesn't tell of wind or water.

    words: what the caller said about this matter.
    """
    kind = next((kind for word, kind in KINDS.items() if word in entry.level3), None)
    if kind is None or (kind == HOUSE and not _STORM.search(words)):
        return None
    if kind in WET:
        said = "".join(part for part in re.split(r"(?<=[，。；！？,;!?\n])", words) if not _NOT.search(part))
        if _PEOPLE.search(said):
            return PEOPLE
        if _CARS.search(said):
            return CARS
    return kind


def citizen_signal(
    ticket_id: str, received_at: datetime, entry: CatalogueEntry, words: str, place_id: str | None
) -> CitizenSignal | None:
    """One demand of a ticket as a signal, or None. received_at is aware; nobody's name or number goes along."""
    kind = citizen_kind(entry, words)
    if kind is None:
        return None
    return CitizenSignal(
        signal_id=f"{ticket_id}-{entry.code}",
        time=received_at,
        kind=kind,
        place_id=place_id,
        category_code=entry.code,
        provenance=Provenance(source="hotline", reference=ticket_id, fetched_at=received_at),
    )
