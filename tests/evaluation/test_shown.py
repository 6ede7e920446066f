from evaluation.measures import Row
from evaluation.shown import OPEN, SEEN, Mark, Seen, finding_marks, shown_examples
from evaluation.suite import Data, Examples, Metric, MetricKind, Run, Task, Value
from inference.types import Finding, Severity, Span
from models.sets.catalogue import SETS

_METRIC = Metric(name="right", kind=MetricKind.SHARE, predicted="right", equals=True)


def task(*examples: Examples) -> Task:
    return Task(name="t", data=(Data(set="toy"),), run=Run.DRAFT, metrics=(_METRIC,), examples=examples)


def row(name: str, **columns: Value | None) -> Row:
    return {"set": "support_messages", "right": False, "key": name, **columns}


def shown(examples: Examples, *rows: Row) -> list[str]:
    keys = [str(item["key"]) for item in rows]
    (found,) = shown_examples(task(examples), rows, keys, {key: f"text {key}" for key in keys})
    return [item.key for item in found.rows]


def test_only_sets_of_our_own_are_open() -> None:
    licensed = {info.name for info in SETS if info.folder}
    assert licensed
    assert not licensed & OPEN
    assert {"support_messages", "support_signals", "sample", "attacks", "planted_faults"} <= OPEN


def test_a_text_of_another_set_is_counted_and_never_kept() -> None:
    rows = [row("a"), row("b", set="arbanking77"), row("c", set="arbanking77")]
    (found,) = shown_examples(
        task(Examples(title="x")), rows, ["a", "b", "c"], {"a": "own", "b": "secret", "c": "secret"}
    )
    assert (found.matching, found.hidden, len(found.rows)) == (3, 2, 1)
    assert "secret" not in found.model_dump_json()


def test_the_highest_come_first_and_equal_ones_by_their_digest() -> None:
    rows = [row("b", sure=0.1), row("a", sure=0.1), row("c", sure=0.9), row("d")]
    assert shown(Examples(title="x", by="sure", most=3), *rows) == ["c", "a", "b"]
    assert shown(Examples(title="x"), *reversed(rows)) == ["a", "b", "c", "d"]


def test_only_rows_that_fit_are_shown_and_a_message_once() -> None:
    rows = [row("a", right=True), row("b", signal="x", sure=0.2), row("b", signal="y", sure=0.8)]
    assert shown(Examples(title="x", where={"right": (True,)}), *rows) == ["a"]
    assert shown(Examples(title="x", where={"right": (False,)}, by="sure"), *rows) == ["b"]


def test_what_was_asked_for_is_told_with_what_was_seen() -> None:
    seen = Seen(reply="hello", reply_marks=(Mark(start=0, end=5, shows="blame"),))
    examples = Examples(title="x", columns=("level", "absent"))
    given = [row("a", level="calm", **{SEEN: seen.model_dump_json(exclude_defaults=True)})]
    (found,) = shown_examples(task(examples), given, ["a"], {"a": "text"})
    assert found.rows[0].columns == {"level": "calm", "absent": None}
    assert found.rows[0].seen == seen


def test_findings_without_a_place_are_told_apart() -> None:
    placed = Finding(
        check="tone", code="blame", severity=Severity.WARN, message="m", span=Span(start=3, end=6, text="you")
    )
    nowhere = Finding(check="tone", code="missing_step", severity=Severity.WARN, message="m")
    assert finding_marks([nowhere, placed]) == ((Mark(start=3, end=6, shows="blame"),), ("missing_step",))
