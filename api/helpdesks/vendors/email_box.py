"""One mailbox over IMAP (RFC 3501): what is new in it, and drafts put beside it; every call opens and closes a session.

Calls block: run them in a thread. Nothing is marked, moved or deleted but our own drafts (and read mails where the
operator wants that). A session that breaks is opened anew at the next call: there is nothing to keep alive.
"""

import contextlib
import imaplib
import json
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Literal

from api.addresses import is_callable
from api.clock import Now, utc_now
from api.helpdesks.adapter import Delivery, Polled
from api.helpdesks.vendors.email_reading import FOLDER, ROOT, parse_mail
from models.errors import HelpdeskError, MissingExtraError
from retrieval.tickets import mime

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

Security = Literal["tls", "starttls", "none"]
Role = Literal["inbox", "sent", "drafts"]
_READ: tuple[Role, ...] = ("inbox", "sent")
MOST_MAILS = 50
"""Most mails of a folder that one poll brings; the next one goes on."""
_MOST_BYTES = 1024 * 1024
"""What is fetched of a mail: its text comes first, and what attachments hold is never read."""
_TIMEOUT = 30.0
_MOST_THREAD = 30
_ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "drafts": ("\\Drafts", ("Drafts", "INBOX.Drafts", "[Gmail]/Drafts", "المسودات")),
    "sent": ("\\Sent", ("Sent", "Sent Items", "Sent Messages", "INBOX.Sent", "[Gmail]/Sent Mail")),
}
_ID = re.compile(r"[!#-;=?-\[\]-~]{1,900}")


@dataclass(frozen=True)
class Mark:
    """How far a folder was read: the UIDs count only while its UIDVALIDITY stays."""

    validity: int
    uid: int
    at: str


@dataclass(frozen=True)
class Account:
    """Where a mailbox lies, and what its folders are called; None: the server says, or the usual names."""

    host: str
    port: int
    security: Security
    username: str
    password: str
    inbox: str = "INBOX"
    sent: str | None = None
    drafts: str | None = None
    mark_seen: bool = False
    private_network: bool = False


class Session:
    """An open session with a mailbox.

    Attributes:
        chosen: the folder that commands are about, and whether they may change it.
    """

    def __init__(self, box: "BaseMailBox", account: Account) -> None:
        self.box = box
        self.account = account
        self.chosen: tuple[str, bool] | None = None

    def folder(self, role: Role) -> str | None:
        """Return a folder's name; None where the mailbox has none of that role."""
        account = self.account
        given = {"inbox": account.inbox, "sent": account.sent, "drafts": account.drafts}[role]
        if given is not None:
            return given
        flag, usual = _ROLES[role]
        listed = self.box.folder.list()
        for item in listed:
            if flag in item.flags:
                return str(item.name)
        return next((name for name in usual if any(item.name == name for item in listed)), None)

    def choose(self, folder: str, *, write: bool = False) -> None:
        """Select a folder; read-only, so that nothing in it is marked."""
        self.box.folder.set(folder, readonly=not write)
        self.chosen = folder, write

    def search(self, criteria: str) -> list[str]:
        """Return the UIDs that a search finds in the chosen folder, in their order."""
        return sorted(self.box.uids(criteria), key=int)

    def fetch(self, uid: str, what: str = f"BODY.PEEK[]<0.{_MOST_BYTES}>") -> bytes | None:
        """Return a part of a mail; None where it is gone."""
        status, data = self.box.client.uid("FETCH", uid, f"({what})")
        if status != "OK":
            msg = "The mail server did not give a mail: it is asked again later."
            raise HelpdeskError(msg)
        return next((bytes(item[1]) for item in data or () if isinstance(item, tuple) and len(item) > 1), None)

    def heads(self, uid: str) -> EmailMessage | None:
        """Return a mail's headers; None where it is gone."""
        raw = self.fetch(uid, "BODY.PEEK[HEADER]")
        return None if raw is None else parse_mail(raw, heads_only=True)

    def remove(self, uid: str) -> None:
        """Delete one mail of the chosen folder, and no other that somebody has marked so."""
        self._store(uid, "(\\Deleted)")
        if "UIDPLUS" in self.box.client.capabilities:
            self.box.client.uid("EXPUNGE", uid)

    def see(self, uid: str) -> None:
        """Mark a mail as read."""
        self._store(uid, "(\\Seen)")

    def _store(self, uid: str, flags: str) -> None:
        status, _ = self.box.client.uid("STORE", uid, "+FLAGS.SILENT", flags)
        if status != "OK":
            msg = "The mail server did not mark a mail: it is asked again later."
            raise HelpdeskError(msg)


class Mailbox:
    """A mailbox; holds its account and no connection.

    Args:
        account: where it lies.
        now: what the time is.
    """

    def __init__(self, account: Account, *, now: Now = utc_now) -> None:
        self.account = account
        self._now = now

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session, and close it at the end.

        Raises:
            HelpdeskError: the server cannot be reached, refuses, or breaks off.
            MissingExtraError: imap-tools is not installed.
        """
        try:
            import imap_tools  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise MissingExtraError("mail") from error
        account = self.account
        try:
            with _connect(account) as opened:
                yield Session(opened, account)
        except (imaplib.IMAP4.error, imap_tools.ImapToolsError) as error:
            # Some servers refuse for a moment; only this code says that the name or password is wrong.
            if "AUTHENTICATIONFAILED" in str(error).upper():
                msg = f"{account.host} did not let the mailbox's user in: check the connection's username and password."
                raise HelpdeskError(msg, lasting=True) from error
            msg = f"{account.host} refused a mail command ({type(error).__name__})."
            raise HelpdeskError(msg, unsure=isinstance(error, imaplib.IMAP4.abort)) from error
        except OSError as error:
            msg = f"{account.host}:{account.port} cannot be reached ({type(error).__name__})."
            raise HelpdeskError(msg, unsure=True) from error

    def poll(self, cursor: str | None) -> Polled:
        """Return what arrived in the inbox and among the sent mails behind a cursor; at the first, nothing.

        Where the session breaks, what was read until then counts: a backlog is got through on a bad line too.

        Raises:
            HelpdeskError: as for ``session``, before a mail was read.
        """
        marks = _marks(cursor)
        deliveries: list[Delivery] = []
        try:
            with self.session() as session:
                for role in _READ:
                    folder = session.folder(role)
                    if folder is not None:
                        for mark, delivery in self._new(session, role, folder, marks.get(role)):
                            marks[role] = mark
                            deliveries += [] if delivery is None else [delivery]
        except HelpdeskError:
            if not deliveries:
                raise
        return Polled(tuple(deliveries), json.dumps({name: vars(mark) for name, mark in marks.items()}))

    def _new(
        self, session: Session, role: Role, folder: str, mark: Mark | None
    ) -> Iterator[tuple[Mark, Delivery | None]]:
        """Yield each new mail of a folder with the mark behind it; None where the mark alone moves."""
        status = session.box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
        validity, last = int(status["UIDVALIDITY"]), int(status["UIDNEXT"]) - 1
        today = self._now().astimezone(UTC)
        if mark is None:
            yield Mark(validity, last, today.isoformat()), None
            return
        seeing = role == "inbox" and self.account.mark_seen
        session.choose(folder, write=seeing)
        after = mark.uid if mark.validity == validity else 0
        if mark.validity == validity:
            found = session.search(f"UID {after + 1}:*")
        else:  # the server has numbered anew: what comes twice is known by its Message-ID
            since = datetime.fromisoformat(mark.at) - timedelta(days=2)
            found = session.search(f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}")
        wanted = [uid for uid in found if int(uid) > after][:MOST_MAILS]
        if not wanted:
            yield Mark(validity, max(last, after), today.isoformat()), None
        for uid in wanted:
            if session.chosen != (folder, seeing):  # to name the last mail's thread, another was looked into
                session.choose(folder, write=seeing)
            raw = session.fetch(uid)
            if raw is not None and seeing:
                session.see(uid)
            delivery = None if raw is None else self._rooted(session, Delivery(raw, {FOLDER: role}, self._now()))
            yield Mark(validity, int(uid), today.isoformat()), delivery

    def _rooted(self, session: Session, delivery: Delivery) -> Delivery:
        """Name the thread of a mail that only names what it answers: by what the answered mail says."""
        try:
            mail = parse_mail(delivery.body, heads_only=True)
            answered = mime.message_ids(mail, "in-reply-to")
            if mime.message_ids(mail, "references") or not answered or not _ID.fullmatch(answered[0][1:-1]):
                return delivery
            for role in reversed(_READ):
                folder = session.folder(role)
                if folder is None:
                    continue
                session.choose(folder)
                for uid in session.search(f'HEADER Message-ID "{answered[0][1:-1]}"')[-1:]:
                    found = session.heads(uid)
                    roots = mime.message_ids(found, "references", "in-reply-to") if found is not None else []
                    if roots:
                        return Delivery(delivery.body, {**delivery.headers, ROOT: roots[0]}, delivery.at)
        except mime.BROKEN:
            pass  # whoever reads it says what is wrong
        return delivery

    def thread(self, session: Session, root: str) -> list[EmailMessage]:
        """Return the headers of a thread's mails in the inbox, the newest first."""
        session.choose(self.account.inbox)
        found = session.search(
            f'OR HEADER Message-ID "{root}" OR HEADER References "{root}" HEADER In-Reply-To "{root}"'
        )
        return [mail for uid in reversed(found[-_MOST_THREAD:]) if (mail := session.heads(uid)) is not None]


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@contextmanager
def _connect(account: Account) -> "Iterator[BaseMailBox]":
    import imap_tools  # noqa: PLC0415 - an extra

    _check_address(account)
    host, port, named = account.host, account.port, account.username + account.password
    box: BaseMailBox
    if account.security == "none":
        box = imap_tools.MailBoxUnencrypted(host, port, timeout=_TIMEOUT)
    elif account.security == "starttls":
        box = imap_tools.MailBoxStartTls(host, port, timeout=_TIMEOUT, ssl_context=ssl.create_default_context())
    else:
        box = imap_tools.MailBox(host, port, timeout=_TIMEOUT, ssl_context=ssl.create_default_context())
    try:
        # LOGIN takes ASCII alone.
        login = box.login if named.isascii() else box.login_utf8
        login(account.username, account.password, initial_folder=None)
        yield box
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):  # the server may hang up first
            box.client.logout()
        with contextlib.suppress(OSError):
            box.client.shutdown()  # else its socket stays open where the goodbye failed


def _check_address(account: Account) -> None:
    """Refuse a name that points into the house, unless the operator says that it may."""
    found = {str(item[4][0]) for item in socket.getaddrinfo(account.host, account.port, type=socket.SOCK_STREAM)}
    plain = account.security == "none"
    if not all(is_callable(item, private_network=account.private_network, plain=plain) for item in found):
        msg = f"{account.host} lies in a private network: say private_network: true if it may be called there."
        raise HelpdeskError(msg, lasting=True)


def _marks(cursor: str | None) -> dict[str, Mark]:
    try:
        values = json.loads(cursor) if cursor else {}
        return {name: Mark(**mark) for name, mark in values.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
