import pytest

from inference.plain import comparison


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("كيف أجمد بطاقتي بالتجميد المؤقت؟ اختاروا البطاقات.", "ar", "مثل إطفاء"),
        ("أين رقم الآيبان؟ تجدونه في الصفحة.", "ar", "العنوان البريدي"),
        ("How do I cancel a transfer? Open the page.", "en", "taking back a letter"),
        ("My virtual card is refused. Check it.", "en", "e-ticket"),
    ],
)
def test_the_comparison_is_that_of_what_the_text_is_about(text: str, language: str, holds: str) -> None:
    assert holds in (comparison(text, language) or "")


def test_a_term_in_passing_gives_none() -> None:
    assert comparison("Your card is on its way. Use the PIN in the app.", "en") is None
    assert comparison("Votre IBAN", "fr") is None
    assert comparison("", "ar") is None


def test_four_uses_make_a_text_about_a_term() -> None:
    text = "Welcome. The router is new. Plug the router in. The router starts."
    assert comparison(text, "en") is None
    assert "postman" in (comparison(f"{text} Done, says the router.", "en") or "")
