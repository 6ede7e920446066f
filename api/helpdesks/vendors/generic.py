"""Any system that can sign and send JSON: its webhook in, and the note posted back to it, signed the same way.

Both directions are signed with HMAC-SHA256 of ``{timestamp}.{raw body}``, in hexadecimal, in ``X-Rifq-Signature``
beside ``X-Rifq-Timestamp`` (seconds since 1970). Without a ``url``, notes are fetched from
``GET /v1/helpdesks/{connection}/notes`` instead.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

import httpx
from pydantic import AwareDatetime, Field, ValidationError

from api.clock import Now, utc_now
from api.helpdesks.adapter import (
    Adapter,
    AgentReply,
    ConversationState,
    CustomerMessage,
    Delivery,
    Event,
    Left,
    Note,
)
from api.helpdesks.connections import Connection
from api.helpdesks.reading import body_of, key_of
from api.helpdesks.rendering import as_html, as_text
from api.helpdesks.vendors.calls import call
from api.helpdesks.vendors.signing import check_fresh, check_signature, digest
from api.untrusted import BrokenTextError, check_text
from inference.types import MAX_TEXT, Channel, Fact, LanguageCode, Record, Turn
from models.errors import InputError

ConversationId = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[\w.:@+=-]+$")]


class GenericMessage(Record):
    """What was written, and when."""

    id: str = Field(min_length=1, max_length=200)
    text: str = Field(max_length=MAX_TEXT)
    at: AwareDatetime | None = Field(default=None, description="When it was written; when it arrived if left out.")
    channel: Channel = Channel.CHAT
    subject: str | None = Field(default=None, max_length=500)
    attachments: tuple[Annotated[str, Field(max_length=200)], ...] = Field(default=(), max_length=50)
    language: LanguageCode | None = None
    product: str | None = Field(default=None, max_length=100)
    agent: str | None = Field(default=None, max_length=200, description="Who answered, for kind agent.")


class GenericCustomer(Record):
    """The customer, as the sending system knows them."""

    id: str | None = Field(default=None, max_length=200, description="By which their data can be erased.")
    name: str | None = Field(default=None, max_length=200)
    verified: bool = False


class GenericDelivery(Record):
    """The body of a generic delivery."""

    kind: Literal["customer", "agent", "closed", "opened"] = "customer"
    conversation: ConversationId
    at: AwareDatetime | None = Field(default=None, description="When it was closed, opened or rated; now if left out.")
    message: GenericMessage | None = None
    customer: GenericCustomer = GenericCustomer()
    facts: tuple[Fact, ...] = Field(default=(), max_length=100)
    history: tuple[Turn, ...] = Field(default=(), max_length=200)
    satisfaction: float | None = Field(default=None, ge=0, le=1)


class GenericConnection(Connection):
    """A system of your own; with a ``url`` the notes are posted to exactly this address."""

    # Whoever writes the sending side wants to see what is wrong with it.
    unreadable: ClassVar[int] = 422

    vendor: Literal["generic"]

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        return GenericAdapter(self.secret.read(), url=self.url)


class GenericAdapter:
    """Speaks to one system through its own webhook."""

    def __init__(self, secret: str, *, url: str | None, now: Now = utc_now) -> None:
        self._secret = secret
        self._url = url
        self._now = now

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``."""
        stamp = delivery.headers.get("x-rifq-timestamp")
        signature = delivery.headers.get("x-rifq-signature", "").removeprefix("sha256=")
        check_signature(sign(self._secret, stamp or "", delivery.body), signature)
        check_fresh(stamp, delivery.at)

    def key(self, delivery: Delivery) -> str:
        """See ``Adapter.key``: the body is read too, so that a faulty one is told at once."""
        _parse(delivery)
        return key_of(delivery, "x-rifq-delivery")

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        given = _parse(delivery)
        message = given.message
        told = given.at if message is None else message.at
        at = delivery.at if told is None else min(told, delivery.at)
        if given.kind in {"closed", "opened"} or message is None:
            name = f"{given.kind}-{at.timestamp():.3f}"
            closed = given.kind == "closed" if given.kind in {"closed", "opened"} else None
            return [ConversationState(given.conversation, name, at, closed=closed, satisfaction=given.satisfaction)]
        if given.kind == "agent":
            return [AgentReply(given.conversation, message.id, message.text, at, agent=message.agent)]
        return [_customer(given, message, at)]

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``: the draft's id is the idempotency key, by which a second attempt is no second note."""
        if self._url is not None:
            await self._post(client, {"event": "note", **note_body(note)}, key=note.id)
        return Left(note.id)

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``: posted again under its key, a note is there for sure, and once.

        The receiving system drops a second one. Said to be absent, a note that lies there would never be withdrawn.
        """
        return await self.leave(client, note)

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:
        """See ``Adapter.withdraw``: the system is told, and decides what becomes of the older note."""
        if self._url is not None:
            body = {"event": "withdrawn", "id": left.ref, "conversation": note.conversation}
            await self._post(client, body, key=f"{left.ref}-withdrawn")
        return True

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        if self._url is None:
            return "notes are fetched from here: there is nothing to call"
        await self._post(client, {"event": "ping"}, key=f"ping-{self._now():%Y%m%dT%H%M%S}")
        return "the address took a signed ping"

    async def _post(self, client: httpx.AsyncClient, body: Mapping[str, object], *, key: str) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        stamp = str(int(self._now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Rifq-Timestamp": stamp,
            "X-Rifq-Signature": sign(self._secret, stamp, content),
        }
        await call(client, "POST", self._url or "", content=content, headers=headers)


def note_body(note: Note) -> dict[str, object]:
    """Return a note as the generic hook gives it: its parts, and both renderings; for agents only."""
    return {
        "id": note.id,
        "private": True,
        "conversation": note.conversation,
        "status": note.status.value,
        "draft": note.text,
        "draft_language": note.text_language,
        "draft_direction": note.direction,
        "heading": note.heading,
        "remarks": list(note.remarks),
        "language": note.language,
        "replaces": note.replaces,
        "tags": list(note.tags),
        "text": as_text(note),
        "html": as_html(note),
    }


def sign(secret: str, stamp: str, body: bytes) -> str:
    """Return the signature of a body at a time, in hexadecimal."""
    return digest(secret, stamp.encode("utf-8", "replace") + b"." + body).hexdigest()


def _customer(given: GenericDelivery, message: GenericMessage, at: datetime) -> CustomerMessage:
    return CustomerMessage(
        conversation=given.conversation,
        id=message.id,
        text=message.text,
        at=at.astimezone(UTC),
        channel=message.channel,
        subject=message.subject,
        customer=given.customer.name,
        customer_id=given.customer.id,
        attachments=message.attachments,
        verified=given.customer.verified,
        facts=given.facts,
        history=given.history,
        product=message.product,
        language=message.language,
    )


def _parse(delivery: Delivery) -> GenericDelivery:
    value = body_of(delivery)
    try:
        check_text(value)
        given = GenericDelivery.model_validate(value)
    except BrokenTextError as error:
        raise InputError(error.message, field=error.place) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(f"The field '{field}' is not valid: {first['msg']}.", field=field) from error
    if given.kind in {"customer", "agent"} and given.message is None and given.satisfaction is None:
        raise InputError("The field 'message' is missing: give {id, text}.", field="message")
    return given
