import json

from evaluation.report import to_json, to_markdown
from evaluation.runs.record import TaskRows
from evaluation.shown import Mark, Seen, Shown, ShownRow
from tests.evaluation.runs.builders import record, rights

RUN = record(rights(True, False))


def test_examples_stand_behind_the_figures_of_their_task() -> None:
    seen = Seen(message="asked", reply="line one\nline *two*", reply_marks=(Mark(start=0, end=4, shows="blame"),))
    row = ShownRow(key="k", text="attack", columns={"kind": "leak", "absent": None}, seen=seen)
    rows = TaskRows(
        task=RUN.tasks[0].task,
        keys=(),
        columns={},
        examples=(Shown(title="Missed", matching=9, hidden=2, rows=(row,)),),
    )
    page = to_markdown(RUN.result, RUN.run, (rows,))

    assert "Missed (1 of 9, 2 of sets whose text stays out):" in page
    assert "- kind leak: asked → attack → line one line two *blame*" in page
    assert "Missed" not in to_markdown(RUN.result, RUN.run)


def test_what_kind_of_interval_stands_in_brackets_is_told() -> None:
    page = to_markdown(RUN.result, RUN.run)
    assert "the 95% interval (percentile bootstrap with expanded percentiles, Hesterberg 2015; " in page


def test_json_leaves_out_what_is_not_known_and_can_be_read_again() -> None:
    text = to_json(RUN.result, RUN.run)
    assert "null" not in json.dumps(json.loads(text)["result"])
    assert type(RUN.result).model_validate(json.loads(text)["result"]) == RUN.result
