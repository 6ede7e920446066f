"""Mail: an mbox, one EML file or a folder of them, joined into threads by their references."""

import mailbox
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256
from pathlib import Path

from inference.thread import own_text
from inference.triage import is_thanks
from inference.types import Author, Channel
from models.errors import InputError
from retrieval.rows import RowError, RowFault
from retrieval.tickets import fields, mime
from retrieval.tickets.types import Known, Source, Ticket, TicketTurn

MAX_MAIL = 25 * 1024 * 1024
"""Largest mail that is read, attachments counted, in bytes."""

# Two people of one of these are no colleagues.
_PROVIDERS = re.compile(
    r"(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|me|mac|aol|proton|protonmail|gmx|mail|yandex|maktoob)"
    r"\.(?:com|net|org|me|fr|de|co\.uk|sa|ae|eg|jo|ru)"
)


@dataclass(frozen=True, slots=True, repr=False)
class _Head:
    """What joins a mail to its thread, and where its whole text is read from."""

    number: int
    where: str | Path
    ids: tuple[str, ...]
    at: float
    sender: str
    people: frozenset[str]


class Mail:
    """Reads mails in two passes, heads and then a thread at a time, so that memory holds no more than heads."""

    unit = "mail"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._box: mailbox.mbox | None = None
        self._threads: dict[str, list[_Head]] = {}
        self._root: dict[str, str] = {}

    def __iter__(self) -> Iterator[Ticket | RowError]:
        """Yield one ticket a thread, and an error for each that cannot be read, numbered by its first mail.

        Raises:
            InputError: the path is absent or unreadable, or holds no mail.
        """
        try:
            yield from self._heads()
            if not self._threads:
                msg = f"{self._path} holds no mail: give an mbox, an .eml file or a folder of them."
                raise InputError(msg, field="path")
            desk = self._desk()
            for thread in self._threads.values():
                try:
                    yield self._ticket(thread, desk)
                except RowFault as fault:
                    yield fault.at(thread[0].number)
        except OSError as error:
            msg = f"{self._path} cannot be read ({error.strerror}): check its name and rights."
            raise InputError(msg, field="path") from error
        finally:
            if self._box is not None:
                self._box.close()

    def _places(self) -> Iterator[str | Path]:
        if self._path.is_dir():
            yield from sorted(self._path.rglob("*.eml"))
            return
        with self._path.open("rb") as file:
            is_box = file.read(5) == b"From "
        if is_box:
            self._box = mailbox.mbox(self._path, create=False)
            yield from self._box.iterkeys()
        else:
            yield self._path

    def _heads(self) -> Iterator[RowError]:
        seen: set[str] = set()
        for number, where in enumerate(self._places(), start=1):
            try:
                mail = self._read(where)
                head = _head(mail, number, where)
                if head.ids[-1] not in seen:
                    seen.add(head.ids[-1])
                    self._join(head)
            except RowFault as fault:
                yield fault.at(number)
            except mime.BROKEN:
                yield RowError(line=number, field=None, code="broken_mail", message="The mail's headers are broken.")

    def _read(self, where: str | Path) -> EmailMessage:
        if isinstance(where, Path):
            with where.open("rb") as file:
                raw = file.read(MAX_MAIL + 1)
        else:
            assert self._box is not None  # noqa: S101 - numbers come from the box
            with self._box.get_file(where) as part:
                raw = part.read(MAX_MAIL + 1)
        if len(raw) > MAX_MAIL:
            raise RowFault(None, "too_long", f"The mail is larger than {MAX_MAIL:,} bytes: remove its attachments.")
        return BytesParser(policy=policy.default).parsebytes(raw)

    def _join(self, head: _Head) -> None:
        """Put a mail into the thread of any mail that it names; a mail that names two threads joins them."""
        roots = dict.fromkeys(self._root[name] for name in head.ids if name in self._root)
        root, *others = roots or {head.ids[-1]: None}
        thread = self._threads.setdefault(root, [])
        for other in others:
            joined = self._threads.pop(other)
            thread += joined
            self._root.update({name: root for item in joined for name in item.ids})
        thread.append(head)
        self._root.update(dict.fromkeys(head.ids, root))

    def _desk(self) -> str | None:
        """The address that takes part in most threads, where it does in more than half of several."""
        counts = Counter(
            address for thread in self._threads.values() for address in {a for item in thread for a in item.people}
        )
        first = counts.most_common(2)
        if not first or first[0][1] < 2 or 2 * first[0][1] <= len(self._threads):
            return None
        return None if len(first) > 1 and first[1][1] == first[0][1] else first[0][0]

    def _ticket(self, thread: list[_Head], desk: str | None) -> Ticket:
        ordered = sorted(thread, key=lambda head: (head.at, head.number))
        try:
            mails = [(head, self._read(head.where)) for head in ordered[: fields.MOST_TURNS]]
            opener = next((head.sender for head, _ in mails if not _is_ours(head.sender, desk)), ordered[0].sender)
            ours = desk or _addressed(next(mail for head, mail in mails if head.sender == opener))
            turns = tuple(_turn(head, mail, opener, ours) for head, mail in mails)
            return Ticket(
                source=Source.MAIL,
                id=sha256(min(head.ids[0] for head in ordered).encode()).hexdigest()[:12],
                line=ordered[0].number,
                subject=fields.tidy(str(mails[0][1].get("subject", ""))),
                solved=_is_solved(turns),
                turns=turns,
                known=_known([mail for _, mail in mails], opener, ours),
            )
        except mime.BROKEN as error:
            raise RowFault(None, "broken_mail", "The mail's headers or body are broken.") from error


def _head(mail: EmailMessage, number: int, where: str | Path) -> _Head:
    own = mime.message_ids(mail, "message-id")[:1] or [f"<{number}@no-message-id>"]
    named = mime.message_ids(mail, "references", "in-reply-to")
    wrote = mime.sender(mail)
    if wrote is None:
        raise RowFault("from", "missing", "The mail names no sender, or leaves open who it is.")
    people = frozenset(address for _, address in mime.addresses(mail, "from", "to", "cc"))
    return _Head(number, where, (*dict.fromkeys(named), *own), _seconds(mail), wrote[1], people)


def _seconds(mail: EmailMessage) -> float:
    sent = mime.sent_at(mail)
    return sent.timestamp() if sent is not None else 0.0


def _is_ours(address: str, desk: str | None) -> bool:
    if desk is None:
        return False
    domain = desk.partition("@")[2]
    return address == desk or (_PROVIDERS.fullmatch(domain) is None and address.endswith("@" + domain))


def _addressed(mail: EmailMessage) -> str | None:
    return next((address for _, address in mime.addresses(mail, "delivered-to", "to")), None)


def _turn(head: _Head, mail: EmailMessage, opener: str, ours: str | None) -> TicketTurn:
    by_customer = head.sender == opener
    return TicketTurn(
        author=Author.CUSTOMER if by_customer else Author.AGENT,
        text=mime.body(mail),
        at=datetime.fromtimestamp(head.at, UTC) if head.at else None,
        # What a third party wrote is neither a question nor our answer.
        public=by_customer or ours is None or _is_ours(head.sender, ours),
        automatic=mime.is_automatic(mail, head.sender),
        channel=Channel.EMAIL,
    )


def _is_solved(turns: Sequence[TicketTurn]) -> bool:
    """A mailbox knows no states: a thread that ends with our answer, or with the customer's thanks, is solved."""
    last = next((turn for turn in reversed(turns) if turn.public and not turn.automatic), None)
    if last is None or last.author is Author.AGENT:
        return last is not None
    return is_thanks(own_text(last.text, last.channel).text)


def _known(mails: Sequence[EmailMessage], opener: str, ours: str | None) -> Known:
    customers: dict[str, None] = {}
    agents: dict[str, None] = {}
    others: dict[str, None] = {}
    for mail in mails:
        for name, address in mime.addresses(mail, "from", "to", "cc", "reply-to"):
            group = customers if address == opener else agents if _is_ours(address, ours) else others
            group[name] = None
    return Known(tuple(filter(None, customers)), tuple(filter(None, agents)), tuple(filter(None, others)))
