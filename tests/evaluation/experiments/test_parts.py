import math
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from evaluation.data import Example
from evaluation.experiments.parts import ndcg, part_answers
from evaluation.helpdesk import open_helpdesk, open_knowledge
from evaluation.runner import Options, run_suite
from evaluation.suite import Data, Index, Metric, MetricKind, Run, Suite, Task
from models.errors import ConfigurationError
from tests.evaluation.experiments.fake import FakeEncoder
from tests.evaluation.toy import open_oracle

if TYPE_CHECKING:
    from evaluation.experiments.encoding import Answer
    from models.encoder import Encoder

ENCODER = cast("Encoder", FakeEncoder())
SUITE = Suite(
    name="toy",
    description="",
    tasks=(
        Task(
            name="parts",
            data=(Data(set="arbanking77"),),
            run=Run.PARTS,
            index=Index(source="arbanking77"),
            metrics=(
                Metric(name="both", kind=MetricKind.SHARE, predicted="hybrid_hit_1", equals=True),
                Metric(name="gain", kind=MetricKind.DIFFERENCE, predicted="dense_hit_1", than="lexical_hit_1"),
            ),
        ),
    ),
)


async def answers(sets: Path, *intents: str | None) -> list["Answer"]:
    """Ask what the vectors take for the first intent and the words for the second."""
    rows = [Example("cba wwxx", {"true_intent": intent} if intent else {}) for intent in intents]
    place = open_helpdesk(Index(source="arbanking77"), seed=1, today=SUITE.today, sets=sets, store=None)
    async with place as desk:
        knowledge = await open_knowledge(desk.directory, ENCODER)
        return part_answers(knowledge, ENCODER, rows, sizes=desk.sizes, today=SUITE.today)


async def test_each_part_finds_by_itself(banking_sets: Path) -> None:
    first, second = await answers(banking_sets, "first_one", "second_one")

    assert (first["dense_hit_1"], first["lexical_hit_1"]) == (True, False)
    assert (second["dense_hit_1"], second["lexical_hit_1"]) == (False, True)
    assert first["dense_ndcg_10"] == pytest.approx(1.0)
    # What shares no word with the question was not found by words, however long the list.
    assert first["lexical_ndcg_10"] == 0.0


async def test_an_intent_that_the_index_lacks_is_never_found_and_none_is_refused(banking_sets: Path) -> None:
    (other,) = await answers(banking_sets, "third_one")

    assert not any(other.values())
    with pytest.raises(ConfigurationError, match="intents"):
        await answers(banking_sets, None)


async def test_a_suite_runs_it_over_its_own_index(banking_sets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.runner.open_encoder", lambda *_, **__: ENCODER)
    result = await run_suite(SUITE, open_oracle, Options(sets=banking_sets, resamples=50))
    both, gain = result.tasks[0].figures

    assert list(result.revisions.indexes) == ["arbanking77"]
    assert result.revisions.models == ("fake@1",)
    assert both.point == 0.5
    assert (gain.point, gain.p) == (0.0, 1.0)


def test_ndcg_counts_what_was_not_found() -> None:
    assert ndcg([True] * 10, 40) == pytest.approx(1.0)
    assert ndcg([True], 1) == pytest.approx(1.0)
    assert ndcg([False, True], 1) == pytest.approx(1 / math.log2(3))
    assert ndcg([True, False], 2) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg([], 5) == ndcg([False] * 10, 0) == 0.0
