import re
from pathlib import Path
from string import Formatter

import pytest

from inference.lexicons import load_lexicon
from inference.policy import load_policy

FINDINGS = load_lexicon("findings")
PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_is_told_in_both_languages_with_the_same_values(code: str) -> None:
    entry = FINDINGS[code]
    assert set(entry) == {"check", "ar", "en"}
    fields = {
        language: {item[1] for item in Formatter().parse(entry[language]) if item[1]} for language in ("ar", "en")
    }
    assert fields["ar"] == fields["en"]
    assert re.search(r"[\u0621-\u064a]", entry["ar"])
    assert not re.search(r"[\u0621-\u064a]", entry["en"])


def test_the_default_policy_rules_on_every_finding_and_on_nothing_else() -> None:
    assert set(load_policy().checks) == set(FINDINGS)


def test_the_page_names_every_finding() -> None:
    assert set(FINDINGS) <= set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8")))
