"""Reports on the terminal, in Chinese, by rich."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from evals.compare import Change
from evals.measure import Measure, Measured
from evals.retrieval.ablation import GROUPS, JUDGED, Row

SURE = 0.05
ABLATION_WIDTH = 128


def print_measured(console: Console, title: str, groups: Iterable[tuple[str, Sequence[Measured]]]) -> None:
    """One block a group; measures with nothing to count are left out."""
    console.print(title, style="bold")
    table = Table()
    table.add_column("指标")
    for name in ("数值", "95% 区间", "计数"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, measured in groups:
        shown = [one for one in measured if one.value is not None]
        if shown:
            table.add_section()
            table.add_row(f"[bold]{name}[/bold]")
        for one in shown:
            table.add_row(one.measure.label, _number(one.measure, one.value), _interval(one), _counted(one))
    console.print(table)


def print_changes(console: Console, title: str, changes: Sequence[Change]) -> None:
    """What moved, item by item; bold where chance alone is unlikely."""
    console.print(title, style="bold")
    table = Table()
    table.add_column("指标")
    for name in ("之前", "现在", "变好", "变差", "符号检验 p"):
        table.add_column(name, justify="right", no_wrap=True)
    moved = [change for change in changes if change.before != change.after or change.better or change.worse]
    for change in moved:
        style = "bold" if change.p < SURE else ""
        before, after = (_number(change.measure, value) for value in (change.before, change.after))
        counts = (str(change.better), str(change.worse), f"{change.p:.3f}")
        table.add_row(change.measure.label, before, after, *counts, style=style)
    if moved:
        console.print(table)
    console.print(f"其余 {len(changes) - len(moved)} 项没有变化")


def _number(measure: Measure, value: float | None) -> str:
    if value is None:
        return "—"
    if measure.unit:
        return f"{value:.1f} {measure.unit}"
    return f"{100 * value:.1f}%" if measure.kind == "share" else f"{value:.3f}"


def _interval(one: Measured) -> str:
    if one.low is None or one.high is None:
        return "—"
    if one.measure.unit:
        return f"{one.low:.1f}–{one.high:.1f}"
    if one.measure.kind == "share":
        return f"{100 * one.low:.1f}–{100 * one.high:.1f}"
    return f"{one.low:.3f}–{one.high:.3f}"


def _counted(one: Measured) -> str:
    if one.measure.kind == "share":
        return f"{one.hits:.0f}/{one.total:.0f}"
    return f"{one.items}"


def print_ablation(console: Console, title: str, rows: Sequence[Row]) -> None:
    """A row a way to rank: every measure, the judged ones with interval and gain over the best plain leg."""
    console.print(title, style="bold")
    table = Table()
    table.add_column("做法", no_wrap=True)
    for name in ("R@5", "R@10", "R@100", "MRR@10", "nDCG@10", "R@10 增益", "MRR@10 增益"):
        table.add_column(name, justify="right", no_wrap=True)
    for leg, label in GROUPS.items():
        table.add_section()
        table.add_row(f"[bold]{label}[/bold]")
        for row in (one for one in rows if one.way.leg == leg):
            table.add_row(row.way.label, *map(_cell, row.measured), *map(_gain, row.gains.values()))
    # Wider than a pipe's 80 columns: a table of figures cut short says nothing.
    console.print(table, width=max(console.width, ABLATION_WIDTH), crop=False)


def _cell(one: Measured) -> str:
    value = _number(one.measure, one.value)
    return f"{value}\n{_interval(one)}" if one.measure.key.endswith(JUDGED) else value


def _gain(told: tuple[float, float, float]) -> str:
    gained, low, high = (100 * one for one in told)
    return f"{gained:+.1f}%\n{low:+.1f}–{high:+.1f}"
