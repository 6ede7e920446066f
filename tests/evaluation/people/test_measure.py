import csv
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from evaluation.packed import unpacked
from evaluation.people import __main__ as command
from evaluation.people import labels, readings
from evaluation.people.agreement import Kind, Use
from evaluation.people.measure import Bench, measure_all
from inference.analysis import Analyzer
from inference.encoder import open_encoder
from inference.policy import load_policy
from models.errors import ConfigurationError
from models.sets.folder import sets_folder

POLITE = "Thank you so much for this answer, number {number}. Could you please tell me where the setting is?"
RUDE = "Why did you break it again, number {number}? You clearly have no idea what you are doing."


def write(path: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scores = [f"Score{number}" for number in range(1, 6)]
    for name in labels.POLITENESS.values():
        rows: list[list[object]] = []
        for number in range(120):
            polite = number % 2 == 0
            text = (POLITE if polite else RUDE).format(number=number)
            raters = [(20 if polite else 5) + (number * 7 + rater) % 4 for rater in range(5)]
            rows.append([number, text, *raters, (1.0 if polite else -1.0) + number / 1000])
        head = ["Id", "Request", *scores, "Normalized Score"]
        write(tmp_path / "stanford_politeness" / f"{name}.annotated.csv", head, rows)
    kind = "It must be very hard to wait like that, and I can hear how upset you are. Try {number} calls."
    cool = "Try {number} calls."
    for name in ("emotional-reactions", "interpretations", "explorations"):
        replies = [(kind if number % 2 else cool).format(number=number) for number in range(160)]
        rows = [[f"s{number}", "I feel lost", reply, 2 * (number % 2)] for number, reply in enumerate(replies)]
        head = ["sp_id", "seeker_post", "response_post", "level"]
        write(tmp_path / "epitome_empathy" / f"{name}-reddit.csv", head, rows)
    return tmp_path


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(open_encoder(threads=1), load_policy())


def test_halves_share_no_text_and_lose_none(folder: Path) -> None:
    read, measured = (labels.politeness(folder, next(iter(labels.POLITENESS)), half) for half in ("read", "measured"))
    assert len(read) + len(measured) == 120
    assert {row.text for row in read}.isdisjoint(row.text for row in measured)
    assert min(len(read), len(measured)) > 30
    assert all(len(row.raters) == 5 for row in read)


def test_a_draw_is_the_same_each_time_and_keeps_the_order(folder: Path) -> None:
    rows = labels.empathy(folder, "emotional reactions", "measured")
    drawn = labels.drawn(rows, 20, seed=1)
    assert drawn == labels.drawn(rows, 20, seed=1)
    assert len(drawn) == 20
    assert [rows.index(row) for row in drawn] == sorted(rows.index(row) for row in drawn)
    assert labels.drawn(rows, 10_000, seed=1) == rows


def test_rude_words_and_steps_are_read() -> None:
    policy = load_policy()
    blaming = labels.Judged("You should have read the terms before you complained.", 0.0, "1")
    kindly = labels.Judged("I can see how tiring that wait has been for you.", 0.0, "2")
    rude = readings.rude_findings([blaming, kindly], policy)
    assert rude[0] > 0
    assert rude[1] == 0
    asking = labels.Judged("Which app do you use?", 0.0, "3", asked="It broke")
    assert readings.step_seen([asking], "explorations", policy).tolist() == [1.0]


def test_counts_that_anybody_could_take() -> None:
    texts = ("Please help! Why?", "لو سمحتم، أين بطاقتي؟")
    found = readings.counted([labels.Judged(text, 0.0, text) for text in texts])
    assert found["more words"].tolist() == [3.0, 4.0]
    assert found["fewer words"].tolist() == [-3.0, -4.0]
    assert found["question marks"].tolist() == [1.0, 1.0]
    assert found["please and thanks"].tolist() == [1.0, 1.0]


def test_sets_that_are_absent_are_named_and_the_rest_is_measured(folder: Path, analyzer: Analyzer) -> None:
    found = measure_all(Bench(folder, analyzer, load_policy(), seed=1))
    assert {why.split()[4] for why in found.skipped} == {"samer", "semeval2018", "brighter_semeval2025", "complaints"}
    by_name = {(item.of, item.ours): item for item in found.agreements}
    for of in labels.POLITENESS:
        rude = by_name[f"politeness of {of}", "anger intensity (less)"]
        assert rude.kind is Kind.SPEARMAN
        assert (rude.point or 0) > 0.5
    empathy = by_name["emotional reactions in peers' replies", "step “empathise” seen"]
    assert (empathy.point or 0) > 0.9
    assert len(found.between) == 2
    assert any("rudest" in figure.name for figure in found.shares)


def test_the_program_writes_what_it_found_without_any_text_of_the_sets(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(folder))
    app = typer.Typer()
    app.command()(command.main)
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["--out", str(out), "--most", "60"])
    assert result.exit_code == 0, result.output
    content = json.loads(unpacked((out / "people.json.gz").read_bytes()))
    page = (out / "people.md").read_text(encoding="utf-8")
    assert {row["kind"] for row in content["result"]["agreements"]} == {Kind.SPEARMAN, Kind.KAPPA}
    assert any(use in page for use in Use)
    assert "Not yet measured" in page
    for written in (page, json.dumps(content)):
        assert "no idea what you are doing" not in written
        assert "NaN" not in written


@pytest.mark.sets
def test_every_public_set_is_read_in_both_halves() -> None:
    try:
        folder = sets_folder()
    except ConfigurationError as error:
        pytest.skip(error.message)
    loaders: list[Callable[[labels.Half], list[labels.Judged]]] = [
        *(partial(labels.politeness, folder, of) for of in labels.POLITENESS),
        *(partial(labels.empathy, folder, of) for of in labels.MECHANISMS),
        *(partial(labels.anger, folder, of) for of in ("ar", "en")),
        partial(labels.complaints, folder),
        partial(labels.readability, folder),
    ]
    for load in loaders:
        read, measured = load("read"), load("measured")
        assert len(read) >= 50
        assert len(measured) >= 50
        assert len(np.unique([row.said for row in measured])) > 1
        assert {row.text for row in read}.isdisjoint(row.text for row in measured)
