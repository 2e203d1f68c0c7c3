"""The city pack as the page needs it: units, catalogue, routes, places."""

from typing import Annotated

from fastapi import APIRouter, Query

from knowledge.city import City, Place
from serving.api.services import Use
from serving.store.tables import Json

router = APIRouter(prefix="/city", tags=["城市"])

PLACES = 20


@router.get("")
async def city(use: Use) -> Json:
    pack = use.city
    return {
        "name": pack.name,
        "hotline": pack.info.hotline,
        "districts": _districts(pack),
        "departments": [
            unit.model_dump(mode="json", include={"dept_id", "name", "short_name", "hotline_phone"})
            for unit in pack.departments.values()
        ],
        "catalogue": [entry.model_dump(mode="json") for entry in pack.catalogue.values()],
        "ticket_types": list(pack.ticket_types),
        "urgency_classes": list(pack.urgency_classes),
        "special_routes": [
            route.model_dump(
                mode="json", include={"id", "name", "covers", "channel", "phones", "confirm_what"}
            )
            for route in pack.special_routes.values()
        ],
    }


@router.get("/places")
async def places(use: Use, q: Annotated[str, Query(max_length=50)] = "") -> Json:
    """Places whose name or another name holds the words, the closest names first."""
    words = q.strip()
    found = [place for place in use.city.places.values() if words and any(words in n for n in _names(place))]
    found.sort(key=lambda place: (place.name != words, not place.name.startswith(words), len(place.name)))
    fields = {"place_id", "name", "kind", "district", "street"}
    return {"items": [place.model_dump(mode="json", include=fields) for place in found[:PLACES]]}


def _names(place: Place) -> tuple[str, ...]:
    return (place.name, *place.aliases)


def _districts(pack: City) -> list[Json]:
    return [
        {"name": district.name, "streets": list(district.streets)} for district in pack.districts.values()
    ]
