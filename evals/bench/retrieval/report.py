"""The results as a Markdown table for people and a JSON file for machines (and for the plot)."""

import json
from collections.abc import Sequence
from pathlib import Path

from evals.report import Json

NAME = "retrieval"
QUALITY = ("", "R@5", "R@10", "R@100", "MRR@10", "nDCG@10")
COST = (
    *("", "p50", "p95", "CPU p50", "含查询向量 p50", "p95", "CPU p50", "建库 秒", "打开至首答 秒"),
    *("内存峰值 MB", "建库峰值 MB", "磁盘 MB"),
)
SEEN = (
    "‡ 问题适配器与排序器正是从这批问题学来的，此行质量不能与他家相比（可比的是“不用学来的部分”）；"
    "在没见过的问题上值多少，见 `python -m evals.retrieval.train` 的交叉验证。"
)
CHANGE = ("", "新增，本进程", "新增，另一进程", "删除，本进程", "删除，另一进程")


def write(results: Sequence[Json], head: Json, folder: Path) -> Path:
    """retrieval.json and retrieval.md in `folder`; gives back the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {**head, "contestants": list(results)}
    (folder / f"{NAME}.json").write_text(
        json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    path = folder / f"{NAME}.md"
    path.write_text(markdown(results, head), encoding="utf-8")
    return path


def markdown(results: Sequence[Json], head: Json) -> str:
    there = [one for one in results if not one["failed"]]
    lines = [
        "# 检索并排对比",
        "",
        _about(head),
        "",
        *_table(QUALITY, [_quality(one) for one in there]),
        "",
        f"时延（毫秒，{head['timed']} 问逐一检索，各取前 10 条）与代价：",
        "",
        *_table(COST, [_cost(one) for one in there]),
        "",
        "新增与删除一部文件后，多少秒被找到、多少秒不再出现：",
        "",
        *_table(CHANGE, [_change(one) for one in there]),
        "",
        "† 另一进程须重新打开索引才看得到，时间已含保存与重开；否则不用做任何事。",
        "",
        *(f"- {one['title']} 未能参加：{one['failed']}" for one in results if one["failed"]),
        *([SEEN] if any(one["seen"] for one in there) else []),
        f"各方版本：{'；'.join(filter(None, (_versions(one) for one in there)))}。",
        f"平急的“建库”由已入库条款起算；解析入库另需 {head['parse_s']:.1f} 秒。",
        "CPU 为处理器时间，机器忙时仍可比。内存峰值不含向量模型；方括号内为 95% 区间（按问题自助抽样）。",
        "",
    ]
    return "\n".join(lines)


def _about(head: Json) -> str:
    part = "（部分语料，不可与全量比较）" if head["partial"] else ""
    corpus = f"{head['clauses']} 条{part}，STARD 开发集 {head['questions']} 问，向量模型 {head['embedder']}"
    machine = f"{head['machine']['cores']} 核，每个进程 BLAS 与 OpenMP 各 1 线程"
    return f"{corpus}；{machine}。{head['date'][:10]}，提交 {(head['commit'] or '')[:12]}。"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, ruler, *rows)]


def _quality(result: Json) -> list[str]:
    return [result["title"], *(_interval(one) for one in result["measures"])]


def _interval(one: Json) -> str:
    return f"{one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]" if one["low"] is not None else "—"


def _cost(result: Json) -> list[str]:
    plain, whole = result["ms"], result["ms_embedding"]
    times = [f"{spent[key]:.1f}" for spent in (plain, whole) for key in ("p50", "p95", "cpu")]
    more = [f"{result[name]:.1f}" for name in ("build_s", "open_s")]
    sizes = [f"{result[name]:.0f}" for name in ("serve_peak_mb", "build_peak_mb", "disk_mb")]
    return [result["title"], *times, *more, *sizes]


def _change(result: Json) -> list[str]:
    mark = " †" if result["reopens"] else ""
    cells = [
        f"{result[f'{change}{where}_s']:.2f}{mark if where else ''}"
        for change in ("added", "removed")
        for where in ("", "_elsewhere")
    ]
    return [result["title"], *cells]


def _versions(result: Json) -> str:
    return "，".join(f"{package} {number}" for package, number in result.get("versions", {}).items())
