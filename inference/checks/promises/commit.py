"""The commitments of a reply, as a ledger keeps them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from inference.checks.base import CheckInput
from inference.checks.promises.backing import OWNER, backing
from inference.checks.promises.directions import directions
from inference.checks.promises.owner import owner_in
from inference.checks.promises.patterns import pattern
from inference.checks.promises.read import read
from inference.checks.promises.said import Manner, Said
from inference.checks.promises.words import meanings
from inference.due import due_of
from inference.types import Commitment, CommitmentKind

_MARKS = " \n,;:،؛.!"
_SURE = frozenset({Manner.FUTURE, Manner.DONE, Manner.IDLE, Manner.GUARANTEE})


def commitments(given: CheckInput) -> tuple[Commitment, ...]:
    """Return what a reply commits us to, in its order.

    Args:
        given: the reply; ``policy.calendar`` and ``message.received_at`` make a due time of the days, hours and periods
            that the text names, and without ``received_at`` no due time is known.

    Returns:
        Each with its kind, the words as written, the owner that they name, the due time, and what backs it: a source's
        id, "policy", "owner" (who and when are named), or None.
    """
    return tuple(sorted(_all(given), key=lambda item: given.text.find(item.text)))


def _all(given: CheckInput) -> Iterator[Commitment]:
    backed = [(said, backing(said, given)) for said in read(given.folded.text)]
    found = [(said, source) for said, source in backed if said.manner in _SURE or said.times or source in {None, OWNER}]
    for said, source in _joined(found, given.folded.text):
        yield _commitment(said, source, given)
    for start, end in directions(given):
        yield Commitment(text=given.folded.span(start, end).text, kind=CommitmentKind.DIRECTION)


def _joined(found: Sequence[tuple[Said, str | None]], text: str) -> Iterator[tuple[Said, str | None]]:
    """Leave out words of promising beside what they promise ("we promise", «نعدكم»): together they are one commitment.

    Words that lead to it by their grammar («نعدكم أن المبلغ») become its beginning.
    """
    start = None
    for place, (said, source) in enumerate(found):
        around = (*found[max(0, place - 1) : place], *found[place + 1 : place + 2])
        if _is(said, "bare", text) and any(_beside(said, other, text) for other, _ in around):
            continue
        following = found[place + 1][0] if place + 1 < len(found) else None
        if following is not None and _is(said, "leads", text) and not text[said.end : following.start].strip():
            start = said.start if start is None else start
            continue
        yield (said if start is None else replace(said, start=start)), source
        start = None


def _is(said: Said, name: str, text: str) -> bool:
    words = text[said.start : said.end].strip(_MARKS)
    return said.manner is Manner.GUARANTEE and pattern(name, said.language).fullmatch(words) is not None


def _beside(said: Said, other: Said, text: str) -> bool:
    """Tell whether a promise stands in the same sentence, or in the one before or behind, and says what it is."""
    if _is(other, "bare", text):
        return False
    between = (said.end, other.sentence[0]) if other.start > said.start else (other.sentence[1], said.sentence[0])
    return not text[slice(*between)].strip(_MARKS)


def _commitment(said: Said, source: str | None, given: CheckInput) -> Commitment:
    text = given.folded.span(said.start, said.end).text.strip(" \n,;:،؛")
    around = given.folded.span(*said.sentence).text
    received, calendar = given.message.received_at, given.policy.calendar
    due = None
    if received is not None and said.times:
        due = due_of(text, received, calendar) or due_of(around, received, calendar)
    return Commitment(
        text=text, kind=kind_of(said, given), owner=owner_in(said.sentence, given), due=due, source=source
    )


def kind_of(said: Said, given: CheckInput) -> CommitmentKind:
    """Return what kind of commitment a place is."""
    kinds = frozenset().union(*meanings(given.folded.text[said.start : said.end]), frozenset())
    if said.manner is Manner.DONE:
        return CommitmentKind.HANDOFF
    if "call" in kinds and "arrive" not in kinds and said.person != "you":  # «تصل» arrives, «تتصل» calls
        return CommitmentKind.CALLBACK
    if kinds & {"tell", "answer"}:
        return CommitmentKind.NOTIFICATION
    return CommitmentKind.ACTION if said.person == "us" else CommitmentKind.OUTCOME
