"""Runs made of numbers: one task with a share, a mean and what the tests ask of them."""

from collections.abc import Mapping, Sequence
from datetime import date

from evaluation.figures import figures
from evaluation.machine import this_machine
from evaluation.result import Result, Revisions, RunInfo, TaskResult
from evaluation.runs.record import KEY, RunRecord, task_rows
from evaluation.suite import Data, Metric, MetricKind, Run, Task, Value

RIGHT = Metric(name="right", kind=MetricKind.SHARE, predicted="right", equals=True, better="higher")
FAULTS = Metric(name="faults", kind=MetricKind.SHARE, predicted="fault", equals=True, better="lower")
SEED = 7


def record(
    rows: Sequence[Mapping[str, Value | None]],
    *metrics: Metric,
    code: str = "abc",
    unit: str | None = None,
    slices: tuple[str, ...] = (),
) -> RunRecord:
    """Return the run in which these rows were answered; each has its place as its key."""
    task = Task(
        name="task", data=(Data(set="toy"),), run=Run.DRAFT, metrics=metrics or (RIGHT,), unit=unit, slices=slices
    )
    keyed = [{KEY: str(place), **row} for place, row in enumerate(rows)]
    found = tuple(figures(task, keyed, seed=SEED, baselines={}, resamples=500))
    result = Result(
        suite="toy",
        description="",
        seed=SEED,
        today=date(2026, 1, 15),
        limit=None,
        resamples=500,
        confidence=0.95,
        revisions=Revisions(code=code, models=("toy@1",)),
        tasks=(TaskResult(name="task", run=Run.DRAFT, data=("toy",), n=len(keyed), figures=found),),
    )
    info = RunInfo(started_at="2026-01-15T00:00:00", seconds=1.0, command="rifq eval", machine=this_machine())
    return RunRecord(result=result, run=info, tasks=(task_rows(task, keyed),))


def rights(*values: bool) -> list[dict[str, Value | None]]:
    """Return rows that were answered right or not."""
    return [{"right": value} for value in values]
