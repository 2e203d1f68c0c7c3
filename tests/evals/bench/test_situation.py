"""The bench of the rule engine, small: does it measure what it says?"""

from pathlib import Path

from evals.bench.load import day, stream, synthetic
from knowledge.city import load_city

CITY = load_city(Path("knowledge/city/yunzhou"))


def test_synthetic_stations_are_as_many_as_asked_for_and_no_two_are_the_same() -> None:
    stations = synthetic(CITY, 120, 1)
    assert len({station.station_id for station in stations}) == 120
    assert {station.reporting_interval_min for station in stations} == {1}


def test_a_day_counts_its_observations() -> None:
    told = day(CITY, 5, seed=1)
    assert told["observations"] == 5 * 145
    assert told["cpu_seconds"] > 0


def test_a_stream_tells_time_and_memory() -> None:
    told = stream(CITY, 2, seed=1)
    assert told["peak_mb"] > 10
    assert told["p95_s"] >= told["p50_s"] > 0
