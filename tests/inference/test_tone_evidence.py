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


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("انتو كسرتو الباب وما قلتو شي. الباب خشب", {"انتو": 1.0, "كسرتو": 0.7}, "انتو كسرتو الباب وما قلتو شي"),
        ("ما عندكم رحمة، والمبلغ صغير", {"رحمة": 0.8}, "ما عندكم رحمة"),
        ("There is no shame in you, none. Bye", {"shame": 0.9}, "There is no shame in you"),
        ("حسبي الله ونعم الوكيل فيكم! رقمي عندكم", {"حسبي": 0.5}, "حسبي الله ونعم الوكيل فيكم"),
        ("ento betedhako 3la el nas, wel raqam 3andokom", {"betedhako": 0.9}, "ento betedhako 3la el nas"),
        (
            'Your so-called "team" is useless and rude. Call me',
            {"useless": 0.9},
            'Your so-called "team" is useless and rude',
        ),
        ("أنتم تقولون «اليوم»، وهذا كذب", {"تقولون": 0.9, "كذب": 0.3}, "أنتم تقولون «اليوم»"),
    ],
)
def test_a_short_sentence_is_shown_whole_up_to_its_marks(text: str, words: dict[str, float], expected: str) -> None:
    assert expected in phrases(text, words)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (
            "I bought the blue one in the spring sale and you people lied to me at every turn because it was late",
            {"lied": 0.9, "people": 0.4},
            "and you people lied to me at every turn",
        ),
        (
            "اشتريت الجهاز من الفرع الكبير أول الشهر الماضي وأنتم ضحكتم علينا بالضمان الكاذب هذا لأن الموظف مستعجل",
            {"ضحكتم": 0.9, "الكاذب": 0.6},
            "وأنتم ضحكتم علينا بالضمان الكاذب هذا",
        ),
    ],
)
def test_a_long_sentence_is_cut_where_a_thought_begins(text: str, words: dict[str, float], expected: str) -> None:
    assert phrases(text, words) == [expected]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"We cheat nobody, liars do" is on the poster', {"liars": 0.9, "cheat": 0.8}),
        ("قرأت الإعلان: «لا كذب عندنا ولا مماطلة». رقمي كما هو", {"كذب": 0.9}),
        ("you told me 'we never cheat or lie' on the phone", {"cheat": 0.9}),
        ("My neighbour is a liar and a cheat. The parcel was on the stairs", {"liar": 0.9, "cheat": 0.8}),
        ("جارنا هذا كذاب كبير، أخذ الطرد", {"كذاب": 0.9}),
        ("الحرامي شال كل شي، الله ينتقم منه", {"الحرامي": 0.9, "ينتقم": 0.7}),
        ("It was my own stupid fault", {"stupid": 0.9, "fault": 0.8}),
        ("I'm an idiot, I sent it twice", {"idiot": 0.9}),
        ("يا لغبائي، أنا الغلطان", {"الغلطان": 0.9}),
        ("بالله عليكم ساعدوني", {"بالله": 0.9, "ساعدوني": 0.8}),
        ("أنا مرعوب وخايف على فلوسي", {"مرعوب": 0.9, "وخايف": 0.9}),
        ("I am scared and begging you", {"scared": 0.9, "begging": 0.8}),
        ("لا أنوي رفع أي شكوى عليكم", {"أنوي": 0.9, "شكوى": 0.9}),
        ("I know it isn't your fault", {"fault": 0.9}),
        ("انتو مالكم ذنب", {"ذنب": 0.9, "انتو": 0.5}),
    ],
)
def test_what_is_no_anger_at_us_is_not_shown(text: str, words: dict[str, float]) -> None:
    assert phrases(text, words) == []


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("جارنا كذاب، وانتو كذابين مثله", {"كذاب": 0.9, "كذابين": 0.9}, ["وانتو كذابين مثله"]),
        ("Please stop lying to me", {"lying": 0.9}, ["Please stop lying to me"]),
        ("It is not my fault, it is your fault", {"your": 0.9}, ["it is your fault"]),
        ("مو غلطتي، الغلطة غلطتكم", {"غلطتكم": 0.9}, ["الغلطة غلطتكم"]),
        ("The thief was fast and you were useless", {"useless": 0.9}, ["The thief was fast and you were useless"]),
    ],
)
def test_anger_at_us_beside_what_is_none_is_shown(text: str, words: dict[str, float], expected: list[str]) -> None:
    assert [phrase for phrase in phrases(text, words) if phrase in expected] == expected
    assert not any("جارنا" in phrase for phrase in phrases(text, words))


def test_at_most_three_phrases_of_whole_words() -> None:
    text = "liars here. crooks there. idiots above. clowns below. vermin within."
    weights = {"liars": 0.9, "crooks": 0.9, "idiots": 0.9, "clowns": 0.9, "vermin": 0.9}
    found = phrases(text, weights)
    assert len(found) == 3
    assert all(re.fullmatch(r"\w.*\w", phrase) for phrase in found)


def test_together_the_phrases_stay_short() -> None:
    text = " ".join(f"You liars lied to me and to my old mother about number {place}." for place in range(4))
    found = phrases(text, {"liars": 0.9, "lied": 0.9})
    assert found
    assert sum(len(phrase.split()) for phrase in found) <= 24


def test_only_what_raised_anger_counts() -> None:
    text = "such a disgrace"
    assert phrases(text, {"disgrace": 0.8}) == [text]
    assert phrases("a Groan", {"Groan": -0.8}) == []
    assert phrases(text, {"such": 0.8}, head="sentiment") == phrases(text, {})


def test_a_message_without_words_shows_nothing() -> None:
    assert tone_phrases("", ()) == ()
    assert tone_phrases("؟؟ !!", ()) == ()
