from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.sets.pairs import Pair
from models.sets.rows import Row
from models.training.plan import Contrast, contrast_of, plan_round
from models.training.recipe import OWN, Phase

BUDGET = 96
GROUPED = [
    Row(f"{place} {level}", OWN, "train", "en", level=level, group=f"g{place}", problem=f"p{place}")
    for place in range(12)
    for level in range(4)
]
SINGLE = [Row(f"s{place}", "xed", "train", "en") for place in range(40)]
LEFT_OUT = [Row("out", "goemotions", "train", "en")]
ROWS = [*GROUPED, *SINGLE, *LEFT_OUT]
LENGTHS = np.random.default_rng(0).integers(4, 20, len(ROWS))


def phase(passes: dict[str, float]) -> Phase:
    return Phase("tiny", passes, rounds=2, run=2, rate=1e-3, warm=0)


def plan(seed: int = 0, passes: dict[str, float] | None = None) -> list[list[int]]:
    chosen = phase(passes or {OWN: 2.0, "xed": 2.0})
    return plan_round(ROWS, LENGTHS, chosen, np.random.default_rng(seed), BUDGET)


@pytest.mark.parametrize("seed", range(5))
def test_every_row_stands_in_one_step_of_a_full_round(seed: int) -> None:
    counts = Counter(index for step in plan(seed) for index in step)
    assert counts == Counter(range(len(ROWS) - len(LEFT_OUT)))


@pytest.mark.parametrize("seed", range(5))
def test_wordings_of_a_group_stay_together(seed: int) -> None:
    for step in plan(seed, {OWN: 5.0, "xed": 1.0}):
        seen = Counter((ROWS[index].group, ROWS[index].level) for index in step if ROWS[index].group)
        for group in {group for group, _ in seen}:
            assert len({seen[group, level] for level in range(4)}) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_step_stays_within_its_budget(seed: int) -> None:
    for step in plan(seed):
        assert max(LENGTHS[index] for index in step) * len(step) <= BUDGET


def test_a_group_that_alone_exceeds_the_budget_is_kept_whole() -> None:
    rows = GROUPED[:4]
    steps = plan_round(rows, np.full(4, 60), phase({OWN: 2.0}), np.random.default_rng(0), BUDGET)
    assert [sorted(step) for step in steps] == [[0, 1, 2, 3]]


def test_the_seed_decides_and_nothing_else() -> None:
    assert plan(3) == plan(3)
    assert plan(3) != plan(4)


def test_passes_are_dealt_out_over_the_rounds() -> None:
    counts = Counter(index for step in plan(passes={"xed": 3.0}) for index in step)
    assert set(counts) == set(range(len(GROUPED), len(GROUPED) + len(SINGLE)))
    assert Counter(counts.values()) == {1: 20, 2: 20}
    few = Counter(index for step in plan(passes={"xed": 0.5}) for index in step)
    assert len(few) == few.total() == 10


def test_a_step_holds_texts_of_about_one_length() -> None:
    spreads = [np.ptp(LENGTHS[step]) for step in plan(passes={"xed": 2.0})]
    assert np.mean(spreads) < 0.6 * np.ptp(LENGTHS)


@pytest.fixture
def banking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The one file of the public sets that intents are read with."""
    (tmp_path / "arbanking77").mkdir()
    names = "label_ar,label_en\nوصول البطاقة,card_arrival\n"
    (tmp_path / "arbanking77" / "Banking77_intents.csv").write_text(names, encoding="utf-8")
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path))


@pytest.mark.usefixtures("banking")
def test_what_belongs_together() -> None:
    questions = [
        Row("where is it", "banking77_en", "train", "en", intent="card_arrival"),
        Row("أين هي", "arbanking77/msa_pal", "train", "ar", intent="وصول البطاقة"),
        Row("why", "banking77_en", "train", "en", intent="fee"),
    ]
    elsewhere = [Row(f"e{place}", "elsewhere", "train", "en", problem="e") for place in range(2)]
    lone = Row("lone", OWN, "train", "en", problem="lone")
    pairs = [Pair("يا", "oh", "tatoeba_laser")]
    made = contrast_of([*questions, *GROUPED, *elsewhere, lone], pairs, phase({OWN: 1.0}), seed=0)
    (arrival,) = made.intents
    assert set(arrival[0]) == {"where is it", "أين هي"}
    assert len(arrival[1]) == 10, "and the stories told of it"
    assert len(made.problems) == 12
    assert all(len({text.split()[0] for kind in kinds for text in kind}) == 1 for kinds in made.problems)
    assert made.pairs == tuple(pairs)


def kinds(contrast: Contrast) -> set[str]:
    """The kinds of texts that fifty draws hold, each draw of one kind and with partners alone."""
    found = set()
    for seed in range(50):
        texts, labels = contrast.draw(np.random.default_rng(seed))
        (kind,) = {text[0] for text in texts}
        found.add(kind)
        assert len(texts) == len(labels)
        assert min(Counter(labels).values()) >= 2
        for label in set(labels):
            own = {text.rsplit(" ", 1)[0] for text, of in zip(texts, labels, strict=True) if of == label}
            assert len(own) == 1
    return found


def test_a_draw_is_of_one_kind_and_labels_tell_what_belongs_together() -> None:
    intents = tuple((tuple(f"i{name} {place}" for place in range(5)),) for name in range(60))
    problems = tuple((tuple(f"p{name} {place}" for place in range(2)),) for name in range(3))
    pairs = tuple(Pair(f"t{name} 0", f"t{name} 1", "x") for name in range(100))
    assert kinds(Contrast(intents, problems, pairs)) == {"i", "p", "t"}
    assert kinds(Contrast(intents, (), ())) == {"i"}


def test_kinds_of_a_class_meet_in_half_of_the_draws() -> None:
    contrast = Contrast(((("q 1", "q 2", "q 3"), ("s 1", "s 2")), (("o 1",), ("p 1",))), (), ())
    drawn = [contrast.draw(np.random.default_rng(seed)) for seed in range(200)]
    first = [{text[0] for text, of in zip(*each, strict=True) if of == 0} for each in drawn]
    other = [{text[0] for text, of in zip(*each, strict=True) if of == 1} for each in drawn]

    assert 70 < sum(kinds == {"q", "s"} for kinds in first) < 130
    assert sum(kinds == {"q"} for kinds in first) == 200 - sum(kinds == {"q", "s"} for kinds in first)
    assert all(kinds == {"o", "p"} for kinds in other), "a lone question always meets the other kind"
