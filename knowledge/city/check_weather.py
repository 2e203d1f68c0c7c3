"""Does the weather folder agree with the rest of the pack, and the plan's data with the plan's text?"""

import ast
import re
from collections.abc import Iterator

from knowledge.city.check_plan import check_plan, check_references
from knowledge.city.check_risk_kinds import check_risk_kinds
from knowledge.city.pack import PLAN_FILE, Pack
from knowledge.city.plan import Condition, ResponsePlan, StationCount
from knowledge.city.policy import CityPolicy
from knowledge.city.source import Source
from knowledge.city.weather import Station

HEADING = re.compile(r"^#+ (\d+(?:\.\d+)*) ")
ITEM = re.compile(r"^（(\d+)）")
SITED = ("stations", "risk_points", "shelters", "teams", "equipment", "contacts")


def check_weather(pack: Pack, source: Source) -> None:
    """Districts and streets of the tables; clauses, units and expressions of the plan."""
    if pack.policy:
        _check_sites(pack, pack.policy, source)
    if pack.plan:
        units = pack.departments.ids("dept_id")
        for path, unit in _unit_paths(pack.plan):
            if unit not in units:
                what = f"{unit} 不在 departments.csv 的 dept_id 里"
                source.add(PLAN_FILE, path, what, "改为已有的单位")
        check_plan_text(pack.plan, pack.plan_text, source)
        check_risk_kinds(pack, plan_clauses(pack.plan_text), source)
        if pack.policy and not source.problems:
            check_plan(PLAN_FILE, pack.plan, pack.stations.items, len(pack.policy.districts), source)
        check_references(pack.stations.file, pack.stations.rows, source)


def check_plan_text(plan: ResponsePlan, text: str, source: Source) -> None:
    """Clauses against the plan's text; expressions, ids and hazards within its data."""
    clauses = plan_clauses(text)
    for path, clause in _clause_paths(plan):
        if clause not in clauses:
            what = f"条文 {clause} 不在 {plan.plan.text_file} 里"
            source.add(PLAN_FILE, path, what, "改正条文号，或在预案正文补上该条")
    for path, condition in _conditions(plan):
        _check_condition(path, condition, source)
    _check_plan_ids(plan, source)


def plan_clauses(text: str) -> frozenset[str]:
    """Clause numbers of a plan: headings as `5.4.1`, numbered items below them as `5.4.1(2)`."""
    found: set[str] = set()
    heading = ""
    for line in text.splitlines():
        if match := HEADING.match(line):
            heading = match[1]
            found.add(heading)
        elif match := ITEM.match(line):
            found.add(f"{heading}({match[1]})")
    return frozenset(found)


def _check_sites(pack: Pack, policy: CityPolicy, source: Source) -> None:
    by_code = {district.code: district for district in policy.districts}
    for table in (pack.tables[f"weather/{name}.csv"] for name in SITED):
        for line, row in table.raw:
            code, name, street = row.get("district_code", ""), row.get("district", ""), row.get("street", "")
            if not code and not name:
                continue
            district = by_code.get(code)
            if district is None:
                what = f"{code or '空'} 不在 city.toml 的 districts.code 里"
                source.add(table.file, f"第 {line} 行，district_code 列", what, "改为已有的区县编号")
            elif name != district.name:
                what = f"{name} 与编号 {code}（{district.name}）不符"
                source.add(table.file, f"第 {line} 行，district 列", what, "二者改一")
            elif street and street not in district.streets:
                what = f"{street} 不在 {district.name} 的 streets 里"
                source.add(table.file, f"第 {line} 行，street 列", what, "改为该区县的街道、乡镇")


def _conditions(plan: ResponsePlan) -> Iterator[tuple[str, Condition]]:
    for index, response in enumerate(plan.responses):
        for key in ("conditions", "end_conditions"):
            group: tuple[Condition, ...] = getattr(response, key)
            yield from ((f"responses[{index}].{key}[{n}]", item) for n, item in enumerate(group))


def _clause_paths(plan: ResponsePlan) -> Iterator[tuple[str, str]]:
    for path, condition in _conditions(plan):
        yield f"{path}.clause", condition.clause
    for index, response in enumerate(plan.responses):
        yield f"responses[{index}].section", response.section
        yield f"responses[{index}].four_stops_clause", response.four_stops_clause
        yield from (
            (f"responses[{index}].actions[{n}].clause", item.clause)
            for n, item in enumerate(response.actions)
        )


def _unit_paths(plan: ResponsePlan) -> Iterator[tuple[str, str]]:
    for index, response in enumerate(plan.responses):
        base = f"responses[{index}]"
        yield f"{base}.proposer_dept", response.proposer_dept
        yield from ((f"{base}.actions[{n}].unit", item.unit) for n, item in enumerate(response.actions))
        for stop, owners in response.four_stops_owners.items():
            yield from ((f"{base}.four_stops_owners.{stop}[{n}]", unit) for n, unit in enumerate(owners))


def _check_condition(path: str, condition: Condition, source: Source) -> None:
    names = {test.t for test in condition.tests}
    if bool(condition.tests) != bool(condition.expr):
        source.add(PLAN_FILE, path, "expr 与 tests 须同时有或同时没有", "补上缺的一项")
    elif condition.expr and expression_names(condition.expr) != names:
        listed = "、".join(sorted(names))
        what = f"expr「{condition.expr}」只能用 and、or、not、括号，且恰好用到各个 tests.t（{listed}）"
        source.add(PLAN_FILE, f"{path}.expr", what, "改正 expr 或 tests")
    if not condition.tests and not condition.requires_human:
        source.add(PLAN_FILE, path, "没有 tests，又不是人工条件", "补 tests，或写 requires_human = true")
    levels = {info.alias or name for name, info in Station.model_fields.items()}
    for n, test in enumerate(condition.tests):
        if isinstance(test, StationCount) and (test.ref is None) == (test.threshold is None):
            source.add(PLAN_FILE, f"{path}.tests[{n}]", "threshold 与 ref 须恰有一个", "删去或补上一个")
        if isinstance(test, StationCount) and test.ref and test.ref not in levels:
            what = f"{test.ref} 不是 stations.csv 的列"
            source.add(PLAN_FILE, f"{path}.tests[{n}].ref", what, "改为已有的列名")


def expression_names(expr: str) -> set[str] | None:
    """Names in an expression of and, or, not (a part of Python's grammar); None for anything else."""
    try:
        tree = ast.parse(expr, mode="eval")
    except SyntaxError:
        return None
    allowed = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Name, ast.Load)
    nodes = list(ast.walk(tree))
    if not all(isinstance(node, allowed) for node in nodes):
        return None
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _check_plan_ids(plan: ResponsePlan, source: Source) -> None:
    seen: set[str] = set()
    for path, condition in _conditions(plan):
        if condition.id in seen:
            source.add(PLAN_FILE, f"{path}.id", f"{condition.id} 已用过", "改为没有用过的编号")
        seen.add(condition.id)
    groups = {f"{response.hazard}-{response.level}" for response in plan.responses}
    for index, response in enumerate(plan.responses):
        if response.hazard not in plan.plan.hazards:
            what = f"{response.hazard} 不在 plan.hazards 里"
            source.add(PLAN_FILE, f"responses[{index}].hazard", what, "改为已有的灾种")
        if response.includes_actions_of and response.includes_actions_of not in groups:
            what = f"{response.includes_actions_of} 不是已有的“灾种-级别”"
            source.add(PLAN_FILE, f"responses[{index}].includes_actions_of", what, "改为已有的一组")
