import pytest

from agents.judgment.claims import Reader
from agents.judgment.decision import Judgment
from agents.judgment.naming import known_names
from knowledge.city import City, load_city
from tests.agents.judgment.played import MOMENTS, ROOT, play


@pytest.fixture(scope="session")
def city() -> City:
    return load_city(ROOT / "knowledge" / "city" / "yunzhou")


@pytest.fixture(scope="session")
def reader(city: City) -> Reader:
    return Reader(known_names(city))


@pytest.fixture(scope="session")
def judgments(city: City, reader: Reader) -> list[Judgment]:
    """Both storms at the moments of MOMENTS, without a model."""
    return [one for name, hours in MOMENTS.items() for one in play(city, reader, name, hours)]
