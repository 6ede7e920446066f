"""What a reply must neither ask nor tell, in both languages, and what only looks like it."""

from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given as draw
from hypothesis import strategies

from inference.checks import CheckInput
from inference.checks.disclosure import (
    check_identity,
    check_internal,
    check_others,
    check_secrets,
    check_tipping,
    check_unfilled,
)
from inference.lexicons import read_yaml
from inference.types import Fact, Finding, Message, Source, SourceKind
from tests.inference.builders import ARABIC, ENGLISH, POLICY

CHECKS = (check_identity, check_internal, check_others, check_secrets, check_tipping, check_unfilled)
CASES: dict[str, dict[str, Any]] = read_yaml((files(__package__) / "cases.yaml").read_text(encoding="utf-8"))
QUOTES = {
    language: "\n".join([base["problem"], base["answer"], base["short"], *base["steps"], base["if_unsolved"]])
    for language, base in (("ar", ARABIC), ("en", ENGLISH))
}


def rows(kind: str) -> list[Any]:
    return [
        pytest.param(code, language, text, id=f"{code}-{language}-{number}")
        for code, case in CASES.items()
        for language, texts in case[kind].items()
        for number, text in enumerate(texts)
    ]


def scene(text: str, language: str, *, facts: dict[str, str] | None = None, **circumstances: Any) -> CheckInput:
    supplied = tuple(Fact(name=name, value=value, source="crm") for name, value in (facts or {}).items())
    sources = (
        Source(id="late", kind=SourceKind.RESOLUTION, quote=QUOTES[language]),
        *(
            Source(id=f"fact:{fact.name}", kind=SourceKind.FACT, quote=f"{fact.name}: {fact.value}")
            for fact in supplied
        ),
    )
    message = Message(text=circumstances.pop("asked", "وين بطاقتي / where is my card"), facts=supplied, **circumstances)
    return CheckInput(text, language, sources, POLICY, message)


def found(given: CheckInput) -> list[Finding]:
    return [finding for check in CHECKS for finding in check(given)]


def codes(given: CheckInput) -> set[str]:
    return {finding.code for finding in found(given)}


@pytest.mark.parametrize(("code", "language", "text"), rows("faulty"))
def test_a_fault_is_found(code: str, language: str, text: str) -> None:
    given = scene(text, language, facts=CASES[code].get("facts"), verified=code != "discloses_unidentified")
    assert code in codes(given)
    for finding in found(given):
        assert finding.span is not None
        assert given.text[finding.span.start : finding.span.end] == finding.span.text


@pytest.mark.parametrize(("code", "language", "text"), rows("innocent"))
def test_innocent_words_are_left_alone(code: str, language: str, text: str) -> None:
    given = scene(text, language, facts=CASES[code].get("facts"), verified=code != "discloses_unidentified")
    assert codes(given) == set()


@pytest.mark.parametrize(("code", "language", "text"), [row for row in rows("faulty") if "discloses" in str(row.id)])
def test_an_identified_customer_is_told(code: str, language: str, text: str) -> None:
    assert code not in codes(scene(text, language, facts=CASES[code]["facts"], verified=True))


def test_what_the_customer_said_may_be_said_again() -> None:
    facts = {"last_transfer": "900 SAR to Salma"}
    given = scene(
        "Your transfer of 900 to Salma: you can follow it in the app.", "en", facts=facts, asked="900 to Salma?"
    )
    assert codes(given) == set()


def test_a_number_of_the_helpdesk_stands_in_its_knowledge() -> None:
    given = scene("Call 800 123 4567.", "en")
    published = Source(id="call", kind=SourceKind.RESOLUTION, quote="Call us on 800 123 4567.")
    assert codes(given) == {"others_data"}
    assert codes(CheckInput(given.text, "en", (*given.sources, published), POLICY, given.message)) == set()


def test_a_reason_that_the_knowledge_gives_of_everybody_may_be_given() -> None:
    line = "The fraud team reviews each report while the card is frozen."
    general = Source(id="fraud", kind=SourceKind.RESOLUTION, quote=line)
    given = scene(line, "en")
    assert codes(CheckInput(line, "en", (*given.sources, general), POLICY, given.message)) == set()


def test_a_placeholder_is_found() -> None:
    assert codes(scene("Dear {name}, [CARD_1] is here.", "en")) >= {"unfilled_placeholder"}


@draw(strategies.text(max_size=300), strategies.sampled_from(["ar", "en"]))
def test_any_text_is_judged(text: str, language: str) -> None:
    given = scene(text, language, facts=CASES["discloses_unidentified"]["facts"])
    for finding in found(given):
        assert finding.span is None or given.text[finding.span.start : finding.span.end] == finding.span.text
