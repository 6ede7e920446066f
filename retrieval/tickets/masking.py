"""A ticket with its personal data replaced: nothing behind this module sees what it replaced."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from inference.mail_marks import is_regards, is_thanks
from inference.personal import Masker, Settings
from inference.text import fold
from inference.thread import Removal, own_text
from inference.types import Author, Channel
from retrieval.tickets.names import Names
from retrieval.tickets.types import Known, Ticket, TicketTurn


@dataclass(frozen=True, slots=True)
class Block:
    """What one side said before the other spoke again: masked own words."""

    author: Author
    text: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A ticket's masked words, and how many values of each kind were masked."""

    subject: str
    blocks: tuple[Block, ...]
    tags: tuple[str, ...]
    product: str | None
    counts: Counter[str]


def mask_ticket(ticket: Ticket, settings: Settings | None = None) -> Masked:
    """Mask the public, human turns of a ticket with one masker; private notes and automatic mails are left out.

    Quotations and signatures are cut off first, since the addresses and names to be masked are what shows them; a name
    signed below a turn is masked in the others too.
    """
    turns = [turn for turn in ticket.turns if turn.public and not turn.automatic and turn.text.strip()]
    owns = [own_text(turn.text, turn.channel) for turn in turns]
    signed = [
        name
        for turn, own in zip(turns, owns, strict=True)
        if turn.author is Author.AGENT
        for part in own.removed
        if part.reason is Removal.SIGNATURE
        for name in _signed(part.span.text)
    ]
    known = Known(ticket.known.customers, (*ticket.known.agents, *signed), ticket.known.others, ticket.known.phones)
    run = _Run(Names(known), Masker(settings))
    spoken = [
        (turn.author, run.mask(own.text))
        for turn, own in zip(turns, owns, strict=True)
        if not _only_quotes(turn, own.text)
    ]
    blocks = tuple(
        Block(author, "\n".join(text for _, text in group))
        for author, group in groupby(spoken, key=lambda item: item[0])
    )
    subject = run.mask(ticket.subject)
    product = None if ticket.product is None or run.finds(ticket.product) else ticket.product
    tags = tuple(tag for tag in ticket.tags if not run.finds(tag.replace("_", " ").replace("-", " ").title()))
    return Masked(subject, blocks, tags, product, run.counts)


def mask_words(text: str, channel: Channel, known: Known, settings: Settings | None = None) -> str:
    """Mask a customer's own words, with nothing else of a ticket."""
    return _Run(Names(known), Masker(settings)).mask(own_text(text, channel).text)


class _Run:
    """The maskers of one ticket and their count."""

    def __init__(self, names: Names, masker: Masker) -> None:
        self._names = names
        self._masker = masker
        self.counts: Counter[str] = Counter()

    def mask(self, text: str) -> str:
        text, names, phones = self._names.mask(text)
        masked = self._masker.mask(text)
        self.counts.update(item.kind.value for item in masked.found)
        self.counts.update({"name": names, "phone": phones})
        return masked.text

    def finds(self, text: str) -> bool:
        """Whether a label names somebody; what is dropped with it counts as masked."""
        return self.mask(text) != text


def _signed(signature: str) -> Sequence[str]:
    """The line below a signature's formula, where it is short enough to be a name."""
    lines = [line.strip() for line in signature.split("\n") if line.strip()]
    formal = [
        place for place, line in enumerate(lines[:3]) if is_regards(fold(line).text) or is_thanks(fold(line).text)
    ]
    below = lines[formal[-1] + 1 :][:1] if formal else []
    return [line for line in below if len(line.split()) <= 4 and not any(char.isdigit() for char in line)]


def _only_quotes(turn: TicketTurn, own: str) -> bool:
    """Whether a turn has nothing but a quotation, which ``own_text`` then gives back as it stands."""
    return (
        bool(own) and all(line.startswith(">") for line in own.split("\n") if line.strip()) and own == turn.text.strip()
    )
