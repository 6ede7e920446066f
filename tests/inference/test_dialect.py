import pytest

from inference.dialect import decide, dialect_scores
from inference.text import fold
from inference.types import Dialect


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("للحين ما رجعتوا فلوسي وش السالفة", Dialect.GULF),
        ("الفلوس اتخصمت ومحدش بيرد", Dialect.EGYPTIAN),
        ("هلق شو بدي ساوي بالمصاري", Dialect.LEVANTINE),
        ("واش كاين شي حل ولا لا", Dialect.MAGHREBI),
        ("گلتولي باچر وهسه ماكو شي", Dialect.IRAQI),
        ("يا زول القروش ما رجعت", Dialect.SUDANESE),
        ("لماذا لم يصل طلبي منذ أسبوعين", Dialect.MSA),
    ],
)
def test_each_variety_leads_on_its_own_words(text: str, dialect: Dialect) -> None:
    assert decide(dialect_scores(fold(text))) is dialect


@pytest.mark.parametrize("text", ["", "بطاقتي", "وين بطاقتي", "ليش", "12 😡"])
def test_shared_words_decide_nothing(text: str) -> None:
    assert decide(dialect_scores(fold(text))) is None


def test_scores_name_every_variety_and_count_a_marker_once() -> None:
    once, twice = dialect_scores(fold("عايز")), dialect_scores(fold("عايز عايز عايز"))
    assert set(once) == set(Dialect) - {Dialect.OTHER}
    assert once == twice
    assert once[Dialect.EGYPTIAN] > 0


def test_a_clitic_and_lengthening_do_not_hide_a_marker() -> None:
    plain = dialect_scores(fold("عايز"))
    assert dialect_scores(fold("وعايز")) == plain
    assert dialect_scores(fold("عاااايز")) == plain


def test_spellings_of_one_arabizi_word_score_alike() -> None:
    spellings = ("delwa2ty", "delwaty", "dilwa2ti")
    assert len({tuple(dialect_scores(fold(text), arabizi=True).values()) for text in spellings}) == 1


def test_father_with_article_is_not_a_demonstrative() -> None:
    assert dialect_scores(fold("والدي"))[Dialect.EGYPTIAN] == 0
