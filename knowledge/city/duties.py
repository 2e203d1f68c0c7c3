"""Deadlines that the plan sets for people (weather/duties.toml), each with its clause. Minutes."""

from collections.abc import Mapping

from pydantic import Field

from knowledge.city.source import Record, Text
from knowledge.city.weather import Colour

DUTIES_FILE = "weather/duties.toml"


class Consult(Record):
    """After a signal of this colour or a graver one: confer within so long."""

    clause: Text
    colour: Colour
    within_minutes: int = Field(gt=0)


class ByLevel(Record):
    """Minutes by level, 1 the highest."""

    clause: Text
    minutes: Mapping[int, int]


class Conclude(Record):
    clause: Text
    within_minutes: int = Field(gt=0)


class FirstReport(Record):
    clause: Text
    phone_minutes: int = Field(gt=0)
    written_minutes: int = Field(gt=0)


class Duties(Record):
    """propose: from a condition met to the proposal; conclude: from a report to what people find; follow_up: from
    one report to the next while a level is in force."""

    consult: Consult
    propose: ByLevel
    conclude: Conclude
    first_report: FirstReport
    follow_up: ByLevel
