"""Wiring of the emergency side: the engine of a watch."""

from datetime import datetime, timedelta

from agents.judgment.engine.engine import Engine
from agents.judgment.engine.moments import LOCAL
from knowledge.city import City


def make_engine(city: City, begun_at: datetime) -> Engine:
    """An engine whose grid of evaluations falls on the round times of the plan's step: 08:00, 08:30, …"""
    plan = city.weather.plan
    step = timedelta(minutes=plan.semantics.evaluation_step_min)
    midnight = begun_at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + (begun_at - midnight) // step * step
    codes = [district.code for district in city.districts.values()]
    return Engine(plan, city.weather.stations, codes, start=start)
