"""Errors of the evaluations, by who must act.

EvalError
├── DataMissing        whoever runs it: a data set is not where it was looked for (exit 2)
├── DataBroken         whoever keeps the data set: a line is not what its format says (exit 2)
├── ReportBroken       whoever runs it: an older report can't be compared with (exit 2)
├── ServiceMissing     operator: a model server that was asked for does not answer (exit 3)
└── AppMissing         operator: the running server to be measured does not answer (exit 3)
"""

from pathlib import Path


class EvalError(Exception):
    """Root of what evaluations raise on purpose; `exit_code` as the command line promises."""

    exit_code = 2


class DataMissing(EvalError):
    def __init__(self, path: Path, what_to_do: str) -> None:
        super().__init__(f"找不到评测数据 {path}。{what_to_do}。")


class DataBroken(EvalError):
    def __init__(self, path: Path, where: int | str, what: str) -> None:
        """where: a line, or the place by its name."""
        place = f"第 {where} 行" if isinstance(where, int) else where
        super().__init__(f"评测数据 {path} {place}不合格式：{what}。请改正后重试。")


class ReportBroken(EvalError):
    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"报告 {path} 无法比较：{what}。请用同一评测以 --json 写出的报告。")


class ServiceMissing(EvalError):
    exit_code = 3

    def __init__(self, url: str, what: str) -> None:
        super().__init__(f"模型服务 {url} 无法使用：{what}。请先启动它，或改用 --llm off。")


class AppMissing(EvalError):
    exit_code = 3

    def __init__(self, app: str, city: str, what: str) -> None:
        super().__init__(
            f"{app} 或模拟城市 {city} 没有按时回应：{what}。请先运行 pingji up --scenario storm_may。"
        )
