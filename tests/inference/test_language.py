import pytest

from inference.language import detect, marker_dialect
from inference.types import Dialect, Script


@pytest.mark.parametrize(
    ("text", "language", "script"),
    [
        ("وين بطاقتي؟", "ar", Script.ARABIC),
        ("3ayez a3raf leh el floos mawsaletsh", "ar", Script.ARABIZI),
        ("kif ba2dar a7awel masari la ekhti", "ar", Script.ARABIZI),
        ("bghit n3raf fin hiya lcarta dyali", "ar", Script.ARABIZI),
        ("shlon a6la3 el bita8a mn el makina", "ar", Script.ARABIZI),
        ("الـ app مش شغال خالص please help", "ar", Script.MIXED),
        ("my card has not arrived", "en", Script.LATIN),
        ("card where??", "en", Script.LATIN),
        ("eta on a bank transfer from abroad?", "en", Script.LATIN),
        ("Kindly do the needful and revert", "en", Script.LATIN),
        ("iphone7 is not accepted for apple pay, 2nd time today", "en", Script.LATIN),
        ("Ma carte n'est pas encore arrivée", "fr", Script.LATIN),
        ("Wo ist meine Karte geblieben?", "de", Script.LATIN),
        ("کارت من هنوز نرسیده است", "fa", Script.ARABIC),
        ("میرا کارڈ ابھی تک نہیں آیا", "ur", Script.ARABIC),
        ("моя карта не работает", "ru", Script.OTHER),
    ],
)
def test_language_and_script(text: str, language: str, script: Script) -> None:
    found = detect(text)
    assert (found.language, found.script) == (language, script)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Your delay, your fine. شيلوها اليوم.", "ar"),
        ("Card declined. ليش كذا؟", "ar"),
        ("I paid الفاتورة yesterday but the service is down", "en"),
        ("Thank you. I will wait for your answer about the card.\nمحمد العتيبي", "en"),
        ("Please deliver it to حي النرجس, thanks for the help", "en"),
    ],
)
def test_who_writes_a_sentence_in_arabic_is_answered_in_arabic(text: str, language: str) -> None:
    assert detect(text).language == language


@pytest.mark.parametrize("text", ["", "   ", "😡😡", "12345", "؟؟", "\x00", "..."])
def test_without_words_nothing_is_claimed(text: str) -> None:
    assert detect(text).language == "und"


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("وش صار على بطاقتي للحين ما وصلت", Dialect.GULF),
        ("عايز اعرف ليه الفلوس اتسحبت مرتين", Dialect.EGYPTIAN),
        ("شو صار بحوالتي لهلق ما وصلت", Dialect.LEVANTINE),
        ("بغيت نعرف فين هي الكارط ديالي", Dialect.MAGHREBI),
        ("لماذا لم تصل بطاقتي حتى الآن؟", Dialect.MSA),
        ("بطاقتي", None),
        ("my card", None),
    ],
)
def test_dialect_is_named_only_when_one_leads(text: str, dialect: Dialect | None) -> None:
    assert marker_dialect(text) is dialect
