"""Cards by the checks: a good draft's scores, what each fault lowers, and what rules leave empty."""

from dataclasses import replace

import pytest

from evaluation.scorecard import HIGHEST, MEASURES, Scorecard, Scorer, load_rubric, measures, score_by_checks
from inference.types import AngerLevel, Message
from tests.evaluation.scorecard.drafts import drafted, given

RUBRIC = load_rubric()
LANGUAGES = ("ar", "en")


def scored(language: str, level: AngerLevel = AngerLevel.ANGRY, *, added: str = "", sent: bool = True) -> Scorecard:
    """Return the card of a draft, with something added behind its text."""
    message, understood, draft = drafted(language, level)
    text = f"{draft.text}\n\n{added}" if added else None
    return score_by_checks(given(message, draft, text, sent=sent), understood, RUBRIC)


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_draft_has_no_fault_and_no_score_beyond_what_rules_can_give(language: str, sent: bool) -> None:
    card = scored(language, sent=sent)

    assert card.scorer is Scorer.CHECKS
    assert card.rubric == RUBRIC.id
    assert not card.failures
    for name, item in card.scores.items():
        assert item.score is not None, name
        # In a chat the word of feeling is a general one: the opening before it has named the matter.
        assert (2 if name == "empathy" else 3) <= item.score <= HIGHEST[name], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_that_is_scored_can_be_pointed_at(language: str) -> None:
    message, understood, draft = drafted(language)
    card = score_by_checks(given(message, draft), understood, RUBRIC)

    for name in ("listening", "empathy", "apology", "completeness"):
        spans = [proof.span for proof in card.scores[name].proofs if proof.span]
        assert spans, name
        assert all(draft.text[span.start : span.end] == span.text for span in spans)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calm_question_is_owed_no_apology_and_no_sympathy(language: str) -> None:
    card = scored(language, AngerLevel.CALM)

    assert card.level("apology") is None
    assert card.level("empathy") is None
    assert card.scores["apology"].reason


@pytest.mark.parametrize(
    ("language", "added", "criterion", "level"),
    [
        ("ar", "نعتذر منكم مرة ثانية.", "apology", 2),
        ("en", "We apologise once more.", "apology", 2),
        ("ar", "هذا خطؤكم أنتم.", "tone", 1),
        ("en", "You are to blame for this.", "tone", 1),
        ("ar", "تكلفة ذلك 785 ريالًا.", "correctness", 1),
        ("en", "That costs 785 riyals.", "correctness", 1),
        ("ar", "سنتواصل معكم قريبًا.", "next_step", 2),
        ("en", "This is the settlement window of the acquirer.", "clarity", 2),
    ],
)
def test_a_fault_lowers_its_own_criterion_and_shows_where(
    language: str, added: str, criterion: str, level: int
) -> None:
    before, after = scored(language), scored(language, added=added)

    assert after.level(criterion) == level
    assert any(
        proof.code and proof.span and proof.span.text.strip() in added for proof in after.scores[criterion].proofs
    )
    others = set(HIGHEST) - {criterion, "completeness", "next_step", "clarity"}
    assert all(after.level(name) == before.level(name) for name in others)


@pytest.mark.parametrize(
    ("language", "added", "item"),
    [
        ("ar", "تكلفة ذلك 785 ريالًا.", "wrong_fact"),
        ("en", "We guarantee that this never happens again.", "unsupported_promise"),
        ("ar", "أرسلوا لنا كلمة المرور.", "asked_for_secret"),
        ("en", "Send us your PIN.", "asked_for_secret"),
    ],
)
def test_an_auto_fail_item_is_stated_with_what_shows_it(language: str, added: str, item: str) -> None:
    card = scored(language, added=added)

    assert list(card.failures) == [item]
    assert card.failures[item][0].span is not None


def test_another_language_fails_and_leaves_the_rest_empty() -> None:
    message, understood, draft = drafted("ar")
    other = drafted("en")[2].text
    card = score_by_checks(given(message, draft, other), understood, RUBRIC)

    assert list(card.failures) == ["wrong_language"]
    assert card.level("language") == 1
    assert all(card.level(name) is None for name in HIGHEST if name != "language")


@pytest.mark.parametrize(
    ("asked", "reply", "missed"),
    [
        ("I want to make a formal complaint. My card never came.", "Your card is on its way.", True),
        (
            "I want to make a formal complaint. My card never came.",
            "We have your complaint. It is with Huda from cards.",
            False,
        ),
        ("أريد تقديم شكوى رسمية، بطاقتي لم تصل.", "يمكنكم تتبع البطاقة من التطبيق.", True),
        ("أريد تقديم شكوى رسمية، بطاقتي لم تصل.", "وصلتنا شكواكم، ويتولاها قسم الشكاوى.", False),
        ("My card never came.", "Your card is on its way.", False),
    ],
)
def test_a_complaint_that_the_reply_passes_over_is_a_failure(asked: str, reply: str, missed: bool) -> None:
    language = "en" if asked.isascii() else "ar"
    _, understood, draft = drafted(language)
    card = score_by_checks(given(Message(text=asked), draft, reply), understood, RUBRIC)

    assert ("missed_complaint" in card.failures) is missed


def test_without_a_plan_or_a_source_nothing_is_guessed() -> None:
    message, understood, draft = drafted("en")
    bare = replace(given(message, draft, "You pay 785 riyals."), plan=None, sources=())
    card = score_by_checks(bare, understood, RUBRIC)

    for name in ("listening", "empathy", "apology", "completeness", "next_step", "correctness"):
        assert card.level(name) is None
        assert card.scores[name].reason
    assert "wrong_fact" not in card.failures


def test_a_criterion_of_ones_own_is_left_to_people() -> None:
    message, understood, draft = drafted("en")
    own = RUBRIC.criteria[0].model_copy(update={"id": "brand_voice"})
    rubric = RUBRIC.model_copy(update={"criteria": (*RUBRIC.criteria, own)})
    card = score_by_checks(given(message, draft), understood, rubric)

    assert card.level("brand_voice") is None
    assert card.scores["brand_voice"].reason == "No rule scores this criterion."


@pytest.mark.parametrize(
    ("language", "opening"),
    [
        ("ar", "قرأنا رسالتكم كاملة، وفهمنا أن موضوعها «أين بطاقتي الجديدة»."),
        ("en", "I've read your whole message, and I understand that it's about “Where is my new card”."),
    ],
)
def test_to_name_the_subject_is_not_to_say_what_happened(language: str, opening: str) -> None:
    message, understood, draft = drafted(language)
    listened = next(step for step in draft.steps if step.name.value == "listen").text.strip()
    text = draft.text.replace(listened, opening)
    assert text != draft.text

    card = score_by_checks(given(message, draft, text), understood, RUBRIC)

    assert card.level("listening") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_measures_of_a_good_draft_are_all_at_their_best(language: str) -> None:
    message, understood, draft = drafted(language)
    found = measures(given(message, draft), understood)

    assert tuple(found) == MEASURES
    assert found["steps_in_order"] == 1.0
    assert all(value is not False for value in found.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_that_is_gone_or_stands_elsewhere_is_not_in_order(language: str) -> None:
    message, understood, draft = drafted(language)
    first = next(step for step in draft.steps if step.name.value == "empathise").text.strip()
    without = draft.text.replace(first, "")
    moved = f"{without}\n\n{first}"

    shares = [
        measures(replace(given(message, draft, text), steps=draft.steps), understood)["steps_in_order"]
        for text in (without, moved)
    ]
    assert shares == pytest.approx([1 - 1 / len(draft.steps)] * 2)
