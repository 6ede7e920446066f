from evaluation.runs.compare import compare_all
from evaluation.runs.show import comparison_page, run_names
from evaluation.suite import Value
from tests.evaluation.runs.builders import FAULTS, RIGHT, record

Rows = list[dict[str, Value | None]]


def rows(right: int, faults: int) -> Rows:
    return [
        {"right": place < right, "fault": place < faults, "language": "ar" if place % 2 else "en"}
        for place in range(200)
    ]


FIRST, MORE, LESS = (
    record(rows(*counts), RIGHT, FAULTS, code=code, slices=("language",))
    for code, counts in (("a", (100, 40)), ("b", (160, 42)), ("c", (60, 40)))
)


def page(*others: object) -> str:
    runs = [FIRST, *(other for other in (MORE, LESS) if other in others)]
    return comparison_page(compare_all(runs[0], runs[1:]), run_names(runs))


def test_what_changed_comes_before_every_figure() -> None:
    said = page(MORE)
    summary, figures = said.split("## Every figure")
    assert "- **Better** in 1 of 2 figures:\n  - task: right: 0.500 → 0.800, +0.300" in summary
    assert "- **Worse** in 0 of 2 figures." in summary
    assert "- **Undecided** in 1, of which 0 are the same to the digit." in summary
    assert "- Of 4 slices: 2 better, 0 worse:\n  - better: task: language" in summary
    assert "| language ar: right " in figures
    assert "| code     |" in said


def test_several_runs_stand_side_by_side_and_are_corrected_together() -> None:
    said = page(MORE, LESS)
    assert f"## {MORE.id}: what changed against {FIRST.id}" in said
    assert f"## {LESS.id}: what changed against {FIRST.id}" in said
    row = next(line for line in said.splitlines() if line.startswith("| right "))
    assert [cell.strip()[:6] for cell in row.split("|")[2:4]] == ["0.500", "200"]
    assert "+0.300" in row
    assert "-0.200" in row
    alone = compare_all(FIRST, [MORE]).comparisons[0].differences[0]
    together = compare_all(FIRST, [MORE, LESS]).comparisons[0].differences[0]
    assert (alone.p, alone.difference) == (together.p, together.difference)
    assert (together.corrected or 0) >= (alone.corrected or 0)


def test_runs_are_called_by_their_writer_where_that_tells_them_apart() -> None:
    assert run_names([FIRST, MORE]) == [FIRST.id, MORE.id]


def test_slices_of_too_few_rows_are_counted_not_listed() -> None:
    small = [{"right": place < 60, "language": "ar" if place < 90 else "en"} for place in range(100)]
    run = record(small, RIGHT, slices=("language",))
    said = comparison_page(compare_all(run, [run]), [run.id, run.id])
    assert "Too few rows to compare: 1 slices." in said
    assert "| language ar: right" in said
    assert "language en" not in said
