from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.sets.pairs import Pair
from models.sets.rows import Row
from models.training.contrast import Contrast, Draw, Mixture, contrast_of
from models.training.recipe import OWN

GROUPED = [
    Row(f"{place} {level}", OWN, "train", "en", level=level, group=f"g{place}", problem=f"p{place}")
    for place in range(12)
    for level in range(4)
]


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
    made = contrast_of([*questions, *GROUPED, *elsewhere, lone], pairs, (OWN,), seed=0)
    arrival = made.intents["bank:card_arrival"]
    assert set(arrival[0]) > {"where is it", "أين هي"}
    assert len(arrival[0]) > 2 + 60, "and ours in the dialects"
    assert len(arrival[1]) == 10, "and the stories told of it"
    assert len(made.intents) == 77, "every matter of ours; of an intent with one text nothing is learned"
    assert len(made.problems) == 12
    assert all(len({text.split()[0] for kind in kinds for text in kind}) == 1 for kinds in made.problems.values())
    assert made.pairs == tuple(pairs)


def kinds(contrast: Contrast) -> set[str]:
    """The kinds of texts that fifty draws hold, each draw of one kind and with partners alone."""
    found = set()
    for seed in range(50):
        texts, labels = contrast.draw(np.random.default_rng(seed), Mixture())
        (kind,) = {text[0] for text in texts}
        found.add(kind)
        assert len(texts) == len(labels)
        assert min(Counter(labels).values()) >= 2
        for label in set(labels):
            own = {text.rsplit(" ", 1)[0] for text, of in zip(texts, labels, strict=True) if of == label}
            assert len(own) == 1
    return found


def test_a_draw_is_of_one_kind_and_labels_tell_what_belongs_together() -> None:
    intents = {f"i{name}": (tuple(f"i{name} {place}" for place in range(5)),) for name in range(60)}
    problems = {f"p{name}": (tuple(f"p{name} {place}" for place in range(2)),) for name in range(3)}
    pairs = tuple(Pair(f"t{name} 0", f"t{name} 1", "x") for name in range(100))
    assert kinds(Contrast(intents, problems, pairs)) == {"i", "p", "t"}
    assert kinds(Contrast(intents, {}, ())) == {"i"}


def test_kinds_of_a_class_meet_in_half_of_the_draws() -> None:
    contrast = Contrast({"a": (("q 1", "q 2", "q 3"), ("s 1", "s 2")), "b": (("o 1",), ("p 1",))}, {}, ())
    drawn = [contrast.draw(np.random.default_rng(seed), Mixture()) for seed in range(200)]
    first = [{text[0] for text, of in zip(*each, strict=True) if of == 0} for each in drawn]
    other = [{text[0] for text, of in zip(*each, strict=True) if of == 1} for each in drawn]

    assert 70 < sum(kinds == {"q", "s"} for kinds in first) < 130
    assert sum(kinds == {"q"} for kinds in first) == 200 - sum(kinds == {"q", "s"} for kinds in first)
    assert all(kinds == {"o", "p"} for kinds in other), "a lone question always meets the other kind"


def test_a_mixture_says_how_a_step_is_drawn() -> None:
    problems = {
        f"{trade}-{name}": (tuple(f"m{trade} {name}" for _ in range(3)), (f"t{trade} {name}",))
        for trade in ("air", "bank", "net", "shop")
        for name in range(9)
    }
    mixture = Mixture(pairs=0.0, problems=1.0, trades=2, problem=Draw(10, each=4, alike=0.0))
    for seed in range(20):
        texts, labels = Contrast({}, problems, ()).draw(np.random.default_rng(seed), mixture)
        assert len({text[1:].split()[0] for text in texts}) == 2
        assert set(Counter(labels).values()) == {4}
        assert len(set(labels)) == 10
        assert sum(text.startswith("t") for text in texts) == 10
    intents = {name: ((f"{name} 1", f"{name} 2"),) for name in ("bank:a", "bank:b", "shop:c")}
    near = Mixture(pairs=0.0, problems=0.0, bank=1.0)
    assert {text[:4] for text in Contrast(intents, {}, ()).draw(np.random.default_rng(0), near)[0]} == {"bank"}


@pytest.mark.usefixtures("banking")
def test_a_trade_that_is_measured_on_is_left_out() -> None:
    rows = [Row(f"{trade} {place}", OWN, "train", "en", problem=f"{trade}-x") for trade in "ab" for place in range(2)]
    assert list(contrast_of(rows, [], (OWN,), 0, leave_out=("a",)).problems) == ["b-x"]


def test_every_text_is_named_once() -> None:
    contrast = Contrast({"i": (("a", "b"),)}, {"p": (("c", "d"), ("a",))}, (Pair("b", "e", "x"),))
    assert contrast.texts() == ["a", "b", "c", "d", "e"]
