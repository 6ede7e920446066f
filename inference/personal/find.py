"""Finds personal data in a text: every recogniser's candidates, the surest of overlapping ones kept."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from inference.personal.address import addresses
from inference.personal.context import Context
from inference.personal.found import BLANK, Candidate, surest
from inference.personal.numeric import numeric
from inference.personal.people import people
from inference.personal.secret import secrets
from inference.personal.types import Personal, Settings
from inference.personal.worded import worded
from inference.personal.written import addresses_ip, configured, emails, ibans, links
from inference.text import Folded, fold

_PLACEHOLDER = re.compile(r"\[[a-z][a-z_]*_[0-9]+\]")
_DEFAULT = Settings()
_PASSES = 4


def find(text: str, settings: Settings = _DEFAULT) -> tuple[Personal, ...]:
    """Return the personal data in a text, in order, none overlapping another.

    Args:
        text: as the person wrote it; Arabic, English, Arabizi or mixed. Placeholders in it are left alone.
        settings: what is masked, from which confidence on, and the tenant's own ids.

    Returns:
        Spans in code points of ``text`` itself, whatever invisible characters or marks stand in it.
    """
    folded = _without_placeholders(fold(text))
    kept: list[Candidate] = []
    # What stands against a value shows only once that is gone; so masking a masked text changes nothing more.
    for _ in range(_PASSES):
        more = surest(found for found in _candidates(folded, settings) if _wanted(found, settings))
        if not more:
            break
        kept += more
        folded = _blanked(folded, more)
    return tuple(_personal(folded, found) for found in sorted(kept, key=lambda found: found.start))


def _without_placeholders(folded: Folded) -> Folded:
    """Blank placeholders, so that nothing is found in them or told by their words; offsets stay exact."""
    return replace(folded, text=_PLACEHOLDER.sub(lambda match: BLANK * len(match.group()), folded.text))


def _blanked(folded: Folded, found: Iterable[Candidate]) -> Folded:
    parts, last = [], 0
    for item in found:
        parts += [folded.text[last : item.start], BLANK * (item.end - item.start)]
        last = item.end
    return replace(folded, text="".join([*parts, folded.text[last:]]))


def _candidates(folded: Folded, settings: Settings) -> Iterator[Candidate]:
    context = Context(folded)
    yield from configured(folded, settings.ids)
    yield from links(folded)
    yield from emails(folded)
    yield from ibans(folded, context)
    yield from addresses_ip(folded)
    yield from secrets(folded, context)
    yield from worded(folded)
    yield from numeric(folded, context)
    yield from addresses(folded)
    yield from people(folded)


def _wanted(found: Candidate, settings: Settings) -> bool:
    return found.confidence >= settings.least and found.kind in settings.kinds


def _personal(folded: Folded, found: Candidate) -> Personal:
    span = folded.span(found.start, found.end)
    return Personal(
        kind=found.kind,
        start=span.start,
        end=span.end,
        confidence=found.confidence,
        reason=found.reason,
        label=found.label or found.kind.value,
        country=found.country,
    )
