"""Write a scenario's expected.json with the naive evaluator, an independent hand beside the engine:

    python -m tests.agents.judgment.engine.write_expected SCENARIO_FOLDER [--city knowledge/city/yunzhou]

It reads the files itself, so that a slip of the product's own reader shows too. Half a minute for a day of data.
"""

import argparse
import csv
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from tests.agents.judgment.engine.naive import Naive, Row

FILE = "expected.json"
ORDER = (
    *("time", "level_by_rules", "level_possible", "met", "not_met", "unknown", "human", "review"),
    *("recommendation", "in_force_if_signed", "end_conditions"),
)


def expected(scenario: Path, pack: Path) -> Row:
    """The whole of expected.json but its summary and its evidence, which the naive evaluator does not keep."""
    about, plan = toml(scenario / "scenario.toml"), toml(pack / "weather/response_plan.toml")
    districts = [district["code"] for district in toml(pack / "city.toml")["districts"]]
    naive = Naive(
        plan, table(pack / "weather/stations.csv"), districts, moment(about["start"]), read(scenario)
    )
    steps: list[Row] = []
    now, step = moment(about["start"]), timedelta(minutes=about["evaluation_step_min"])
    naive.step = step
    while now <= moment(about["end"]):
        found = naive.evaluate(now)
        steps.append({name: found[name] for name in ORDER})
        now += step
    first: Row = {}
    for row in steps:
        for name in row["met"]:
            first.setdefault(name, {"time": row["time"], "evidence": {}})
    head = {"scenario": about["name"], "generated_by": "tests/agents/judgment/engine/naive.py"}
    head |= {"plan": plan["plan"]["id"], "step_min": about["evaluation_step_min"]}
    return head | {"first_met": first, "steps": steps}


def read(scenario: Path) -> Row:
    """The files of a scenario as the naive evaluator takes them. What may be left out is then empty."""
    reports = lines(scenario / "reports.jsonl")
    return {
        "observations": [dated(row, "time") for row in table(scenario / "observations.csv")],
        "forecasts": [
            dated(row, "issued_at", "valid_from", "valid_to")
            | {"subject": row["district"] or row["station_id"]}
            for row in table(scenario / "forecasts.csv")
        ],
        "warnings": [dated(row, "issued_at", "expires_at") for row in lines(scenario / "warnings.jsonl")],
        "responses": [dated(row, "time") for row in reports if row["kind"] == "district_response"],
        "findings": [dated(row, "time") for row in reports if row["kind"] == "finding"],
        "tickets": [dated(row, "time") for row in table(scenario / "tickets_hint.csv")],
    }


def dated(row: Row, *names: str) -> Row:
    """The row with moments for texts, and its value as a number."""
    times = {name: moment(row[name]) if row.get(name) else None for name in names}
    value = {"value": float(row["value"]) if row["value"] else None} if "value" in row else {}
    return row | times | value


def moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def toml(path: Path) -> Row:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def table(path: Path) -> list[Row]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lines(path: Path) -> list[Row]:
    def each() -> Iterator[Row]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)

    return list(each()) if path.is_file() else []


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="用独立的参考程序写 expected.json")
    parser.add_argument("scenario", type=Path, help="情景目录")
    parser.add_argument("--city", type=Path, default=Path("knowledge/city/yunzhou"), help="城市数据包目录")
    options = parser.parse_args(arguments)
    body = json.dumps(expected(options.scenario, options.city), ensure_ascii=False, indent=1) + "\n"
    (options.scenario / FILE).write_text(body, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
