import asyncio
import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path

import pytest

from evaluation.copilot import CopilotLike
from evaluation.data import Example
from evaluation.experiments.encoding import Answer
from evaluation.machine import this_machine
from evaluation.report import to_json, to_markdown, write_report
from evaluation.result import Result, RunInfo
from evaluation.runner import Options, run_suite
from evaluation.suite import Run
from models.errors import ArtifactError, ConfigurationError
from tests.evaluation.toy import SMOKE, open_guesser, open_oracle

QUICK = Options(resamples=200)


def run_info(seconds: float = 1.0) -> RunInfo:
    return RunInfo(started_at="2026-01-15T00:00:00", seconds=seconds, command="rifq eval", machine=this_machine())


def point(result: Result, task: str, metric: str) -> float:
    (figures,) = [found.figures for found in result.tasks if found.name == task]
    value = next(figure.point for figure in figures if figure.metric == metric and not figure.slice)
    assert value is not None
    return value


@pytest.fixture(scope="module")
def oracle() -> Result:
    return asyncio.run(run_suite(SMOKE, open_oracle, QUICK))


def test_an_oracle_scores_one(oracle: Result) -> None:
    level, search, drafts = (task.name for task in SMOKE.tasks)

    assert point(oracle, level, "quadratic kappa of the level") == 1.0
    assert point(oracle, level, "calm messages called calm") == 1.0
    assert point(oracle, level, "angrier wording of one problem ranked higher") == 1.0
    assert point(oracle, search, "Recall@1 by intent") == 1.0
    assert point(oracle, drafts, "right intent among ready") == 1.0
    assert point(oracle, drafts, "planned steps all there and in order") == 1.0


def test_every_figure_has_n_and_an_interval_around_its_point(oracle: Result) -> None:
    figures = [figure for task in oracle.tasks for figure in task.figures if figure.note is None]

    assert len(figures) > 15
    for figure in figures:
        assert figure.point is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.point <= figure.high
        assert figure.n >= 1


async def test_a_guesser_scores_at_chance() -> None:
    result = await run_suite(SMOKE, open_guesser, QUICK)
    level, search, _ = (task.name for task in SMOKE.tasks)

    assert abs(point(result, level, "quadratic kappa of the level")) < 0.2
    assert point(result, level, "angrier wording of one problem ranked higher") == pytest.approx(0.5, abs=0.15)
    assert point(result, search, "Recall@1 by intent") < 0.1


async def test_the_same_run_gives_the_same_bytes_but_for_the_run_block(oracle: Result) -> None:
    again = await run_suite(SMOKE, open_oracle, QUICK)
    first, second = (json.loads(to_json(*pair)) for pair in ((oracle, run_info()), (again, run_info(2.0))))

    assert oracle.model_dump_json() == again.model_dump_json()
    assert first.pop("run") != second.pop("run")
    assert json.dumps(first) == json.dumps(second)


async def test_another_seed_holds_out_other_cases() -> None:
    seen: list[list[str]] = []

    def keep(_task: str, rows: Sequence[Example], _answers: Sequence[Answer]) -> None:
        seen.append([row.text for row in rows])

    suite = SMOKE
    search = suite.model_copy(update={"tasks": suite.tasks[1:2]})
    for seed in (1, 2):
        await run_suite(search, open_oracle, Options(resamples=50, seed=seed, limit=20, keep=keep))

    assert [len(rows) for rows in seen] == [20, 20]
    assert seen[0] != seen[1]


def test_held_out_cases_are_not_in_the_index(oracle: Result) -> None:
    assert set(oracle.revisions.indexes) == {"sample less 1 of each one's cases"}
    assert oracle.today == date(2026, 1, 15)


def test_the_report_is_readable(oracle: Result, tmp_path: Path) -> None:
    text = to_markdown(oracle, run_info())
    paths = write_report(oracle, run_info(), tmp_path / "deep")

    assert "| quadratic kappa of the level " in text
    assert "95% interval" in text
    assert "toy@1" in text
    assert [path.name for path in paths] == ["smoke.json.gz", "smoke.md"]
    assert paths[1].read_text(encoding="utf-8") == text


async def test_a_metric_over_an_unknown_column_says_so() -> None:
    suite = SMOKE
    task = suite.tasks[1]
    metric = task.metrics[0].model_copy(update={"predicted": "nothing"})
    broken = suite.model_copy(update={"tasks": (task.model_copy(update={"metrics": (metric,)}),)})

    with pytest.raises(ConfigurationError, match="column 'nothing'"):
        await run_suite(broken, open_oracle, QUICK)


async def test_the_model_that_was_named_is_the_one_that_is_measured(tmp_path: Path) -> None:
    """A suite of both kinds must not mix two models: the copilot and the bare encoder are both the named one."""
    opened: list[Path | None] = []

    def opener(store: Path, *, today: date, model: Path | None = None) -> AbstractAsyncContextManager[CopilotLike]:
        opened.append(model)
        return open_oracle(store, today=today, model=model)

    named = Options(resamples=50, limit=20, model=tmp_path / "absent")
    await run_suite(SMOKE, opener, named)
    assert opened
    assert set(opened) == {tmp_path / "absent"}
    suite = SMOKE
    alone = suite.tasks[0].model_copy(update={"run": Run.HEADS})
    with pytest.raises(ArtifactError, match="absent"):
        await run_suite(suite.model_copy(update={"tasks": (alone,)}), opener, named)
