import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.plain import plainness
from inference.plain.counts import count
from inference.plain.frequency import BANDS, band
from inference.plain.glossary import LANGUAGES
from inference.plain.plainness import MEASURES, load_weights
from models.errors import InputError

HARD_EN = (
    "Notification of the commencement of the implementation of remedial measures shall be effected by the issuing "
    "institution subsequent to the determination of the applicability of the aforementioned provisions to the account."
)
PLAIN_EN = "We will tell you when we start to fix your account. First we check that these rules are for you."
HARD_AR = (
    "سيتم تنفيذ إجراءات استيفاء متطلبات تحديث البيانات من قبل الإدارة المختصة عقب استكمال التدقيق في مدى انطباق "
    "الاشتراطات الناظمة لاستمرارية الانتفاع بالخدمات المصرفية على الحسابات المستوفية لمقتضياتها"
)
PLAIN_AR = (
    "سنراجع بياناتكم خلال يومين، وسنرسل لكم رسالة على الجوال. لا تحتاجون إلى زيارة البنك. وإذا تغير رقم جوالكم "
    "فاكتبوا لنا الرقم الجديد من التطبيق، وسنتصل بكم في اليوم نفسه."
)


@pytest.mark.parametrize(("hard", "plain", "language"), [(HARD_EN, PLAIN_EN, "en"), (HARD_AR, PLAIN_AR, "ar")])
def test_plain_text_scores_above_office_prose(hard: str, plain: str, language: str) -> None:
    low, high = plainness(hard, language), plainness(plain, language)
    assert low.score < 30
    assert high.score > 70
    assert low.sentence_words > high.sentence_words


def test_passives_and_hidden_verbs_are_counted() -> None:
    assert count("The card was sent. It has been frozen by us.", "en").passive == pytest.approx(20.0)
    assert count("Please make an application for the cancellation of it.", "en").nominal > 0
    assert count("We sent the card and froze it.", "en").passive == 0
    assert count("تم تفعيل البطاقة من قبل الفريق.", "ar").passive == pytest.approx(100 * 2 / 6)
    assert count("فعّلنا البطاقة.", "ar").passive == 0
    assert count("نقوم بتفعيل البطاقة.", "ar").nominal > 0


def test_jargon_makes_a_text_harder_until_it_is_explained() -> None:
    bare = count("Send us the APN of it.", "en")
    told = count("Send us the APN (a phone setting).", "en")
    assert bare.jargon > 0 == told.jargon
    assert bare.uncommon > told.uncommon


def test_names_quotes_and_numbers_are_no_rare_words() -> None:
    text = "Open the Zorblatt app, pay 20 with Apple Pay, and press “Quixotic”."
    assert count(text, "en").rare == 0
    assert count("افتحوا «المستهجنات» ثم ادفعوا عبر سداد", "ar").rare == 0


def test_bands_follow_frequency_through_clitics() -> None:
    assert band("the") == 0
    assert band("وبالبطاقه") <= 1
    assert band("سفسطاييه") > band("البيت")
    assert band("zxqv") == len(BANDS)


def test_numbered_lines_are_sentences_of_their_own() -> None:
    assert count("1. Open the app\n2. Tap the card", "en").sentence_words == 3


def test_nothing_to_read_is_plain_and_other_languages_are_refused() -> None:
    assert plainness("", "ar").score == 100
    with pytest.raises(InputError, match="ar and en"):
        plainness("bonjour", "fr")


def test_weights_never_reward_difficulty() -> None:
    for weights in load_weights().values():
        assert set(weights.measures) == set(MEASURES)
        assert min(weights.measures.values()) >= 0
        assert weights.measures["sentence_words"] > 0


@given(text=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_any_text_has_a_score(text: str, language: str) -> None:
    found = plainness(text, language)
    assert 0 <= found.score <= 100
    assert sum(found.costs.values()) >= 0
