"""What is offered to an agent beside a draft: how many titles, and when none."""

from inference.compose import offered
from inference.compose.offered import LEAST_RELEVANCE
from inference.types import DraftStep, StepName
from tests.inference.builders import ENGLISH, found, resolution


def near(*scores: float) -> list[str]:
    """Return the ids offered, of as many resolutions as there are scores."""
    known = [resolution(ENGLISH, id=f"r{place}.en") for place in range(len(scores))]
    return [offer.id for offer in offered(found(*known, scores=scores), "en")]


def test_what_lies_far_behind_the_nearest_is_noise_from_the_third_on() -> None:
    assert near(0.8, 0.79, 0.78, 0.77, 0.76) == ["r0.en", "r1.en", "r2.en", "r3.en", "r4.en"]
    assert near(0.8, 0.6, 0.6, 0.55, 0.5) == ["r0.en", "r1.en"]
    assert near(0.8, 0.79, 0.66, 0.64, 0.5) == ["r0.en", "r1.en", "r2.en"]


def test_a_faint_match_offers_a_few_and_hardly_any_match_nothing() -> None:
    assert near(0.46, 0.45, 0.44, 0.43, 0.42) == ["r0.en", "r1.en", "r2.en"]
    assert near(0.44, 0.43) == near() == []


def test_titles_that_hardly_anything_speaks_for_are_few_and_near() -> None:
    known = [resolution(ENGLISH, id=f"r{place}.en") for place in range(4)]

    def shown(score: float, relevance: float) -> int:
        result = found(*known, scores=(score,) * 4).model_copy(update={"relevance": relevance})
        return len(offered(result, "en"))

    assert shown(0.6, LEAST_RELEVANCE) == 4
    assert shown(0.6, LEAST_RELEVANCE - 0.01) == 2
    assert shown(0.49, LEAST_RELEVANCE) == 3
    assert shown(0.49, LEAST_RELEVANCE - 0.01) == 0


def test_what_a_draft_rests_on_still_tells_what_is_far() -> None:
    """The titles beside a sure answer are measured by it, though it is not among them."""
    known = [resolution(ENGLISH, id=f"r{place}.en") for place in range(4)]
    rest = (DraftStep(name=StepName.SOLVE, text="so", sources=("r0.en",)),)
    result = found(*known, scores=(0.9, 0.7, 0.69, 0.68))
    assert [offer.id for offer in offered(result, "en", rest)] == ["r1.en", "r2.en"]


def test_who_searches_by_words_of_their_own_sees_all_that_is_near() -> None:
    known = [resolution(ENGLISH, id=f"r{place}.en") for place in range(6)]
    result = found(*known, scores=(0.3, 0.2, 0.1, 0.05, 0.04, 0.03))
    assert len(offered(result, "en", least=float("-inf"))) == 5
