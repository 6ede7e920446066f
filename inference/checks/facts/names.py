"""Names: products, menus, places, partners, teams and people must stand in a source, the policy or the conversation."""

from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.facts.arabic_names import arabic_names
from inference.checks.facts.known import known
from inference.checks.facts.latin_names import latin_names
from inference.types import Finding, Span


def check_names(given: CheckInput) -> Iterator[Finding]:
    """Find names that nothing holds, each once."""
    backing = known(given)
    taken: list[tuple[int, int]] = []
    found = [*latin_names(given, backing), *(arabic_names(given, backing) if given.language == "ar" else ())]
    for start, end in sorted(found):
        if not any(start < last and first < end for first, last in taken):
            taken.append((start, end))
            yield given.finding("unsupported_name", span=Span(start=start, end=end, text=given.text[start:end]))
