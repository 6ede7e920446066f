"""Promises: what the reply commits us to must be backed, or say who does it and by when."""

import re
from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.drop import dropped
from inference.checks.promises.backing import backing
from inference.checks.promises.directions import directions
from inference.checks.promises.read import read
from inference.checks.promises.said import Manner, Said
from inference.checks.promises.words import meanings
from inference.types import Edit, Finding

# What a customer gets in the end, whoever brings it about.
_RESULTS = frozenset({"return", "pay", "send", "fix", "open", "approve", "arrive"})


def check_promises(given: CheckInput) -> Iterator[Finding]:
    """Find commitments that no source, fact, policy phrase, or owner with a time backs."""
    for said in read(given.folded.text):
        if backing(said, given) is None:
            at = (said.start, _trimmed(given.folded.text, said))
            yield given.finding(_code(said, given), at=at, suggestion=_dropped(said, given))
    for start, end in directions(given):
        yield given.finding("external_direction", at=(start, end))


def _code(said: Said, given: CheckInput) -> str:
    if said.manner is Manner.GUARANTEE:
        return "guarantee"
    if said.manner is Manner.DONE:
        return "false_handoff"
    kinds = frozenset().union(*meanings(given.folded.text[said.start : said.end]), frozenset())
    if said.person == "us" and not kinds & _RESULTS:
        return "unowned_action"
    return "softened_deadline" if said.soft and said.person != "us" else "unsupported_promise"


def _trimmed(text: str, said: Said) -> int:
    return said.start + len(text[said.start : said.end].rstrip(" \n,;:")) or said.end


def _dropped(said: Said, given: CheckInput) -> Edit | None:
    """Return the edit that drops the sentence, where it says nothing else."""
    start, end = said.sentence
    text = given.folded.text
    lead = re.sub(r"^[\s\d.)\-•]+|\W+$", "", text[start : said.start])
    if text[said.end : end].strip(" .!") or len(lead.split()) > 1:
        return None
    return dropped(given, start, end)
