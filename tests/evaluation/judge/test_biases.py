import asyncio
import re

import pytest

from evaluation.judge.__main__ import _planted
from evaluation.judge.biases import biases_of
from evaluation.judge.planted import planted_judges, planted_texts
from evaluation.judge.report import PlantedReport, PlantedRow, planted_page, within
from evaluation.machine import this_machine
from evaluation.result import RunInfo
from evaluation.scorecard import load_rubric

PAIRS, REPLIES, ORDERING = 80, 16, 8
TEXTS = planted_texts(pairs=PAIRS, replies=REPLIES, ordering=ORDERING, seed=5)


@pytest.fixture(scope="module")
def rows() -> dict[str, PlantedRow]:
    rubric = load_rubric()
    found = [asyncio.run(_planted(expected, TEXTS, rubric, 2)) for expected in planted_judges()]
    return {row.judge: row for row in found}


def test_the_texts_are_what_they_are_said_to_be() -> None:
    equal = [pair for pair in TEXTS.pairs if TEXTS.quality[pair.a] == TEXTS.quality[pair.b]]
    assert len(equal) == PAIRS / 2
    assert all(pair.known == "neither" for pair in equal)
    sided = [pair for pair in TEXTS.pairs[:PAIRS] if pair not in equal]
    longer = [(len(pair.a) > len(pair.b)) is (pair.known == "a") for pair in sided]
    assert sum(longer) == len(sided) / 2
    assert all(TEXTS.quality[pair.a] > TEXTS.quality[pair.b] for pair in sided if pair.known == "a")


def test_what_was_planted_is_found(rows: dict[str, PlantedRow]) -> None:
    held = {
        (judge, name): within(getattr(row.found, name), value)
        for judge, row in rows.items()
        for name, value in row.planted.items()
    }
    assert len(held) > 35
    # 95% intervals miss now and then; those of habits without chance may not.
    assert sum(held.values()) >= 0.9 * len(held)
    sure = {"perfect", "always the first", "does what replies order"}
    assert [key for key, holds in held.items() if key[0] in sure and not holds] == []


def test_each_bias_parts_the_judge_that_has_it_from_one_that_has_not(rows: dict[str, PlantedRow]) -> None:
    def low_and_high(judge: str, name: str) -> tuple[float, float]:
        found = getattr(rows[judge].found, name)
        return found.low, found.high

    assert low_and_high("the first in 30%", "first")[0] > 0.5
    assert low_and_high("the longer in 40%", "longer_of_equal")[0] > 0.5
    assert low_and_high("always the longer", "length")[0] > 0.5
    assert low_and_high("always the longer", "score_length")[0] > 0.5
    assert low_and_high("a coin", "same_again")[1] < 0.7
    assert low_and_high("perfect", "same_again")[0] > 0.9


def test_orders_to_the_judge_are_counted_and_change_no_figure(rows: dict[str, PlantedRow]) -> None:
    for row in rows.values():
        assert row.found.addressed == 2 * ORDERING
        assert row.found.choices == PAIRS * 4
    assert rows["does what replies order"].found.right == rows["perfect"].found.right


def test_faults_and_tokens_are_counted(rows: dict[str, PlantedRow]) -> None:
    assert rows["perfect"].found.faults == {}
    assert set(rows["no answer in 40%"].found.faults) == {"form", "not_json", "rubric", "twice"}
    assert rows["perfect"].found.tokens_read > 100 * rows["perfect"].found.choices


def test_nothing_asked_nothing_said() -> None:
    found = biases_of([], seed=1)
    assert found.first is None
    assert found.choices == found.scores == found.addressed == 0


def test_the_page_tells_what_holds(rows: dict[str, PlantedRow]) -> None:
    run = RunInfo(started_at="2026-01-01", seconds=1.0, command="x", machine=this_machine())
    report = PlantedReport(
        run=run, pairs=PAIRS, replies=REPLIES, ordering=ORDERING, repeats=2, seed=1, rows=tuple(rows.values())
    )
    held, of = report.covered
    page = planted_page(report)
    assert f"{held} of {of} intervals" in page
    assert len(re.findall(r"\| +yes \|", page)) == held
