"""Mails as the standard library parses them: who wrote, when, in which thread, by hand or machine, and what.

The parser raises what it likes on malformed headers: callers catch ``BROKEN``.
"""

import re
from datetime import UTC, datetime
from email.errors import InvalidHeaderDefect, MessageError, ObsoleteHeaderDefect
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses

from retrieval.tickets import fields
from retrieval.tickets.markup import to_text

BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MessageError)
"""What the standard parser raises on malformed mails."""
_MACHINE = re.compile(r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+\-.][^@]*)?@", re.IGNORECASE)
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape"})
"""Codecs of the standard library that no mail is written in; the first takes quadratic time."""
_ID = re.compile(r"<[^<>\s]{1,900}>")
_DOUBTS = (InvalidHeaderDefect, ObsoleteHeaderDefect)
"""With these the standard parser reads as an address what may be somebody's name."""
_ADDRESS = r"[^\s<>@\"(),:;\\\[\]]+@[^\s<>@\"(),:;\\\[\]]+"
_LOOSE = re.compile(rf"(?P<name>[^<>]*)<\s*(?P<named>{_ADDRESS})\s*>\s*|\s*(?P<bare>{_ADDRESS})\s*")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[,;]|[^",;]+|"', re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")


def message_ids(mail: EmailMessage, *names: str) -> list[str]:
    """Return the message ids that header fields hold, in their order, each with its angle brackets."""
    return [found for name in names for found in _ID.findall(str(mail.get(name, "")))[:100]]


def addresses(mail: EmailMessage, *names: str) -> list[tuple[str, str]]:
    """Return (name, address in lower case) of all header fields of these names.

    A malformed field tells only the addresses that no reader takes for another one: of ``a@b <c@d>`` it is c@d, and the
    other, which anybody may claim for a name, is nobody's. A name that is an address is none.
    """
    return [(name, address) for name, address in _found(mail, *names) if address]


def _found(mail: EmailMessage, *names: str) -> list[tuple[str, str]]:
    """Return what ``addresses`` does, and an empty address for each that cannot be read."""
    wanted = {name.lower() for name in names}
    fields_ = [(key.lower(), value) for key, value in mail.raw_items() if key.lower() in wanted]
    found = (
        item for name in names for key, value in fields_ if key == name.lower() for item in _listed(mail, key, value)
    )
    return [("" if re.search(_ADDRESS, name) else name, address.lower()) for name, address in found]


def sender(mail: EmailMessage) -> tuple[str, str] | None:
    """Return (name, address) of whoever wrote a mail; None where that is left open: nobody, or more than one."""
    found = _found(mail, "from")
    if not all(address for _, address in found):
        return None  # what cannot be read may be the one who wrote it
    return found[0] if len(found) == 1 and len(mail.get_all("from", [])) == 1 else None


def _listed(mail: EmailMessage, key: str, raw: object) -> list[tuple[str, str]]:
    parsed = mail.policy.header_fetch_parse(key, str(raw))
    if not any(isinstance(defect, _DOUBTS) for defect in getattr(parsed, "defects", ())):
        return [(name, address) for name, address in getaddresses([str(parsed)]) if "@" in address]
    text = _COMMENT.sub(" ", str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    found = (_LOOSE.fullmatch(part) for part in _parts(text) if "@" in part)
    return [(_name(item["name"] or ""), item["named"] or item["bare"]) if item else ("", "") for item in found]


def _parts(text: str) -> list[str]:
    """Split a list of addresses where a comma or semicolon stands outside quotes."""
    parts = [""]
    for piece in _PIECE.findall(text):
        if piece in {",", ";"}:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _name(written: str) -> str:
    return " ".join(str(make_header(decode_header(written.replace('"', " ")))).split())


def sent_at(mail: EmailMessage) -> datetime | None:
    """Return when a mail says that it was sent, in UTC where it names no zone; None where it does not say."""
    sent = getattr(mail.get("date"), "datetime", None)
    if not isinstance(sent, datetime):
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def is_automatic(mail: EmailMessage, sender: str) -> bool:
    """Tell whether a machine wrote a mail: RFC 3834, what came before it, lists, and senders that nobody reads."""
    submitted = str(mail.get("auto-submitted", "no")).strip().lower()
    precedence = str(mail.get("precedence", "")).strip().lower()
    if submitted != "no" or precedence in {"bulk", "junk", "auto_reply", "list"}:
        return True
    return any(name in mail for name in ("x-autoreply", "x-autorespond", "list-id")) or bool(_MACHINE.match(sender))


def body(mail: EmailMessage) -> str:
    """Return a mail's text, from its HTML where it has no other; empty where it has none."""
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    text = _content(part)
    if not text.strip() and part.get_content_subtype() == "plain" and (other := mail.get_body(("html",))) is not None:
        part, text = other, _content(other)
    return fields.tidy(to_text(text) if part.get_content_subtype() == "html" else text)


def _content(part: Message) -> str:
    """Decode a part; a charset that is unknown or wrong is tried as UTF-8 and then as Windows' Arabic."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset("utf-8"), "utf-8", "cp1256"):
        if charset in _NO_CHARSETS:
            continue
        try:
            return raw.decode(charset)
        except (LookupError, ValueError):  # ValueError: a name that is none, or the codec "undefined"
            continue
    return raw.decode("utf-8", "replace")
