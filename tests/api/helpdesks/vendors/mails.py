"""Mails as customers and agents write them, and the mailbox that they lie in."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from api.helpdesks.adapter import Delivery, Event
from api.helpdesks.vendors.email import EmailAdapter
from api.helpdesks.vendors.email_box import Account, Mailbox
from tests.api.helpdesks.fakes.imap import PASSWORD, USER

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

OWN = (USER,)

ARABIC = "السلام عليكم،\nلم تصل بطاقتي ٤٤٧١ حتى الآن. 😟"


def mail(text: str = ARABIC, *, html: str | None = None, **headers: str) -> bytes:
    built = EmailMessage(policy=SMTP)
    values = {
        "From": "سارة <sara@customer.example>",
        "To": USER,
        "Subject": "بطاقتي لم تصل",
        "Date": "Sun, 22 Nov 2026 11:00:00 +0300",
        "Message-ID": "<one@customer.example>",
    }
    for name, value in (values | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        if value:
            built[name] = value
    built.set_content(text)
    if html is not None:
        built.add_alternative(html, subtype="html")
    return built.as_bytes()


def read(raw: bytes, folder: str = "inbox") -> Event:
    adapter = EmailAdapter(Mailbox(account(0)), OWN)
    (event,) = adapter.read(Delivery(raw, {"x-rifq-folder": folder}, AT))
    return event


def account(port: int, password: str = PASSWORD) -> Account:
    return Account("127.0.0.1", port, "none", USER, password, private_network=True)
