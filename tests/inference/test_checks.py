import pytest

from inference.checks import CheckInput, passes_beside, run_checks, warm
from inference.types import DraftStep, Finding, Message, Severity, Source, SourceKind, StepName
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


SHARED = "I'm sorry this took so long."
SAID = "Cards arrive within 5 working days."


@pytest.mark.parametrize(
    ("new", "passes"),
    [
        (SAID, True),
        ("Cards arrive within 2 working days.", False),  # nothing backs the number
        ("Please send us your password.", False),
        ("I apologise for the wait.", False),  # a second apology beside the step that both share
    ],
)
def test_a_reply_beside_a_checked_one_is_judged_by_its_new_steps_and_as_a_whole(new: str, *, passes: bool) -> None:
    def given(explained: str) -> CheckInput:
        steps = tuple(
            DraftStep(name=name, text=text, sources=("cards.en",))
            for name, text in ((StepName.APOLOGISE, SHARED), (StepName.EXPLAIN, explained))
        )
        source = Source(id="cards.en", kind=SourceKind.RESOLUTION, quote=SAID)
        text = "\n\n".join(step.text for step in steps)
        return CheckInput(text, "en", (source,), POLICY, Message(text="where is my card"), steps=steps)

    checked = given("Cards arrive within 5 working days")
    assert passes_beside(given(new), checked) is passes
    assert passes is not any(item.severity is Severity.BLOCK for item in run_checks(given(new)))
