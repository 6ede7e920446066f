import pytest
from pydantic import ValidationError

from evaluation.data import HELD_OUT
from evaluation.suite import Metric, Suite, load_suite, load_suites, suite_names
from models.errors import NotFoundError
from models.sets.catalogue import SETS


def test_every_suite_fits_the_schema_and_names_known_sets() -> None:
    known = {info.name for info in SETS} | {HELD_OUT}

    assert {"understanding", "retrieval", "retrieval-full", "drafts", "smoke"} <= set(suite_names())
    for suite in load_suites():
        assert suite.name in suite_names()
        assert {data.set for task in suite.tasks for data in task.data} <= known


def test_the_smoke_suite_needs_no_outside_data() -> None:
    sets = {data.set for task in load_suite("smoke").tasks for data in task.data}

    assert sets == {"support_anger", HELD_OUT}


def test_an_unknown_suite_is_told_which_exist() -> None:
    with pytest.raises(NotFoundError, match="drafts, retrieval"):
        load_suite("nothing")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "share"}, "needs 'equals'"),
        ({"kind": "macro_f1", "truth": "x"}, "needs 'labels'"),
        ({"kind": "concordance", "truth": "x"}, "needs 'group'"),
        ({"kind": "accuracy"}, "Input should be"),
        ({"kind": "mean", "typo": 1}, "Extra inputs"),
    ],
)
def test_an_incomplete_metric_is_refused(fields: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Metric.model_validate({"name": "m", "predicted": "p", **fields})


def test_two_tasks_of_one_name_are_refused() -> None:
    task = load_suite("smoke").tasks[0]

    with pytest.raises(ValidationError, match="share a name"):
        Suite(name="twice", description="", tasks=(task, task))
