"""Text that is no part of a reply: notes among agents, ticket fields, prompts, markup, keys."""

import re
from collections.abc import Iterator
from functools import cache

from inference.checks.base import CheckInput
from inference.checks.disclosure.words import plain
from inference.guarded import Guarded
from inference.lexicons import load_lexicon
from inference.text import fold_pattern
from inference.types import Finding, SourceKind, Span

_UNFILLED = re.compile(
    r"\$?\{{1,2}[^{}\n]{0,100}\}{1,2}|\[[A-Z][A-Z_]{1,30}_\d{1,4}\]"
    r"|[\[<] ?(?i:(?:insert |your |the )?(?:[a-z]+[ _-]){0,2}(?:name|surname|date|time|amount|number|reference|address"
    r"|link|customer|client|agent|branch|city))(?: here)? ?[\]>]"
    r"|[\[<] ?(?:أدخل |ادخل )?(?:ال)?(?:[اإ]سم|تاريخ|مبلغ|رقم|رابط|عميل|موظف|فرع|مدينة|عنوان|وقت|مدة)"
    r"(?: [^\[\]<>\n]{1,30})? ?[\]>]"
)


def check_internal(given: CheckInput) -> Iterator[Finding]:
    """Find internal notes, scores, codes, system words and markup; what a source shows customers is none."""
    text = given.folded.text
    last = -1
    for match in _internal().finditer(text):
        if match.start() < last or not match.group().strip() or _shown(given, match.group().strip()):
            continue
        last = match.end()
        yield given.finding("internal_text", at=_trimmed(match))


def check_unfilled(given: CheckInput) -> Iterator[Finding]:
    """Find placeholders that nothing filled, and masks that stand for personal data of another conversation."""
    for match in _UNFILLED.finditer(given.text):
        span = Span(start=match.start(), end=match.end(), text=match.group())
        yield given.finding("unfilled_placeholder", span=span)


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    said = match.group()
    return match.start() + len(said) - len(said.lstrip()), match.end() - len(said) + len(said.rstrip())


def _shown(given: CheckInput, said: str) -> bool:
    """Whether knowledge for customers, or the customer, says it so."""
    public = (source.quote for source in given.trusted if source.kind is SourceKind.RESOLUTION)
    return any(said in plain(text) for text in (given.message.text, *public))


@cache
def _internal() -> Guarded:
    written = load_lexicon("disclosure")["internal"]
    return Guarded([rf"(?:(?<!\w)[وف]?(?:{fold_pattern(line)}))" for line in written])
