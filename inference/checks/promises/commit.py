"""The commitments of a reply, as a ledger keeps them."""

from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.promises.backing import OWNER, backing
from inference.checks.promises.directions import directions
from inference.checks.promises.owner import owner_in
from inference.checks.promises.read import read
from inference.checks.promises.said import Manner, Said
from inference.checks.promises.words import meanings
from inference.due import due_of
from inference.types import Commitment, CommitmentKind

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
    for said in read(given.folded.text):
        source = backing(said, given)
        if said.manner in _SURE or said.times or source in {None, OWNER}:
            yield _commitment(said, source, given)
    for start, end in directions(given):
        yield Commitment(text=given.folded.span(start, end).text, kind=CommitmentKind.DIRECTION)


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
