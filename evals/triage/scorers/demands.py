"""Category, unit, helpers and evidence of the primary demand, and the demands as a set.

Tickets whose label has no demand (answered routes) count for the set only. A labelled demand that triage gave
no demand for is a miss everywhere.
"""

from collections.abc import Mapping

from agents.triage.decision import Demand
from evals.measure import Measure, Tally, tally
from evals.triage.case import Case, GoldDemand
from evals.triage.scorers.family import Family, Outcome, World
from knowledge.city import City, responsible_unit

UNITS = 3


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    gold = case.gold.demands
    found = outcome.decision.demands
    primary = _primary(gold[0], found[0] if found else None, case.ticket.text, world.city) if gold else {}
    return {**primary, **_as_set(gold, found)}


def _primary(gold: GoldDemand, found: Demand | None, text: str, city: City) -> dict[str, Tally]:
    codes = _codes(found) if found else []
    units = units_in_order(found, city) if found else []
    wanted, helpers = set(gold.co_dept_ids), set(found.co_dept_ids) if found else set[str]()
    return {
        **{f"category_{top}": tally(gold.category_code in codes[:top]) for top in (1, 3, 5)},
        **{f"unit_{top}": tally(gold.main_dept_id in units[:top]) for top in (1, UNITS)},
        "helpers_contained": tally(wanted <= helpers, bool(wanted)),
        "helpers_precision": Tally(len(wanted & helpers), len(helpers)),
        "evidence_touches": tally(bool(found) and _shared(gold.evidence, found.evidence, text) > 0),
        "evidence_covered": Tally(
            _shared(gold.evidence, found.evidence, text) / len(gold.evidence) if found else 0
        ),
    }


def _codes(found: Demand) -> list[str]:
    return list(dict.fromkeys([found.category_code, *found.candidates]))


def units_in_order(found: Demand, city: City) -> list[str]:
    """Different units an operator would see: the decided one, then those of the candidates at the place found."""
    others = [responsible_unit(city, city.catalogue[code], found).dept_id for code in _codes(found)[1:]]
    return list(dict.fromkeys([found.main_dept_id, *others]))


def _shared(gold: str, found: str, text: str) -> int:
    """Characters of the text that both quotes cover, each taken where it first stands."""
    a, b = text.find(gold), text.find(found)
    if a < 0 or b < 0:
        return 0
    return max(0, min(a + len(gold), b + len(found)) - max(a, b))


def _as_set(gold: tuple[GoldDemand, ...], found: list[Demand]) -> dict[str, Tally]:
    wanted, given = {one.category_code for one in gold}, {one.category_code for one in found}
    units = {one.main_dept_id for one in gold}
    return {
        "set_match": tally(wanted == given),
        "set_f1": Tally(2 * len(wanted & given), len(wanted) + len(given)),
        "set_units": tally(units == {one.main_dept_id for one in found}),
        "set_size": tally(len(gold) == len(found)),
    }


FAMILY = Family(
    "demands",
    "诉求、事项与承办单位",
    (
        Measure("category_1", "事项首选"),
        Measure("category_3", "事项前三"),
        Measure("category_5", "事项前五"),
        Measure("unit_1", "主办首选"),
        Measure("unit_3", "主办前三"),
        Measure("helpers_contained", "协办包含全部所需"),
        Measure("helpers_precision", "协办精确"),
        Measure("evidence_touches", "依据原话相交"),
        Measure("evidence_covered", "依据原话覆盖", "mean"),
        Measure("set_match", "诉求集合一致（事项）"),
        Measure("set_f1", "诉求集合 F1（事项）", "f1"),
        Measure("set_units", "诉求集合一致（单位）"),
        Measure("set_size", "诉求数一致"),
    ),
    count,
)
