from evaluation.choices import PageLanguage
from evaluation.pages.cards import cards, marked
from evaluation.pages.words import Words
from evaluation.shown import Mark, Seen, Shown, ShownRow

EN, AR = Words(PageLanguage.EN), Words(PageLanguage.AR)


def test_marks_stand_where_they_belong_and_say_what_they_show() -> None:
    found = marked(
        "I want my money", [Mark(start=2, end=6, shows="urgency"), Mark(start=10, end=15, shows="anger")], EN
    )
    assert found == (
        'I <mark>want<small lang="en"><bdi>urgency</bdi></small></mark> my '
        '<mark>money<small lang="en"><bdi>anger</bdi></small></mark>'
    )
    assert "استعجال" in marked("الآن", [Mark(start=0, end=4, shows="urgency")], AR)


def test_one_place_shows_two_things_and_overlaps_are_drawn_once() -> None:
    both = [
        Mark(start=0, end=4, shows="anger"),
        Mark(start=0, end=4, shows="abuse"),
        Mark(start=2, end=6, shows="thanks"),
    ]
    found = marked("abcdef", both, EN)
    assert found == '<mark>abcd<small lang="en"><bdi>anger, abuse</bdi></small></mark>ef'


def test_a_text_can_neither_become_markup_nor_turn_the_page() -> None:
    found = marked("<img onerror=x>\u202eabc\u200b", [Mark(start=1, end=4, shows="<b>")], EN)
    assert "<img" not in found
    assert "<b>" not in found
    assert "\u202e" not in found
    assert "U+202E" in found
    assert "U+200B" in found


def test_joiners_within_words_and_emoji_stay() -> None:
    assert marked("می\u200cخواهم 👩\u200d👧", [], EN) == "می\u200cخواهم 👩\u200d👧"


def test_a_card_tells_its_facts_and_texts_in_the_page_s_language() -> None:
    seen = Seen(message="أين بطاقتي؟", marks=(Mark(start=0, end=2, shows="guarantee"),), findings=("too_long",))
    row = ShownRow(key="k", text="We guarantee it", columns={"channel": "sms", "caught": True, "why": None}, seen=seen)
    shown = cards(Shown(title="Faults that were missed", matching=9, hidden=3, rows=(row,)), AR)

    assert shown.title == "أخطاء فاتت"
    assert "1 من 9" in shown.count
    assert "3" in shown.count.split("9")[1]
    (card,) = shown.cards
    assert ("القناة", "رسالة نصية قصيرة") in card.facts
    assert [value for _, value in card.facts] == ["رسالة نصية قصيرة", "نعم"], "what is not known is left out"
    assert [(text.title, text.language) for text in card.texts] == [("العميل", "ar"), ("الرد الذي فُحص", "en")]
    assert card.findings == ["أطول من المسموح"]
