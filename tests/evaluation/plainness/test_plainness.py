import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from evaluation.packed import unpacked
from evaluation.plainness import __main__ as command
from evaluation.plainness.fit import _logistic
from evaluation.plainness.measure import _spearman, english
from evaluation.plainness.texts import fragments, pairs, passages

HARD, EASY = "قصر#3 منيف#5", "بيت#3 جميل#3"
PAGE = """---
title: A page
---

* #### Before

  The {number} student applicant should submit an official copy of the transcript to the office.

* #### After

  Send us an official copy of your {number} school marks, please, by the end of May.
{{: .example-side-by-side}}

Not part of it.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    examples = tmp_path / "plainlanguage" / "before-and-after"
    examples.mkdir(parents=True)
    for number in range(12):
        (examples / f"page-{number}.md").write_text(PAGE.format(number=number), encoding="utf-8")
    for name in ("avoid-hidden-verbs.md", "avoid-jargon.md"):
        (tmp_path / "plainlanguage" / name).write_text("---\na: b\n---\nNothing | here\n", encoding="utf-8")
    levels = tmp_path / "samer"
    levels.mkdir()
    words = [HARD if row % 2 == 0 and row // 8 % 2 == 0 else EASY for row in range(60)]
    rows = [f"{row},{text},{row // 20},1" for row, text in enumerate(words)]
    for part in ("train", "test"):
        (levels / f"all_{part}_aligned.csv").write_text(",0,1,2\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def test_pairs_are_read_without_mark_up_and_split_for_good(folder: Path) -> None:
    train, test = pairs(folder, "train"), pairs(folder, "test")
    assert len(train) + len(test) == 12
    assert train
    assert test
    assert {pair.name for pair in train}.isdisjoint(pair.name for pair in test)
    assert all(pair.before.startswith("The") and pair.after.startswith("Send") for pair in (*train, *test))
    assert all("Not part" not in pair.after and "{" not in pair.after for pair in (*train, *test))


def test_fragments_have_levels_and_passages_stay_in_their_chapter(folder: Path) -> None:
    rows = fragments(folder, "test")
    assert (rows[0].level, rows[0].highest, rows[0].text) == (4.0, 5, "قصر منيف")
    assert (rows[1].level, rows[1].highest) == (3.0, 3)
    joined = passages(rows)
    assert [row.chapter for row in joined] == [0, 0, 1, 1, 2, 2]
    assert all(len(row.text.splitlines()) == 8 for row in joined)


def test_english_figures_count_the_test_half(folder: Path) -> None:
    found = english(folder, seed=1)
    assert {item.n for item in found} == {len(pairs(folder, "test"))}
    assert all(item.low <= item.point <= item.high for item in found)


def test_spearman_follows_ranks_not_values() -> None:
    levels = np.array([1.0, 2.0, 3.0, 4.0])
    ones = np.ones((1, 4))
    assert _spearman(np.array([1.0, 10.0, 100.0, 1000.0]), levels)(ones)[0] == pytest.approx(1.0)
    assert _spearman(np.array([4.0, 3.0, 2.0, 1.0]), levels)(ones)[0] == pytest.approx(-1.0)


def test_fitted_weights_find_the_telling_column_and_none_is_negative() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(200, 3))
    weights = _logistic(rows, np.where(rows[:, 1] > 0, 1.0, -1.0))
    assert weights.argmax() == 1
    assert weights.min() >= 0
    assert _logistic(rows, np.where(rows[:, 1] > 0, -1.0, 1.0))[1] == 0


def test_without_data_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path / "absent"))
    result = command.measure_all(seed=1)
    assert any("RIFQ_SETS" in why for why in result.skipped)
    assert {item.of for item in result.figures} == {"sample resolutions, ar", "sample resolutions, en"}


def test_an_empty_folder_names_each_missing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path))
    assert len(command.measure_all(seed=1).skipped) == 2


def test_explaining_leaves_less_jargon_in_the_sample(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(folder))
    app = typer.Typer()
    app.command()(command.main)
    out = tmp_path / "out"
    assert CliRunner().invoke(app, ["--out", str(out)]).exit_code == 0
    report = json.loads(unpacked((out / "plainness.json.gz").read_bytes()))
    figures = {(item["of"], item["figure"]): item["point"] for item in report["result"]["figures"]}
    for language in ("ar", "en"):
        of = f"sample resolutions, {language}"
        assert figures[of, "unexplained terms after"] < figures[of, "unexplained terms before"] / 3
    assert "SAMER test" in (out / "plainness.md").read_text(encoding="utf-8")
