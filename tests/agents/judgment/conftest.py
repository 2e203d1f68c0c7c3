import pytest

from agents.judgment.claims import Reader
from agents.judgment.decision import Judgment
from agents.judgment.replay import FactSituation
from knowledge.city import City, load_city
from tests.agents.judgment.played import MOMENTS, ROOT, play, scenario


@pytest.fixture(scope="session")
def city() -> City:
    return load_city(ROOT / "knowledge" / "city" / "yunzhou")


@pytest.fixture(scope="session")
def reader(city: City) -> Reader:
    return Reader(city)


@pytest.fixture(scope="session")
def storm(city: City) -> FactSituation:
    """The storm of May as its sources tell it; asked about one moment only, AFTER its start."""
    told = scenario("storm_may")
    return FactSituation(city, told.facts, told.start, told.name)


@pytest.fixture(scope="session")
def judgments(city: City, reader: Reader) -> list[Judgment]:
    """Both storms at the moments of MOMENTS, without a model."""
    return [one for name, hours in MOMENTS.items() for one in play(city, reader, name, hours)]
