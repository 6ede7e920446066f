import pytest
from pydantic import ValidationError

from evaluation.checks.rows import SETS as WRITTEN
from evaluation.data import HELD_OUT
from evaluation.suite import Metric, Suite, load_suite, load_suites, suite_names
from models.errors import NotFoundError
from models.sets.catalogue import SETS


def test_every_suite_fits_the_schema_and_names_known_sets() -> None:
    known = {info.name for info in SETS} | {HELD_OUT, *WRITTEN}

    assert {"understanding", "retrieval", "drafts", "checks", "safety", "performance", "smoke"} <= set(suite_names())
    for suite in load_suites():
        assert suite.name in suite_names()
        assert {data.set for task in suite.tasks for data in task.data} <= known


def test_the_smoke_suite_needs_no_outside_data() -> None:
    sets = {data.set for task in load_suite("smoke").tasks for data in task.data}

    assert sets == {"support_messages", HELD_OUT, *WRITTEN}


def test_every_suite_says_what_it_measures_and_names_headlines_that_are_there() -> None:
    for suite in load_suites():
        figures = {(task.name, metric.name) for task in suite.tasks for metric in task.metrics}
        assert suite.line
        assert {(item.task, item.metric) for item in suite.headlines} <= figures


def test_what_takes_time_is_never_gated() -> None:
    metrics = [metric for task in load_suite("performance").tasks for metric in task.metrics]
    assert all(metric.better is None and metric.floor is None for metric in metrics)


def test_test_parts_are_not_looked_at_by_the_small_suite() -> None:
    parts = {data.set: data.split for task in load_suite("smoke").tasks for data in task.data}
    assert {parts["support_messages"], parts["planted_faults"], parts["clean_replies"]} == {"dev"}


def test_an_unknown_suite_is_told_which_exist() -> None:
    with pytest.raises(NotFoundError, match="benchmarks, checks, dialect"):
        load_suite("nothing")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "share"}, "needs 'equals'"),
        ({"kind": "macro_f1", "truth": "x"}, "needs 'labels'"),
        ({"kind": "concordance", "truth": "x"}, "needs 'group'"),
        ({"kind": "precision_at_5"}, "Input should be"),
        ({"kind": "selective_error", "truth": "x", "answer": "y"}, "needs 'coverage'"),
        ({"kind": "coverage_at_risk", "truth": "x", "answer": "y"}, "needs 'at_most'"),
        ({"kind": "difference"}, "needs 'than'"),
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


def test_a_suite_of_parts_has_all_their_tasks() -> None:
    whole = load_suite("understanding")
    names = [task.name for part in whole.parts for task in load_suite(part).tasks]

    assert [task.name for task in whole.tasks] == names
    assert len(names) > 30


def test_an_empty_suite_and_a_search_without_an_index_are_refused() -> None:
    with pytest.raises(ValidationError, match="'tasks' or 'parts'"):
        Suite(name="empty", description="")
    task = load_suite("vector").tasks[0]
    with pytest.raises(ValidationError, match="need each other"):
        Suite.model_validate({"name": "x", "description": "", "tasks": [task.model_dump() | {"against": ()}]})


def test_the_full_suite_measures_what_the_sampled_one_does() -> None:
    sampled = {task.name: task for task in load_suite("retrieval").tasks}

    for task in load_suite("retrieval-full").tasks:
        assert task.metrics == sampled[task.name].metrics
        assert {data.set for data in task.data} == {data.set for data in sampled[task.name].data}
