from dataclasses import dataclass

import pytest

from knowledge.city import City, Geocoder, responsible_unit


@dataclass(frozen=True)
class Spot:
    district: str | None
    street: str | None


@pytest.mark.parametrize(
    ("code", "spot", "dept_id", "says"),
    [
        ("010101", Spot("沄州经开区", "科创街道"), "chengguan", "市城管局"),
        ("050201", Spot("埠前区", "鼓楼街道"), "qxzf", "埠前区"),
        ("050201", Spot("沄州经开区", "科创街道"), "jingkai", "经开区管委会"),
        ("040105", Spot("沄州经开区", "科创街道"), "jiedao", "沄州经开区科创街道"),
        ("040105", Spot("沙湖县", "芦洲乡"), "jiedao", "沙湖县芦洲乡"),
        ("050201", Spot(None, None), "qxzf", "先问清"),
        ("040105", Spot("沙湖县", None), "jiedao", "街道乡镇未定"),
    ],
)
def test_unit_by_place(city: City, code: str, spot: Spot, dept_id: str, says: str) -> None:
    choice = responsible_unit(city, city.catalogue[code], spot)
    assert (choice.dept_id, choice.district, choice.street) == (dept_id, spot.district, spot.street)
    assert says in choice.reason


def test_takes_a_location(city: City, geocoder: Geocoder) -> None:
    location = geocoder.locate("银河路要拆迁，补偿标准怎么算")
    assert responsible_unit(city, city.catalogue["050201"], location).dept_id == "jingkai"
