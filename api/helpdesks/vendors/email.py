"""E-mail: a mailbox is polled over IMAP, or mails are piped in; a draft is put among the mailbox's drafts.

What an agent sends from the same mailbox is read from its folder of sent mails. Nothing is sent: there is no SMTP here.
Tried against a fake server in the tests; folders' roles are read from SPECIAL-USE (RFC 6154) or their usual names.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Annotated, Literal, Self

import httpx
from pydantic import AfterValidator, Field, model_validator

from api.clock import Now, utc_now
from api.helpdesks.adapter import Adapter, Delivery, Event, Left, Note, Polled
from api.helpdesks.connections import Connection, SecretSource
from api.helpdesks.rendering import as_text, draft_html
from api.helpdesks.vendors.email_box import Account, Mailbox, Security, Session
from api.helpdesks.vendors.email_reading import MARK, UNFIT, machine, mail_key, parse_mail, read_mail
from models.errors import HelpdeskError, InputError, SignatureError
from retrieval.tickets import mime

_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_LONGEST_REFERENCES = 30


def _address(value: str) -> str:
    name, _, domain = value.strip().lower().rpartition("@")
    if not name or "." not in domain or not value.isascii() or any(char in value for char in ' <>"\\,;:()'):
        raise ValueError("give an address such as help@example.com")
    return f"{name}@{domain}"


MailAddress = Annotated[str, AfterValidator(_address)]


class EmailConnection(Connection):
    """A mailbox.

    Attributes:
        host: of the IMAP server.
        port: 993, or 143 without TLS from the start.
        security: ``none`` for a server in your own network alone.
        username: to sign in with; ``secret`` is its password.
        addresses: from which agents answer, the one that drafts are written from first.
        inbox: folder of customers' mails.
        sent: folder of sent mails; found by its role if left out.
        drafts: folder of drafts; found by its role if left out.
        notes_folder: folder into which what agents should know is put, beside each draft; nowhere if left out.
        mark_seen: mark customers' mails as read once they are fetched.
        interval_seconds: between two polls.
    """

    vendor: Literal["email"]
    host: str = Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9.:_-]+$")
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Security = "tls"
    username: str = Field(min_length=1, max_length=320)
    addresses: tuple[MailAddress, ...] = Field(min_length=1, max_length=50)
    inbox: str = Field(default="INBOX", min_length=1, max_length=200)
    sent: str | None = Field(default=None, min_length=1, max_length=200)
    drafts: str | None = Field(default=None, min_length=1, max_length=200)
    notes_folder: str | None = Field(default=None, min_length=1, max_length=200)
    mark_seen: bool = False
    interval_seconds: float = Field(default=30.0, ge=5, le=3_600)
    secret: SecretSource = Field(description="The mailbox's password, or an app password.")

    @model_validator(mode="after")
    def _secured(self) -> Self:
        if self.security == "none" and not self.private_network:
            raise ValueError("security: none sends the password in the clear; use tls, or private_network: true")
        return self

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        account = Account(
            host=self.host,
            port=self.port or _PORTS[self.security],
            security=self.security,
            username=self.username,
            password=self.secret.read(),
            inbox=self.inbox,
            sent=self.sent,
            drafts=self.drafts,
            mark_seen=self.mark_seen,
            private_network=self.private_network,
        )
        return EmailAdapter(
            Mailbox(account), self.addresses, notes_folder=self.notes_folder, interval=self.interval_seconds
        )


class EmailAdapter:
    """One mailbox as a helpdesk; implements ``Polling`` and ``Probing`` besides ``Adapter``.

    Args:
        mailbox: where mails lie.
        addresses: of the helpdesk, in lower case, the one that drafts are written from first.
        notes_folder: where notes beside drafts are put; None: nowhere.
        interval: seconds between two polls.
        now: what the time is.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        addresses: Sequence[str],
        *,
        notes_folder: str | None = None,
        interval: float = 30.0,
        now: Now = utc_now,
    ) -> None:
        self.interval = interval
        self._mailbox = mailbox
        self._own = tuple(addresses)
        self._notes_folder = notes_folder
        self._now = now

    def verify(self, delivery: Delivery) -> None:  # noqa: ARG002 - signature of the protocol
        """Refuse every call from outside: mails are fetched, or piped in on this machine."""
        raise SignatureError("A mailbox has no hook: its mails are polled, or piped into rifq.")

    def key(self, delivery: Delivery) -> str:
        """See ``Adapter.key``: by Message-ID and folder."""
        if not delivery.body.strip():
            raise InputError("The delivery is empty: give a whole mail.")
        return mail_key(delivery)

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        return (read_mail(delivery, self._own),)

    async def poll(self, cursor: str | None) -> Polled:
        """See ``Polling.poll``."""
        return await asyncio.to_thread(self._mailbox.poll, cursor)

    async def probe(self, client: httpx.AsyncClient) -> str:  # noqa: ARG002 - signature of the protocol
        """See ``Probing.probe``."""
        return await asyncio.to_thread(self._probe)

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:  # noqa: ARG002 - signature of the protocol
        """See ``Adapter.leave``: a draft in the thread, addressed to the customer; without a text, to nobody."""
        return await asyncio.to_thread(self._leave, note)

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:  # noqa: ARG002 - as above
        """See ``Adapter.find``: by Message-ID."""
        return await asyncio.to_thread(self._find, note)

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:  # noqa: ARG002 - as above
        """See ``Adapter.withdraw``: deletes our own draft alone, and only as we left it."""
        return await asyncio.to_thread(self._withdraw, note, left)

    def _probe(self) -> str:
        with self._mailbox.session() as session:
            drafts, sent = self._drafts(session), session.folder("sent") or "-"
            return f"IMAP: signed in; drafts are left in {drafts}, sent mails read from {sent}."

    def _leave(self, note: Note) -> Left:
        own, beside = self._name(note), self._name(note, "note")
        with self._mailbox.session() as session:
            drafts, asked = self._drafts(session), self._asked(session, note)
            if self._notes_folder is not None and not self._lying(session, self._notes_folder, beside):
                self._append(session, self._notes_folder, self._mail(note, asked, "note"))
            if (found := self._lying(session, drafts, own)) is None:
                mail = self._mail(note, asked)
                self._append(session, drafts, mail)
                found = _version(mail)
            return Left(ref=own, version=found)

    def _find(self, note: Note) -> Left | None:
        own, beside = self._name(note), self._name(note, "note")
        with self._mailbox.session() as session:
            if self._notes_folder is not None and not self._lying(session, self._notes_folder, beside):
                return None
            found = self._lying(session, self._drafts(session), own)
            return None if found is None else Left(ref=own, version=found)

    def _withdraw(self, note: Note, left: Left) -> bool:
        with self._mailbox.session() as session:
            session.choose(self._drafts(session), write=True)
            lying = [session.fetch(uid) for uid in session.search(_standing(left.ref))]
            if any(raw is not None and _version(parse_mail(raw)) != left.version for raw in lying):
                return False
            if not lying and self._edited(session, note):
                return False  # mail programs save an edited draft as a new mail
            self._remove(session, left.ref)
            if self._notes_folder is not None:
                session.choose(self._notes_folder, write=True)
                self._remove(session, self._name(note, "note"))
            return True

    def _remove(self, session: Session, name: str) -> None:
        """Delete our mails of this Message-ID, also one that a session marked before it broke."""
        for uid in session.search(_named(name)):
            session.remove(uid)

    def _edited(self, session: Session, note: Note) -> bool:
        """Tell whether the chosen folder of drafts holds a draft of this thread that is not one of ours."""
        root = UNFIT.sub("", note.conversation)
        found = session.search(f'UNDELETED OR HEADER References "{root}" HEADER In-Reply-To "{root}"')
        heads = [mail for uid in found if (mail := session.heads(uid)) is not None]
        return any(not _is_ours(mail) for mail in heads)

    def _asked(self, session: Session, note: Note) -> EmailMessage:
        """Return the headers of the newest mail of the thread that the customer wrote.

        Raises:
            HelpdeskError: there is none any more.
        """
        for mail in self._mailbox.thread(session, UNFIT.sub("", note.conversation)):
            try:
                wrote = mime.sender(mail)
                if wrote is not None and wrote[1] not in self._own and machine(mail, wrote[1]) is None:
                    return mail
            except mime.BROKEN:
                continue
        msg = "The customer's mail is not in the inbox any more: the draft cannot be put beside it."
        raise HelpdeskError(msg, lasting=True)

    def _mail(self, note: Note, asked: EmailMessage, kind: Literal["draft", "note"] = "draft") -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        subject = " ".join(str(asked.get("subject", "")).split())
        again = subject if subject.lower().startswith(("re:", "رد:")) else f"Re: {subject}".strip()
        addressed = kind == "draft" and bool(note.text) and not note.beside
        mail["From"] = self._own[0]
        if addressed:
            mail["To"] = _recipient(asked)
        mail["Subject"] = again if addressed else f"Rifq · {again}"
        mail["Date"] = format_datetime(self._now())
        mail["Message-ID"] = f"<{self._name(note, kind)}>"
        ids = mime.message_ids(asked, "message-id")
        chain = list(dict.fromkeys(mime.message_ids(asked, "references", "in-reply-to") + ids))
        if ids:
            mail["In-Reply-To"] = ids[0]
        if chain:
            # The first one names the thread; what lies between may go.
            mail["References"] = " ".join(chain[:1] + chain[1:][-_LONGEST_REFERENCES:])
        mail[MARK] = note.id
        mail.set_content(note.text if addressed else as_text(note))
        if addressed:
            mail.add_alternative(draft_html(note), subtype="html")
        return mail

    def _name(self, note: Note, kind: Literal["draft", "note"] = "draft") -> str:
        marker = "".join(char for char in note.marker if char.isascii() and char.isalnum())
        return f"rifq-{kind}.{marker}@{self._own[0].partition('@')[2]}"

    def _drafts(self, session: Session) -> str:
        found = session.folder("drafts")
        if found is None:
            msg = "The mailbox has no folder of drafts: name it in the connection (drafts: ...)."
            raise HelpdeskError(msg, lasting=True)
        return found

    def _lying(self, session: Session, folder: str, name: str) -> str | None:
        """Return the version of our mail of this Message-ID in a folder; None where it is not there."""
        session.choose(folder)
        found = session.search(_standing(name))
        raw = session.fetch(found[-1]) if found else None
        return None if raw is None else _version(parse_mail(raw))

    def _append(self, session: Session, folder: str, mail: EmailMessage) -> None:
        flags = ["\\Draft"] if folder != self._notes_folder else []
        session.box.append(mail.as_bytes(), folder, flag_set=flags)


def _named(name: str) -> str:
    return f'HEADER Message-ID "{name}"'


def _standing(name: str) -> str:
    return f"UNDELETED {_named(name)}"


def _is_ours(mail: EmailMessage) -> bool:
    ids = mime.message_ids(mail, "message-id")
    return MARK in mail and bool(ids) and ids[0].startswith("<rifq-")


def _version(mail: EmailMessage) -> str:
    """Return a digest of what a draft says and to whom; servers may fold and encode it as they like."""
    try:
        said = mime.body(mail), sorted(address for _, address in mime.addresses(mail, "to", "cc", "bcc"))
        subject = " ".join(str(mail.get("subject", "")).split())
    except mime.BROKEN:
        return "broken"  # not as we left it
    words = " ".join(said[0].split())
    return hashlib.sha256("\n".join((words, subject, *said[1])).encode()).hexdigest()


def _recipient(asked: EmailMessage) -> Address | str:
    wrote = mime.sender(asked)
    name, address = (mime.addresses(asked, "reply-to") or ([wrote] if wrote else []))[0]
    try:
        return Address(" ".join(name.split()), addr_spec=address)
    except (ValueError, IndexError, LookupError):
        return Address(addr_spec=address)
