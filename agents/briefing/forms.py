"""Which parts each form has, in order. A form is a tuple; adding one is adding a line."""

from collections.abc import Callable, Mapping

from agents.briefing.decision import Form, Part
from agents.briefing.draft import Draft
from agents.briefing.parts.advice import first_measures, level, measures
from agents.briefing.parts.calls import call_state, calls, first_calls
from agents.briefing.parts.doubt import changes, doubt, gaps
from agents.briefing.parts.exposure import citizens, people, risks, worst
from agents.briefing.parts.head import points, sign
from agents.briefing.parts.press import notice, public, response, signals
from agents.briefing.parts.triggers import changed_triggers, open_triggers, triggers
from agents.briefing.parts.weather import forecast, rain, water, weather

Build = Callable[[Draft], Part]

FORMS: Mapping[Form, tuple[Build, ...]] = {
    "flash": (points, open_triggers, first_measures, worst, call_state, sign),
    "report": (
        points,
        weather,
        rain,
        forecast,
        water,
        risks,
        people,
        citizens,
        triggers,
        level,
        measures,
        first_calls,
        doubt,
        sign,
    ),
    "followup": (changes, points, changed_triggers, level, measures, risks, first_calls, doubt, sign),
    "calls": (calls, sign),
    "card": (points, open_triggers, worst, gaps, sign),
    "press": (notice, signals, response, public, sign),
}

PARTS: Mapping[Form, tuple[str, ...]] = {
    "flash": ("points", "triggers", "measures", "risks", "calls", "sign"),
    "report": (
        "points",
        "weather",
        "rain",
        "forecast",
        "water",
        "risks",
        "people",
        "citizens",
        "triggers",
        "level",
        "measures",
        "calls",
        "doubt",
        "sign",
    ),
    "followup": ("changes", "points", "triggers", "level", "measures", "risks", "calls", "doubt", "sign"),
    "calls": ("calls", "sign"),
    "card": ("points", "triggers", "risks", "doubt", "sign"),
    "press": ("notice", "weather", "response", "public", "sign"),
}
"""Keys that a form must have (checks.py): written down apart from the builders, so that one can miss the other."""
