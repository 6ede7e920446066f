"""The rubric as reviewers read it: ``docs/scorecard.md``, made from the file so that the two cannot part."""

from collections.abc import Iterator
from importlib.resources import files

from evaluation.scorecard.checks import HIGHEST
from evaluation.scorecard.measures import MEASURES
from evaluation.scorecard.rubric import AutoFail, Criterion, Rubric, Wording
from inference.types import Channel

_COMMAND = "python -m evaluation.scorecard --docs docs/scorecard.md"


def page(rubric: Rubric) -> str:
    """Return the page: how cards are made and what they do not show, then the rubric in both languages."""
    text = (files(__package__) / "page.md").read_text(encoding="utf-8")
    head = text.format(rubric=rubric.id, command=_COMMAND, measures=", ".join(f"`{name}`" for name in MEASURES))
    return "\n\n".join([head.strip(), *_rubric(rubric)]) + "\n"


def _rubric(rubric: Rubric) -> Iterator[str]:
    yield f"## The rubric, {rubric.id}"
    for item in rubric.criteria:
        yield _criterion(item)
    yield "## What fails a reply"
    yield "Stated beside the points, whatever they are."
    for fail in rubric.auto_fails:
        yield _auto_fail(fail)
    yield "## What counts on which channel"
    yield _channels(rubric)


def _criterion(item: Criterion) -> str:
    rows = [_row(str(level), item.levels[level]) for level in sorted(item.levels)]
    if item.not_due is not None:
        rows.append(_row("–", item.not_due))
    highest = HIGHEST.get(item.id)
    note = f" Checks score up to {highest}." if highest else " No check scores it."
    return "\n".join(
        [f"### {item.title.en} · {item.title.ar}", "", f"`{item.id}`.{note}", "", *_table(item.question, rows)]
    )


def _auto_fail(item: AutoFail) -> str:
    rows = [_row("example", item.example)]
    return "\n".join([f"### {item.title.en} · {item.title.ar}", "", f"`{item.id}`", "", *_table(item.definition, rows)])


def _table(head: Wording, rows: list[str]) -> list[str]:
    return [f"| | {head.en} | {_arabic(head.ar)} |", "|---|---|---|", *rows]


def _row(name: str, wording: Wording) -> str:
    return f"| {name} | {wording.en} | {_arabic(wording.ar)} |"


def _arabic(text: str) -> str:
    return f'<span lang="ar" dir="rtl">{text}</span>'


def _channels(rubric: Rubric) -> str:
    rows = [
        f"| {channel.value} | " + " | ".join(f"{rubric.weight(item.id, channel):g}" for item in rubric.criteria) + " |"
        for channel in Channel
    ]
    heads = " | ".join(item.title.en for item in rubric.criteria)
    return "\n".join([f"| | {heads} |", "|---" * (len(rubric.criteria) + 1) + "|", *rows])
