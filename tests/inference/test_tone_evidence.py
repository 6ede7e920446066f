import re

import pytest

from inference.tone_evidence import tone_phrases
from inference.types import Evidence, Span


def heard(text: str, words: dict[str, float], head: str = "anger") -> tuple[Evidence, ...]:
    """Evidence for the first place where each word stands as a whole."""
    found = []
    for word, weight in words.items():
        match = re.search(rf"(?<!\S)\W*{re.escape(word)}\W*(?!\S)", text)
        assert match is not None, word
        span = Span(start=match.start(), end=match.end(), text=match.group())
        found.append(Evidence(head=head, span=span, weight=weight))
    return tuple(found)


def phrases(text: str, words: dict[str, float], head: str = "anger") -> list[str]:
    spans = tone_phrases(text, heard(text, words, head))
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    return [span.text for span in spans]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It depends, said the lady at the branch.", {"depends": 0.9, "lady": 0.5, "branch": 0.4}),
        ("The transfer is pending and the reference ends with a letter.", {"and": 1.0, "the": 0.8, "letter": 0.6}),
        ("البنت راحت ومشيت وحتى واحد ما كان هناك", {"ومشيت": 0.8, "وحتى": 0.9, "واحد": 0.9}),
        ("التحويل معلق من أمس والمبلغ من حسابي", {"التحويل": 0.7, "من": 0.5, "والمبلغ": 0.6}),
        ("el card fel bank w el app fady", {"card": 0.8, "w": 0.6, "fady": 0.3}),
    ],
)
def test_words_that_tell_of_no_anger_are_no_evidence_however_much_they_moved_the_head(
    text: str, words: dict[str, float]
) -> None:
    assert phrases(text, words) == []


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Are you all liars over there, or only the manager", {"liars": 0.9, "manager": 0.8}, "liars"),
        ("سلمتم المفتاح وضيعتوا النسخة", {"وضيعتوا": 0.8}, "ضيعتوا النسخة"),
        ("استهتار واضح بوقت الناس", {"استهتار": 0.6, "بوقت": 0.5}, "استهتار"),
        ("el service zbala awi", {"zbala": 0.7}, "zbala"),
        ("the parcel came 😡 late", {"😡": 0.6, "late": 0.5}, "😡"),
    ],
)
def test_an_insult_a_blame_or_a_face_is_shown(text: str, words: dict[str, float], expected: str) -> None:
    assert any(expected in phrase for phrase in phrases(text, words))


def test_a_verb_of_blame_is_shown_with_what_it_says() -> None:
    text = "انتو كسرتو الباب وما قلتو شي"
    (first, *_) = phrases(text, {"انتو": 1.0, "كسرتو": 0.7})
    assert first == "انتو كسرتو الباب"


def test_a_negation_is_never_cut_off() -> None:
    assert any(phrase.startswith("ما عندكم رحمة") for phrase in phrases("ما عندكم رحمة", {"رحمة": 0.8}))
    assert "no shame" in phrases("no shame at all", {"shame": 0.9})


def test_what_a_rule_knows_is_shown_whole() -> None:
    text = "حسبي الله ونعم الوكيل فيكم من الفجر"
    assert phrases(text, {"حسبي": 0.5}) == ["حسبي الله ونعم الوكيل فيكم"]


def test_at_most_three_short_phrases_of_whole_words() -> None:
    text = "liars here. crooks there. idiots above. clowns below. vermin within."
    weights = {"liars": 0.9, "crooks": 0.9, "idiots": 0.9, "clowns": 0.9, "vermin": 0.9}
    found = phrases(text, weights)
    assert len(found) == 3
    assert all(len(phrase.split()) <= 6 for phrase in found)
    assert all(re.fullmatch(r"\w.*\w", phrase) for phrase in found)


def test_only_what_raised_anger_counts() -> None:
    text = "such a disgrace"
    assert phrases(text, {"disgrace": 0.8}) == ["disgrace"]
    assert phrases("a Groan", {"Groan": -0.8}) == []
    assert phrases(text, {"such": 0.8}, head="sentiment") == phrases(text, {})


def test_a_message_without_words_shows_nothing() -> None:
    assert tone_phrases("", ()) == ()
    assert tone_phrases("؟؟ !!", ()) == ()
