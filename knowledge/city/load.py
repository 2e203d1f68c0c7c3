"""A folder of tables -> a `City`, or one error that lists everything wrong with it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from knowledge.city.calendar import WorkingCalendar
from knowledge.city.check import check_pack
from knowledge.city.pack import Pack, read_pack
from knowledge.city.plan import ResponsePlan
from knowledge.city.policy import CityPolicy
from knowledge.city.risk_kinds import RiskKinds
from knowledge.city.shapes import Shapes
from knowledge.city.source import Source
from knowledge.city.types import City, WeatherPack
from knowledge.errors import CityPackError

DATA_SUFFIXES = frozenset({".toml", ".csv", ".md", ".geojson"})

V = TypeVar("V")


def load_city(root: Path) -> City:
    """Reads and checks a city pack.

    Raises CityPackError with every problem found (file, line and column or key path, what to do).
    """
    source = Source(root)
    pack = read_pack(source)
    check_pack(pack, source)
    if source.problems or pack.policy is None or pack.plan is None:
        raise CityPackError(root, source.problems)
    return _city(pack, pack.policy, _weather(pack, pack.plan), pack.shapes, fingerprint(root))


def fingerprint(root: Path) -> str:
    """SHA-256 (hex) over names and bytes of the pack's data files; the READMEs don't count."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in DATA_SUFFIXES and path.name != "README.md":
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _city(pack: Pack, policy: CityPolicy, weather: WeatherPack, shapes: Shapes, mark: str) -> City:
    return City(
        info=policy.city,
        fingerprint=mark,
        districts=_by(policy.districts, lambda item: item.name),
        departments=_by(pack.departments.items, lambda item: item.dept_id),
        catalogue=_by(pack.catalogue.items, lambda item: item.code),
        places=_by(pack.gazetteer.items, lambda item: item.place_id),
        ticket_types=_by(policy.ticket_types, lambda item: item.id),
        type_rule=policy.type_rule,
        urgency_classes=_by(policy.urgency_classes, lambda item: item.id),
        urgency_rule=policy.urgency_rule,
        deadline_rule=policy.deadline_rule,
        deadlines=policy.deadlines,
        deadline_overrides=policy.deadline_overrides,
        calendar=WorkingCalendar.from_policy(policy),
        special_routes=_by(policy.special_routes, lambda item: item.id),
        emergency_rule=policy.emergency_rule,
        emergency_cues=_by(policy.emergency_cues, lambda item: item.id),
        privacy=policy.privacy,
        duplicates=policy.duplicates,
        dispatch=policy.dispatch,
        never_automate=policy.never_automate,
        territorial=policy.territorial,
        geocoding=policy.geocoding,
        utterances=tuple(row for table in pack.utterances for row in table.items),
        route_utterances=pack.routes.items,
        unit_rules=pack.unit_rules.items,
        unit_utterances=pack.unit_utterances.items,
        weather=weather,
        shapes=shapes,
    )


def _weather(pack: Pack, plan: ResponsePlan) -> WeatherPack:
    return WeatherPack(
        plan=plan,
        plan_text=pack.plan_text,
        signals=pack.signals.items,
        stations=_by(pack.stations.items, lambda item: item.station_id),
        risk_points=_by(pack.risk_points.items, lambda item: item.risk_id),
        shelters=_by(pack.shelters.items, lambda item: item.shelter_id),
        teams=_by(pack.teams.items, lambda item: item.team_id),
        equipment=_by(pack.equipment.items, lambda item: item.equip_id),
        contacts=_by(pack.contacts.items, lambda item: item.contact_id),
        duties=pack.duties,
        risk_kinds=pack.risk_kinds or RiskKinds(),
    )


def _by(items: Iterable[V], key: Callable[[V], str]) -> Mapping[str, V]:
    return MappingProxyType({key(item): item for item in items})
