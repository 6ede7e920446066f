"""Mails as events: who wrote, in which thread, and whether a person did."""

import hashlib
import re
from collections.abc import Collection
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from itertools import islice

from api.helpdesks.adapter import AgentReply, CustomerMessage, Delivery, Event, Ignored
from api.helpdesks.reading import AHEAD
from inference.types import Channel
from models.errors import InputError
from retrieval.tickets import mime
from retrieval.tickets.fields import tidy

FOLDER, ROOT = "x-rifq-folder", "x-rifq-root"
"""Headers of a delivery: which folder it lay in (``inbox`` or ``sent``), and the id of its thread's first mail."""
MARK = "X-Rifq-Draft"
"""Header of what we leave: the draft's id."""
LONGEST_THREAD = 136
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
# What stands in an IMAP search as it is: printable ASCII without quotes, backslashes and angle brackets.
UNFIT = re.compile(r"[^!#-;=?-\[\]-~]")
_MOST_ATTACHMENTS = 50
_LONGEST_NAME = 200
_MOST_LINES = 30_000
_MOST_PARTS = 100
_PART = re.compile(rb"^--", re.MULTILINE)
_REPORTS = {"delivery-status", "disposition-notification", "feedback-report"}


def parse_mail(raw: bytes, *, heads_only: bool = False) -> EmailMessage:
    """Parse a mail; the parser takes anything, and complains when a header is read.

    It looks for the end of every enclosing part in each line: of a mail with more lines or parts than people's mails
    have, the beginning is read.
    """
    parser = BytesHeaderParser if heads_only else BytesParser
    mail = parser(policy=policy.default).parsebytes(_beginning(raw))
    assert isinstance(mail, EmailMessage)  # noqa: S101 - the policy's own kind
    return mail


def _beginning(raw: bytes) -> bytes:
    part = next(islice(_PART.finditer(raw), _MOST_PARTS, None), None)
    lines = raw[: part.start() if part else len(raw)].split(b"\n", _MOST_LINES)
    return b"\n".join(lines[:_MOST_LINES])


def mail_key(delivery: Delivery) -> str:
    """Return a mail's identity: its Message-ID's digest with its folder, or the digest of the whole. Never fails."""
    head = delivery.body.split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    found = _MESSAGE_ID.search(head)
    named = found[1] if found else delivery.body
    return f"{delivery.headers.get(FOLDER, 'inbox')}:{hashlib.sha256(named).hexdigest()}"


def thread_of(mail: EmailMessage, raw: bytes, root: str | None = None) -> str:
    """Return a thread's id: its first mail's Message-ID, fit to stand in a search, or a digest where there is none."""
    ids = [root] * bool(root) + mime.message_ids(mail, "references", "in-reply-to", "message-id")
    for found in ids:
        if fit := UNFIT.sub("", found or "")[:LONGEST_THREAD]:
            return fit
    return f"no-id.{hashlib.sha256(raw).hexdigest()[:32]}"


def read_mail(delivery: Delivery, own: Collection[str]) -> Event:
    """Return what a mail tells.

    Args:
        delivery: the raw mail, with the folder it lay in.
        own: the helpdesk's addresses, in lower case.

    Raises:
        InputError: it is no mail, or names no sender.
    """
    try:
        mail = parse_mail(delivery.body)
        name, sender = mime.sender(mail) or ("", "")
        if delivery.headers.get(FOLDER) == "sent":
            return _sent(mail, delivery, sender, own)
        return _received(mail, delivery, (name, sender), own)
    except mime.BROKEN as error:
        msg = f"The mail cannot be read ({type(error).__name__}): its headers or parts are broken."
        raise InputError(msg) from error


def machine(mail: EmailMessage, sender: str) -> str | None:
    """Return why a mail is no person's, as a stable code; None where a person wrote it."""
    kind = mail.get_content_type()
    report = str(mail.get_param("report-type", "")).lower()
    bounced = str(mail.get("return-path", "")).strip() == "<>" or "x-failed-recipients" in mail
    if (kind == "multipart/report" and report in _REPORTS) or (bounced and mime.is_automatic(mail, sender)):
        return "bounce"
    if sender.startswith(("mailer-daemon@", "postmaster@")):
        return "bounce"
    for part in mail.walk():
        if part.get_content_type() == "text/calendar" and str(part.get_param("method", "")).lower() in _ANSWERS:
            return "calendar"
    if kind == "text/calendar":
        return "calendar"
    precedence = str(mail.get("precedence", "")).strip().lower()
    if "list-id" in mail or precedence in {"list", "bulk", "junk"}:
        return "mailing_list"
    return "auto_reply" if mime.is_automatic(mail, sender) else None


_ANSWERS = {"reply", "counter", "declinecounter", "refresh"}


def _received(mail: EmailMessage, delivery: Delivery, wrote: tuple[str, str], own: Collection[str]) -> Event:
    name, sender = " ".join(tidy(wrote[0]).split())[:_LONGEST_NAME], wrote[1]
    if MARK in mail:
        return Ignored("own_draft")
    if sender in own:
        return Ignored("own_mail")
    if (why := machine(mail, sender)) is not None:
        return Ignored(why)
    if not sender:
        msg = "The mail names no sender that could be answered."
        raise InputError(msg, field="from")
    subject = " ".join(tidy(str(mail.get("subject", ""))).split())
    text, attachments = mime.body(mail), _attachments(mail)
    if not text and not subject and not attachments:
        return Ignored("empty")
    return CustomerMessage(
        conversation=thread_of(mail, delivery.body, delivery.headers.get(ROOT)),
        id=_own_id(mail, delivery.body),
        text=text or subject,
        at=_reached(mail) or _at(mail, delivery.at),
        channel=Channel.EMAIL,
        subject=subject[:500] or None,
        customer=name or None,
        customer_id=sender[:200],
        attachments=attachments,
    )


def _sent(mail: EmailMessage, delivery: Delivery, sender: str, own: Collection[str]) -> Event:
    if sender not in own:
        return Ignored("not_ours")
    if mime.is_automatic(mail, ""):
        return Ignored("auto_reply")
    if not {address for _, address in mime.addresses(mail, "to", "cc", "bcc")} - set(own):
        return Ignored("internal")
    text = mime.body(mail)
    if not text:
        return Ignored("empty")
    return AgentReply(
        conversation=thread_of(mail, delivery.body, delivery.headers.get(ROOT)),
        id=_own_id(mail, delivery.body),
        text=text,
        at=_at(mail, delivery.at),
        agent=sender[:200],
    )


def _own_id(mail: EmailMessage, raw: bytes) -> str:
    ids = mime.message_ids(mail, "message-id")
    fit = UNFIT.sub("", ids[0]) if ids else ""
    return fit if 0 < len(fit) <= 200 else hashlib.sha256((fit or "").encode() or raw).hexdigest()


def _at(mail: EmailMessage, arrived: datetime) -> datetime:
    """Return when a mail was sent; when it arrived where it does not say, or lies."""
    sent = mime.sent_at(mail)
    return arrived if sent is None or sent > arrived + AHEAD else sent


def _reached(mail: EmailMessage) -> datetime | None:
    """Return when a mail reached our server, by the line that the server put at its head; None where there is none.

    By the customer's own clock, or after a delay, an answer to an agent may seem to be older than what it answers.
    """
    lines = mail.get_all("received", [])
    try:
        reached = parsedate_to_datetime(str(lines[0]).rpartition(";")[2].strip()) if lines else None
    except (ValueError, TypeError):
        return None
    return reached if reached is None or reached.tzinfo else reached.replace(tzinfo=UTC)


def _attachments(mail: EmailMessage) -> tuple[str, ...]:
    names = (part.get_filename() for part in mail.walk() if not part.is_multipart())
    kept = [" ".join(tidy(str(name)).split())[:_LONGEST_NAME] for name in names if name]
    return tuple(name for name in kept if name)[:_MOST_ATTACHMENTS]
