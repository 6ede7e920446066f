import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from evaluation import runner
from evaluation.choices import Writer
from evaluation.llm.asking import Asker
from evaluation.result import Result
from evaluation.runner import Options, run_suite
from evaluation.suite import Data, Metric, MetricKind, Run, Suite, Task, load_suite
from models.errors import ConfigurationError
from tests.evaluation.toy import open_oracle
from tests.inference.writer.fakes import ScriptedModel

_METRICS = tuple(metric for metric in load_suite("writers").tasks[0].metrics if metric.kind is MetricKind.SHARE)
_SUITE = Suite(
    name="toy",
    description="",
    tasks=(
        Task(
            name="Replies",
            data=(Data(set="sample_held_out", sample=40),),
            run=Run.WRITE,
            index=load_suite("smoke").tasks[0].index,
            metrics=_METRICS,
        ),
    ),
)


@pytest.fixture(scope="module")
def results() -> dict[Writer, Result]:
    writers = set(Writer) - {Writer.LLM}
    return {
        writer: asyncio.run(run_suite(_SUITE, open_oracle, Options(resamples=100, writer=writer))) for writer in writers
    }


def _point(result: Result, name: str) -> float:
    return next(figure.point or 0.0 for figure in result.tasks[0].figures if figure.metric == name)


def test_who_knows_every_answer_says_it_as_composer_and_as_paste(results: dict[Writer, Result]) -> None:
    for writer in (Writer.COMPOSER, Writer.PASTE):
        assert _point(results[writer], "says the right answer") == 1.0
        assert _point(results[writer], "says a wrong answer") == 0.0
        assert results[writer].writer is writer


def test_a_pasted_answer_leaves_out_the_steps_of_a_reply(results: dict[Writer, Result]) -> None:
    assert _point(results[Writer.PASTE], "a finding of tone and steps") > _point(
        results[Writer.COMPOSER], "a finding of tone and steps"
    )


def test_a_template_answers_nothing_and_promises_what_nobody_owns(results: dict[Writer, Result]) -> None:
    result = results[Writer.TEMPLATE]
    assert _point(result, "a text at all") == 1.0
    assert _point(result, "says the right answer") == _point(result, "says a wrong answer") == 0.0
    assert _point(result, "a finding of promises") == 1.0


def test_a_language_model_is_named_by_a_run_and_its_words_are_judged_unmended(monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def museum(*, tokens: int) -> AsyncIterator[Asker]:
        steps = [{"name": "listen", "text": "The museum ticket is in your inbox."}]
        yield Asker(ScriptedModel(*[json.dumps({"steps": steps})] * 40), tokens)

    monkeypatch.setattr(runner, "open_asker", museum)
    result = asyncio.run(run_suite(_SUITE, open_oracle, Options(resamples=100, writer=Writer.LLM)))
    assert result.writer is Writer.LLM
    assert "scripted@r1" in result.revisions.models
    assert _point(result, "a text at all") == _point(result, "says a wrong answer") == 1.0
    assert _point(result, "says the right answer") == 0.0


def test_a_language_model_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIFQ_WRITER", raising=False)
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER"):
        asyncio.run(run_suite(_SUITE, open_oracle, Options(resamples=100, writer=Writer.LLM)))


def test_a_metric_of_replies_reads_what_is_there() -> None:
    assert {metric.predicted for metric in _METRICS} >= {"has_text", "withheld", "found_promises"}
    assert Metric(name="x", kind=MetricKind.SHARE, predicted="withheld", equals=True).better is None
