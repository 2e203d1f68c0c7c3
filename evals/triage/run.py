"""One triage evaluation from files to report."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog, EvalSample
from rich.progress import Progress

from agents.triage.context import ModelUses
from evals.context import Stage, now
from evals.measure import Measure, Measured, Tally, pool, pool_all
from evals.report import Item, Json, provenance
from evals.stats import percentile
from evals.triage.batch import Batch
from evals.triage.case import Case
from evals.triage.scorers import FAMILIES
from evals.triage.scorers.family import World
from evals.triage.task import DECISION, tallies_of, triage_task

MEASURES = tuple(measure for family in FAMILIES for measure in family.measures)
FAILED = Measure("failed", "处理失败（其余指标未计入）", fewer_is_better=True)


@dataclass(frozen=True)
class Asked:
    """What the command line asked for. `synthetic`: the set was written, not collected."""

    cases: Sequence[Case]
    set_name: str
    workers: int
    uses: ModelUses
    model_name: str
    log_dir: Path
    approved: bool = False
    """Earlier tickets of the set count as approved with their labels: what similar ones are worth."""


@dataclass(frozen=True)
class Evaluated:
    """`failed`: ticket id and why, for tickets whose run broke; they are in no measure."""

    head: Json
    measured: list[Measured]
    items: list[Item]
    failed: list[tuple[str, str]]

    def groups(self) -> list[tuple[str, list[Measured]]]:
        """Measures by family, for the table; failures first."""
        by_key = {one.measure.key: one for one in self.measured}
        families = [(family.title, [by_key[m.key] for m in family.measures]) for family in FAMILIES]
        return [("完成", [by_key[FAILED.key]]), *families]


def evaluate(stage: Stage, asked: Asked, progress: Progress) -> Evaluated:
    """Run the task under Inspect (its own log goes to `log_dir`) and pool what the log holds."""
    bar = progress.add_task("分拨", total=len(asked.cases))
    batch = Batch(
        stage,
        asked.cases,
        workers=asked.workers,
        uses=asked.uses,
        approved=asked.approved,
        on_done=lambda: progress.advance(bar),
    )
    task = triage_task(asked.cases, batch, World(stage.city, stage.knowledge), asked.set_name)
    log = inspect_eval(
        task,
        model=None,
        log_dir=str(asked.log_dir),
        display="none",
        fail_on_error=False,
        max_samples=len(asked.cases),
        log_realtime=False,
        ctl_server=False,
        score_display=False,
    )[0]
    if log.status != "success":
        raise RuntimeError(f"Inspect run ended as {log.status}: {log.error.message if log.error else '?'}")
    samples = log.samples or []
    items = [_item(sample) for sample in samples if not sample.error]
    failed = [(str(sample.id), sample.error.message) for sample in samples if sample.error]
    return Evaluated(
        head=_head(stage, asked, log, items, failed),
        measured=[
            pool(FAILED, [Tally(0)] * len(items) + [Tally(1)] * len(failed)),
            *pool_all(MEASURES, [item.tallies for item in items]),
        ],
        items=items,
        failed=failed,
    )


def _item(sample: EvalSample) -> Item:
    scores = (sample.scores or {}).values()
    tallies = {key: one for score in scores for key, one in tallies_of(score).items()}
    detail: Json = {
        "text": sample.input,
        "gold": sample.target,
        "decision": sample.metadata[DECISION],
    }
    return Item(str(sample.id), tallies, detail)


def _head(
    stage: Stage, asked: Asked, log: EvalLog, items: Sequence[Item], failed: Sequence[tuple[str, str]]
) -> Json:
    spent = [item.tallies["ms"].hits for item in items]
    prompts: dict[str, str] = {}
    for item in items:
        prompts |= item.detail["decision"]["prompt_versions"]
    return {
        "evaluation": "triage",
        **provenance(now()),
        "set": asked.set_name,
        "synthetic": True,
        "tickets": len(items),
        "failed": [{"ticket_id": ticket_id, "why": why} for ticket_id, why in failed],
        "model": asked.model_name,
        "approved_history": asked.approved,
        "uses": {"choose": asked.uses.choose, "write": asked.uses.write},
        "prompt_versions": prompts,
        "embedder": stage.embedder.fingerprint,
        "index": stage.index_hash,
        "city": stage.city.info.name,
        "city_fingerprint": stage.city.fingerprint,
        "workers": asked.workers,
        "ms_p50": percentile(spent, 50),
        "ms_p95": percentile(spent, 95),
        "inspect_log": log.location,
    }
