# pyright: basic, reportMissingImports=false
# matplotlib lives in the benches' own environment.
"""Draws a bench's JSON: python -m evals.bench.plot retrieval|scale IN.json OUT.png.

Labels are Latin, so that no CJK font is needed.
"""

import json
import math
import sys
from pathlib import Path

from matplotlib import pyplot, ticker

NAMES = {
    "langchain": "LangChain",
    "llamaindex": "LlamaIndex",
    "txtai": "txtai",
    "ours-plain": "Pingji, unlearned",
    "ours": "Pingji",
}
OURS, OTHERS = "#b3261e", "#8a94a6"
PANELS = (
    ("R@10, no question seen before", lambda one: _measure(one, "recall_10"), False),
    ("MRR@10, no question seen before", lambda one: _measure(one, "mrr_10"), False),
    ("search p95, ms (log)", lambda one: one["ms"]["p95"], True),
    ("peak memory, MB", lambda one: one["serve_peak_mb"], False),
    ("build, s (log)", lambda one: one["build_s"], True),
    ("added seen elsewhere, s (log)", lambda one: one["added_elsewhere_s"], True),
)
LINES = (
    ("build, CPU s", (("build_cpu_s", "first publish"), ("add_cpu_s", "parse and store"))),
    ("search, ms", (("p50_ms", "p50"), ("p95_ms", "p95"))),
    ("one changed document, CPU s", (("change_cpu_s", "seen by search"), ("remove_cpu_s", "removed"))),
    ("memory, MB", (("serve_peak_mb", "serving, peak"), ("build_peak_mb", "publishing, peak"))),
)


def retrieval(whole: dict):
    """Six small bar charts: quality of those who never saw the questions, cost of those who would be run."""
    there = [one for one in whole["contestants"] if not one["failed"]]
    figure, axes = pyplot.subplots(2, 3, figsize=(11, 5.2), layout="constrained")
    for axis, (title, value, log) in zip(axes.flat, PANELS, strict=True):
        quality = "@" in title
        shown = [one for one in there if not (one["seen"] if quality else one["name"] == "ours-plain")]
        values = [value(one) for one in shown]
        colours = [OURS if one["name"].startswith("ours") else OTHERS for one in shown]
        bars = axis.bar([NAMES[one["name"]] for one in shown], values, color=colours, log=log)
        axis.yaxis.set_minor_formatter(ticker.NullFormatter())
        if log:  # bars have to begin at a round value well below the lowest
            axis.set_ylim(bottom=10 ** math.floor(math.log10(min(values) / 2)))
        axis.bar_label(bars, [f"{one:.3g}" for one in values], fontsize=8)
        axis.set_title(title, fontsize=10)
        axis.tick_params(labelsize=8)
        axis.margins(y=0.15)
        axis.spines[["top", "right"]].set_visible(False)
    return figure


def scale(whole: dict):
    """Growth against the number of clauses, both axes logarithmic."""
    steps = [one for one in whole["steps"] if not one.get("failed")]
    if not steps:
        raise SystemExit("no step ended well: nothing to draw")
    figure, axes = pyplot.subplots(2, 2, figsize=(10, 6.4), layout="constrained")
    for axis, (title, lines) in zip(axes.flat, LINES, strict=True):
        for (key, label), colour in zip(lines, (OURS, OTHERS), strict=False):
            axis.plot(
                [one["clauses"] for one in steps],
                [one[key] for one in steps],
                "o-",
                label=label,
                color=colour,
            )
        axis.set(xscale="log", yscale="log", title=title, xlabel="clauses")
        axis.grid(which="major", alpha=0.3)
        axis.legend(fontsize=8)
    return figure


def _measure(result: dict, key: str) -> float:
    return next(one["value"] for one in result["measures"] if one["key"] == key)


def main(kind: str, source: str, target: str) -> None:
    whole = json.loads(Path(source).read_text(encoding="utf-8"))
    figure = {"retrieval": retrieval, "scale": scale}[kind](whole)
    figure.savefig(target, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:])
