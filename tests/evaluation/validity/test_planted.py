"""Planted faults: exactly one thing is broken, and a case is right only where its own measure fell alone."""

import numpy as np
import pytest

from evaluation.scorecard.measures import MEASURES
from evaluation.validity.drafts import Good
from evaluation.validity.faults import KINDS, LANGUAGES, PARTS, Kind, Planting, plant_all, sentences
from evaluation.validity.planted import is_worse, judge
from tests.evaluation.scorecard.drafts import drafted

BY_NAME = {kind.name: kind for kind in KINDS}


def good(language: str) -> Good:
    message, understood, draft = drafted(language)
    return Good(message, understood, draft, drafted("en" if language == "ar" else "ar")[2])


def planting(number: int = 0) -> Planting:
    return Planting("dev", number, np.random.default_rng(number))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_each_kind_changes_a_good_draft(kind: Kind, language: str) -> None:
    draft = good(language)
    change = kind.plant(draft, planting())

    assert change is not None
    assert change.text != draft.draft.text
    assert kind.expected in MEASURES


def test_a_changed_figure_stands_nowhere_else_and_in_its_step_too() -> None:
    draft = good("en")
    change = BY_NAME["a figure changed"].plant(draft, planting())

    assert change is not None
    new = change.detail.split(" -> ")[1]
    assert new in change.text
    assert all(new not in source.quote for source in draft.draft.sources)
    assert any(new in step.text for step in change.steps)


def test_a_removed_step_is_gone_from_the_text_and_still_claimed() -> None:
    draft = good("ar")
    change = BY_NAME["a step removed"].plant(draft, planting())

    assert change is not None
    gone = [step for step in change.steps if step.text.strip() not in change.text]
    assert [step.name.value for step in gone] == [change.detail]


def test_plants_are_the_same_for_the_same_seed_and_half_in_each_language() -> None:
    drafts = [good("ar"), good("en")]
    first, again = (list(plant_all(drafts, "dev", per_kind=2, seed=1)) for _ in range(2))

    assert [item.change.text for item in first] == [item.change.text for item in again]
    languages = [item.good.draft.language for item in first]
    assert languages.count("ar") == languages.count("en") == len(KINDS)


@pytest.mark.parametrize("sent", [False, True])
def test_plain_faults_lower_their_own_measure_alone(sent: bool) -> None:
    kinds = {"a figure changed", "the language swapped", "a dismissive phrase", "a secret asked for"}
    broken = [
        item for item in plant_all([good("ar"), good("en")], "dev", per_kind=2, seed=0) if item.kind.name in kinds
    ]
    cases = list(judge(broken, sent=sent))

    assert len(cases) == 2 * len(kinds)
    assert all(case.right for case in cases), [(case.broken.change.detail, case.fell) for case in cases]


def test_an_unbroken_draft_is_neither_noticed_nor_right() -> None:
    draft = good("en")
    broken = next(plant_all([draft], "dev", per_kind=2, seed=0))
    same = type(broken)(draft, broken.kind, type(broken.change)(draft.draft.text, draft.draft.steps, "nothing"))
    (case,) = judge([same], sent=False)

    assert not case.fell
    assert not case.right


@pytest.mark.parametrize(
    ("name", "before", "after", "worse"),
    [
        ("tone_fits_anger", True, False, True),
        ("tone_fits_anger", True, None, False),
        ("apology_fits", None, False, True),
        ("apology_fits", None, True, False),
        ("steps_in_order", 1.0, 0.8, True),
        ("plainness", 90.0, 60.0, False),
        ("plainness", 60.0, 49.0, True),
    ],
)
def test_what_counts_as_a_fall(name: str, before: float | None, after: float | None, worse: bool) -> None:
    assert is_worse(name, before, after) is worse


def test_the_halves_share_no_sentence_and_hold_no_figure() -> None:
    said = {
        part: [line for kind in sentences()[part].values() for lines in kind.values() for line in lines]
        for part in PARTS
    }

    assert not set(said["dev"]) & set(said["test"])
    assert not any(char.isdigit() for lines in said.values() for line in lines for char in line)
    for part in PARTS:
        for kind, lines in sentences()[part].items():
            assert len(set(lines["ar"])) == len(lines["ar"]) == len(lines["en"]), kind
