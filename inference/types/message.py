"""What a customer wrote, and what the calling system knows about it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from inference.types.base import Identifier, LanguageCode, Record
from inference.types.commitment import PastCommitment

MAX_TEXT = 20_000
"""Longest accepted message, in code points."""


class Channel(StrEnum):
    """Where the message came in; decides length, formality and what may be said in public."""

    EMAIL = "email"
    CHAT = "chat"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    SOCIAL_PUBLIC = "social_public"
    SOCIAL_PRIVATE = "social_private"
    PHONE_NOTE = "phone_note"
    REVIEW = "review"


class Author(StrEnum):
    """Who wrote a turn of the conversation."""

    CUSTOMER = "customer"
    AGENT = "agent"


class Turn(Record):
    """One earlier turn of the conversation, oldest first."""

    author: Author
    text: str = Field(max_length=MAX_TEXT)
    at: datetime | None = None


class Customer(Record):
    """The customer as the calling system names them; a gender is never guessed from a name."""

    name: str | None = Field(default=None, max_length=200)
    title: str | None = Field(default=None, max_length=50)


class Fact(Record):
    """A fact supplied by the calling system (an order's status, a balance), citable like any source."""

    name: str = Field(min_length=1, max_length=100)
    value: str = Field(min_length=1, max_length=1_000)
    source: str = Field(min_length=1, max_length=200)


class Message(Record):
    """One customer message with its context."""

    text: str = Field(max_length=MAX_TEXT)
    channel: Channel = Channel.CHAT
    history: tuple[Turn, ...] = Field(default=(), max_length=200)
    customer: Customer = Customer()
    verified: bool = Field(default=False, description="Has the customer been identified by the calling system?")
    facts: tuple[Fact, ...] = Field(default=(), max_length=100)
    attachments: tuple[str, ...] = Field(default=(), max_length=50)
    received_at: datetime | None = None
    tenant: Identifier = "default"
    product: str | None = Field(default=None, max_length=100)
    language: LanguageCode | None = Field(default=None, description="Language to answer in, where the caller knows it.")
    conversation: Identifier | None = Field(
        default=None, description="The helpdesk's id of the conversation: what its replies promised is looked up by it."
    )
    commitments: tuple[PastCommitment, ...] = Field(
        default=(),
        max_length=200,
        description="What earlier replies promised; written by the service from its ledger, whatever a caller sends.",
    )
