"""Four tempers are compared in what they say and in how they say it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from evaluation.drafting.problems import Problem, load_problems
from evaluation.drafting.shares import Figure
from evaluation.drafting.temperatures import FourTempers, differing, facts_of, measure_temperatures, shared_openings
from inference.types import AngerLevel, Resolution
from retrieval import sample
from tests.evaluation.drafting.cases import answered
from tests.inference.builders import ENGLISH, POLICY, resolution

if TYPE_CHECKING:
    from evaluation.drafting.answered import Answered

WORDED = {level: f"Where is my card? ({level})" for level in AngerLevel}
PROBLEM = Problem(intent="late", ar=WORDED, en=WORDED)


def four(read: Sequence[AngerLevel] = tuple(AngerLevel), sources: Sequence[Resolution] = ()) -> FourTempers:
    given = list(sources) or [resolution(ENGLISH)] * len(AngerLevel)
    items: dict[AngerLevel, Answered] = {
        level: answered(WORDED[level], source, level=seen)
        for level, source, seen in zip(AngerLevel, given, read, strict=True)
    }
    return FourTempers(PROBLEM, "en", items)


def named(figures: Sequence[Figure]) -> dict[str, float]:
    return {figure.name: figure.point for figure in figures}


def test_the_same_source_gives_the_same_facts_in_other_words() -> None:
    found = named(measure_temperatures([four()], POLICY, seed=1))
    assert found["furious is read as furious"] == 1
    assert found["all four replies are ready and rest on the right resolution"] == 1
    assert found["the same numbers and numbered steps in all four, but for steps that one's words rule out"] == 1
    assert found["no two of the four texts are alike"] == 1
    assert found["at most one apology in each"] == 1
    assert found["no apology to the calm, one to the furious"] == 1
    assert found["percent of the words before the answer that differ, calm and irritated"] > 0


def test_another_step_or_number_is_another_fact() -> None:
    other = resolution(ENGLISH, short="Cards arrive within 9 working days.")
    fewer = resolution(ENGLISH, steps=("Open the app and tap Track Card.",))
    assert not differing(four())
    assert differing(four(sources=[resolution(ENGLISH), resolution(ENGLISH), other, resolution(ENGLISH)]))
    assert differing(four(sources=[resolution(ENGLISH), resolution(ENGLISH), fewer, resolution(ENGLISH)]))


def test_a_step_that_a_wording_rules_out_is_no_other_fact() -> None:
    both = ("If you're in a shop, use your PIN.", "If you're buying online, check the number.", "Try again in 2 days.")
    shop = answered("My card was declined in a shop.", resolution(ENGLISH, steps=both))
    plain = answered("My card was declined.", resolution(ENGLISH, steps=both))
    assert facts_of(shop.draft) != facts_of(plain.draft)
    assert not differing(FourTempers(PROBLEM, "en", {AngerLevel.CALM: shop, AngerLevel.ANGRY: plain}))
    shorter = answered("My card was declined.", resolution(ENGLISH, steps=both[:2]))
    assert differing(FourTempers(PROBLEM, "en", {AngerLevel.CALM: shop, AngerLevel.ANGRY: shorter}))


def test_brackets_that_explain_are_no_other_fact() -> None:
    explained = resolution(ENGLISH, steps=("Send us your IBAN.",))
    asked = answered("Where is my card?", explained).draft
    knows = answered("Where is my card? My IBAN is old.", explained).draft
    assert asked.text != knows.text
    assert facts_of(asked) == facts_of(knows)


def test_the_tone_is_judged_apart_from_the_reading_and_the_search() -> None:
    misread = four(read=[AngerLevel.CALM] * 4, sources=[resolution(ENGLISH)] * 3 + [resolution(ENGLISH, id="other.en")])
    assert not misread.is_right
    alone = misread.tone_alone(POLICY)
    assert alone is not None
    assert alone.is_right
    assert [item.analysis.anger.level for item in alone.answers.values()] == list(AngerLevel)
    levels = [item.draft.plan and item.draft.plan.level for item in alone.answers.values()]
    assert levels == list(AngerLevel)
    assert misread.answers[AngerLevel.FURIOUS].analysis.anger.level is AngerLevel.CALM
    lost = four(sources=[resolution(ENGLISH, id="other.en")] * 4)
    assert lost.tone_alone(POLICY) is None


def test_sentences_that_two_tempers_share_are_found() -> None:
    empathy = "waiting for a card without any news is worrying"
    assert empathy in shared_openings(four(read=[AngerLevel.IRRITATED] * 4))
    assert not shared_openings(four()), "in a chat each of the four hears its own"


def test_there_are_enough_problems_each_with_all_wordings() -> None:
    problems = load_problems()
    assert len(problems) >= 25
    intents = {problem.intent for problem in problems}
    assert len(intents) == len(problems)
    assert intents <= set(sample.intents())
    texts = [text for problem in problems for part in (problem.ar, problem.en) for text in part.values()]
    assert len(set(texts)) == len(problems) * 2 * len(AngerLevel)


def test_a_problem_lacks_no_temper() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        Problem(intent="late", ar={AngerLevel.CALM: "x"}, en=WORDED)
