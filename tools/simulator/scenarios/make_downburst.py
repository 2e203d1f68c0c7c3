"""Write the scenario downburst_june: `python -m tools.simulator.scenarios.make_downburst [--city DIR] [--out DIR]`.

A fast storm cell with a downburst crosses the city at an afternoon's rush hour, and the gauges fail where they are
needed most. Everything follows from the seed and the city's tables; the same files come out of every run. Synthetic.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from knowledge.city import City, load_city
from tools.simulator.scenarios.downburst import END, NAME, RAIN_FROM, SEED, START, Row
from tools.simulator.scenarios.downburst_gauges import observations, spoilt
from tools.simulator.scenarios.downburst_told import forecasts, reports, tickets, warnings

STORY: Final = (
    "6月12日午后，一个强雷暴单体自西向东扫过南岸，15时40分前后在市民公园一带发生下击暴流，随后经南浦出境。",
    "雨最大时市府站断报，南浦站卡死，干流江畔站突跳，望江下穿通道的水位尺一时报两个数；",
    "11时以后的预报迟到18时40分才发。红色信号发出22分钟后撤回，南岸电排站险情核查后排除。",
)
TEACHES: Final = (
    "缺测、卡死、突跳、重复不相等都不得当作“未达到”，也不得单独成立",
    "预报迟到期间，以预报为条件的条款为未知",
    "撤回的信号、排除的险情不再起作用",
    "群众报水的地方恰好没有仪器",
)


def about() -> str:
    """scenario.toml."""
    lines = (
        f'name = "{NAME}"',
        'title = "六月下击暴流：高峰时段仪器出错的一场雷暴"',
        f'start = "{START.isoformat()}"',
        f'end = "{END.isoformat()}"',
        f'observations_from = "{RAIN_FROM.isoformat()}"',
        f"seed = {SEED}",
        "fictional = true",
        "evaluation_step_min = 30",
        f'story = """\n{"".join(STORY)}\n"""',
        f"teaches = {json.dumps(TEACHES, ensure_ascii=False)}",
    )
    return "\n".join(lines) + "\n"


def write(city: City, folder: Path) -> None:
    """All files but expected.json, which an evaluator of another hand makes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.toml").write_text(about(), encoding="utf-8")
    _csv(folder / "observations.csv", spoilt(observations(city)))
    _csv(folder / "forecasts.csv", list(forecasts(city)))
    _csv(folder / "tickets_hint.csv", tickets(city))
    for name, rows in (("warnings.jsonl", warnings()), ("reports.jsonl", reports())):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(lines, encoding="utf-8")


def _csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: Sequence[str]) -> int:
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description="生成情景 downburst_june（虚构）")
    parser.add_argument("--city", type=Path, default=Path("knowledge/city/yunzhou"), help="城市数据包目录")
    parser.add_argument("--out", type=Path, default=here / NAME, help="写到哪里")
    options = parser.parse_args(arguments)
    write(load_city(options.city), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
