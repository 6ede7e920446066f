import pytest

from inference.checks import CheckInput, run_checks, warm
from inference.types import Finding, Message, Source, SourceKind
from tests.inference.builders import ARABIC, ENGLISH, POLICY

QUOTES = {
    language: "\n".join([base["answer"], base["short"], *base["steps"], base["if_unsolved"]])
    for language, base in (("ar", ARABIC), ("en", ENGLISH))
}


def _codes(text: str, language: str, customer: str = "وين بطاقتي") -> set[str]:
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTES[language])
    given = CheckInput(text, language, (source,), POLICY, Message(text=customer))
    return {finding.code for finding in run_checks(given)}


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("ar", "أرسلوا لنا رمز التحقق.", "asks_for_secret"),
        ("en", "Please send us your PIN.", "asks_for_secret"),
    ],
)
def test_a_fault_is_found(language: str, text: str, code: str) -> None:
    assert code in _codes(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "تصل البطاقة خلال 7 أيام عمل."),
        ("ar", "تصل البطاقة خلال ٧ أيام عمل."),
        ("ar", "لا ترسلوا لنا الرقم السري أبدًا."),
        ("ar", "البطاقة سارية منذ سنوات، والسياسة واضحة، ويستغرق ذلك ساعات."),
        ("ar", "1. افتحوا التطبيق.\n2. راجعوا عنوانكم المسجل."),
        ("en", "Cards arrive within 7 working days."),
        ("en", "Never send us your PIN."),
        ("en", "If it still isn't there, message us under Help and we'll send a replacement."),
        ("en", "I'm sorry this happened."),
    ],
)
def test_clean_text_passes(language: str, text: str) -> None:
    assert _codes(text, language) == set()


def test_findings_point_at_the_fault() -> None:
    text = "تصل البطاقة خلال 3 أيام."
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTES["ar"])
    (finding,) = run_checks(CheckInput(text, "ar", (source,), POLICY, Message(text="؟")))
    assert finding.span is not None
    assert finding.span.text == "3 أيام"


def test_warming_runs_the_checks_in_both_languages_whatever_the_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(given: CheckInput) -> tuple[Finding, ...]:
        seen.append(given.language)
        return run_checks(given)

    monkeypatch.setattr("inference.checks.runner.run_checks", note)
    warm(POLICY.model_copy(update={"languages": ("en",), "default_language": "en"}))
    assert seen == ["ar", "en"]
