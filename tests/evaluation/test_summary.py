import json
from pathlib import Path

import pytest

from evaluation.packed import packed
from evaluation.summary import BEGIN, END, Summary, fill, load_summary, summary_table
from models.errors import InputError

_ROOT = Path(__file__).parents[2]
_RESULTS = _ROOT / "evaluation" / "results"
_LINES = Summary.model_validate(
    {
        "before": "the one before",
        "lines": [
            {"what": "kappa", "suite": "toy", "figures": [{"task": "T", "metric": "kappa"}], "before": "0.700"},
            {
                "what": "shares",
                "suite": "toy",
                "figures": [
                    {"task": "T", "metric": "share"},
                    {"task": "T", "metric": "share", "slice": {"variety": "gulf"}},
                ],
            },
        ],
    }
)


def _report(folder: Path, *, name: str = "toy", model: str = "m@1", kappa: float = 0.8) -> None:
    def figure(metric: str, n: int, point: float, count: int | None = None, **more: object) -> dict[str, object]:
        return {"metric": metric, "n": n, "point": point, "low": point, "high": point, "count": count} | more

    figures = [
        figure("kappa", 1200, kappa, references={"floor": 0.75}),
        figure("share", 10, 0.5, 5, references={"at most": 0.1}),
        figure("share", 4, 0.25, 1, slice={"variety": "gulf"}),
    ]
    machine = {"processor": "a processor", "cores": 2, "memory_mib": 4096, "system": "Linux", "python": "3.11"}
    result = {
        "suite": name, "description": "", "seed": 0, "today": "2026-01-01", "limit": None, "resamples": 9,
        "confidence": 0.95,
        "revisions": {"code": "c", "models": [model]},
        "tasks": [{"name": "T", "run": "analyze", "data": ["s"], "n": 10, "figures": figures}],
    }  # fmt: skip
    run = {"started_at": "2026-01-02T03:04:05+00:00", "seconds": 1.0, "command": "rifq", "machine": machine}
    (folder / f"{name}.json.gz").write_bytes(packed(json.dumps({"result": result, "run": run})))


def test_the_readme_shows_the_committed_reports() -> None:
    page = (_ROOT / "README.md").read_text(encoding="utf-8")
    assert fill(page, summary_table(load_summary(), _RESULTS)) == page


def test_figures_stand_with_n_interval_and_what_was_wanted(tmp_path: Path) -> None:
    _report(tmp_path)
    lines = summary_table(_LINES, tmp_path).splitlines()
    assert lines[0] == "Model m@1; a processor, 2 cores, 2026-01-02."
    assert lines[-2] == "| kappa | 1,200 | 0.800 | 0.800-0.800 | 0.750 | 0.700 |"
    assert lines[-1] == "| shares | 10 / 4 | 50.0% / 25.0% | 50.0%-50.0% / 25.0%-25.0% | at most 10.0% (missed) |  |"


def test_a_missed_floor_is_said(tmp_path: Path) -> None:
    _report(tmp_path, kappa=0.7499)
    assert "0.750 (missed)" in summary_table(_LINES, tmp_path)


def test_reports_of_two_models_make_no_table(tmp_path: Path) -> None:
    _report(tmp_path)
    _report(tmp_path, name="other", model="m@2")
    both = _LINES.model_copy(update={"lines": (*_LINES.lines, _LINES.lines[0].model_copy(update={"suite": "other"}))})
    with pytest.raises(InputError, match="several models"):
        summary_table(both, tmp_path)


def test_a_figure_or_report_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="rifq eval run toy"):
        summary_table(_LINES, tmp_path)
    _report(tmp_path)
    chosen = _LINES.lines[0].figures[0].model_copy(update={"metric": "delta"})
    wrong = _LINES.model_copy(update={"lines": (_LINES.lines[0].model_copy(update={"figures": (chosen,)}),)})
    with pytest.raises(InputError, match="delta"):
        summary_table(wrong, tmp_path)


def test_a_page_keeps_what_stands_around_its_table() -> None:
    assert fill(f"a\n{BEGIN}\nold\n{END}\nb", "new") == f"a\n{BEGIN}\nnew\n{END}\nb"
    with pytest.raises(InputError, match="no place"):
        fill("a page", "new")
