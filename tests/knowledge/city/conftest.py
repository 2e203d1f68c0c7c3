from pathlib import Path

import pytest

from knowledge.city import City, Geocoder, load_city


@pytest.fixture(scope="session")
def pack() -> Path:
    """The bundled pack; tests that break something copy it first."""
    return Path(__file__).parents[3] / "knowledge" / "city" / "yunzhou"


@pytest.fixture(scope="session")
def city(pack: Path) -> City:
    return load_city(pack)


@pytest.fixture(scope="session")
def geocoder(city: City) -> Geocoder:
    return Geocoder(city)
