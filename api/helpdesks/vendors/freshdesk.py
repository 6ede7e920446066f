"""Freshdesk: automation rules call in, private notes out.

An automation's webhook says what the rule's author wrote into it, unsigned: ours (``deploy/helpdesks/freshdesk.json``)
names the ticket only and carries a token in a header, and the ticket's messages are then read from the API, with the
ids and times that a rule's placeholders do not have.

Seen in Freshdesk's API documentation, as public copies stored it (read in November 2026): Basic authentication with the
key as the name, POST ``/tickets/{id}/notes`` (``body`` in HTML, ``private``), GET ``/tickets/{id}/conversations``
(``incoming``, ``private``, ``body_text``, ``source``), DELETE ``/conversations/{id}``; and in its support article
"Using webhooks in automation rules" that rules call an address with JSON and headers of one's own.
Unseen, to be tried with a real account: which ``source`` numbers newer channels have, and whether a rule that runs on
"reply is sent" also runs for notes that the API leaves (they are private, and passed over).
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import httpx
from pydantic import Field

from api.helpdesks.adapter import (
    Adapter,
    AgentReply,
    ConversationState,
    CustomerMessage,
    Delivery,
    Event,
    Ignored,
    Left,
    Note,
)
from api.helpdesks.connections import Connection, HelpdeskUrl, SecretSource
from api.helpdesks.reading import body_of, key_of, moment_of, number_of
from api.helpdesks.rendering import as_html
from api.helpdesks.vendors.calls import answer_list, answer_object, call
from api.helpdesks.vendors.payloads import (
    basic,
    in_order,
    left_at,
    names_of,
    optional_id,
    own_words,
    version_of,
    with_body,
)
from api.helpdesks.vendors.signing import check_signature
from inference.types import Channel
from models.errors import InputError
from retrieval.tickets import fields
from retrieval.tickets.markup import to_text

_CHANNELS = {
    3: Channel.PHONE_NOTE,
    5: Channel.SOCIAL_PUBLIC,
    6: Channel.SOCIAL_PUBLIC,
    7: Channel.CHAT,
    13: Channel.WHATSAPP,
}
"""A ticket's ``source``; 1 e-mail, 2 portal, 9 feedback widget and 10 outbound e-mail are mail to whom we answer."""
_ASIDE = {6, 8}  # a conversation's source: survey feedback and forwarded mail are no turns
_CLOSED = {4, 5}  # resolved, closed
_OUTBOUND = 10  # a ticket that an agent opened by writing
_PAGE, _PAGES = 100, 10


class FreshdeskConnection(Connection):
    """A Freshdesk account; ``secret`` is the token that the rules send in the header ``X-Rifq-Token``."""

    vendor: Literal["freshdesk"]
    url: HelpdeskUrl = Field(description="Such as https://acme.freshdesk.com; no address of your own domain.")
    token: SecretSource = Field(description="API key of an agent made for Rifq (Profile settings).")

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        return FreshdeskAdapter(secret=self.secret.read(), key=self.token.read())


class FreshdeskAdapter:
    """Speaks to one Freshdesk account."""

    def __init__(self, *, secret: str, key: str) -> None:
        self._secret = secret
        self._headers = basic(key, "X")

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``. Freshdesk signs nothing: the token in the header is all that proves a call."""
        check_signature(self._secret, delivery.headers.get("x-rifq-token"))

    def key(self, delivery: Delivery) -> str:
        """Return one identity a call: a rule's body says no time, and the messages then read have ids of their own."""
        return f"{key_of(delivery)[:40]}-{delivery.at.timestamp():.3f}"

    async def fetch(self, client: httpx.AsyncClient, delivery: Delivery) -> Delivery:
        """See ``Fetching.fetch``."""
        given = body_of(delivery)
        path = f"/api/v2/tickets/{number_of(given, 'ticket')}"
        answer = await call(client, "GET", path, params={"include": "requester"}, headers=self._headers)
        conversations = [item async for item in self._conversations(client, path)]
        whole = {"rating": given.get("rating"), "ticket": answer_object(answer), "conversations": conversations}
        return with_body(delivery, json.dumps(whole).encode())

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``: all that was said in the ticket, and how it stands."""
        body = body_of(delivery)
        ticket = body.get("ticket")
        if not isinstance(ticket, dict):
            raise InputError("The ticket has not been fetched.", field="ticket")
        number = number_of(ticket, "id")
        later = [_message(item, ticket, number, delivery) for item in fields.objects(body, "conversations")]
        messages = [_opening(ticket, number, delivery.at), *later]
        return [*in_order(messages), _state(ticket, number, body.get("rating"), delivery)]

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``."""
        body = {"body": as_html(note), "private": True}
        answer = await call(client, "POST", f"{_ticket(note)}/notes", json=body, headers=self._headers)
        left = answer_object(answer)
        return left_at(answer, left, "id", version=version_of(fields.text(left, "body")))

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``."""
        async for item in self._conversations(client, _ticket(note)):
            text = fields.text(item, "body")
            if item.get("private") is True and note.marker in text:
                return Left(str(item["id"]), version_of(text))
        return None

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:
        """See ``Adapter.withdraw``."""
        async for item in self._conversations(client, _ticket(note)):
            if str(item["id"]) == left.ref:
                if version_of(fields.text(item, "body")) != left.version:
                    return False
                path = f"/api/v2/conversations/{left.ref}"
                await call(client, "DELETE", path, headers=self._headers, gone_is_fine=True)
        return True

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        answer_object(await call(client, "GET", "/api/v2/agents/me", headers=self._headers))
        return "the key is an agent's"

    async def _conversations(self, client: httpx.AsyncClient, ticket: str) -> AsyncIterator[dict[str, Any]]:
        for page in range(1, _PAGES + 1):
            params: dict[str, str | int] = {"per_page": _PAGE, "page": page}
            path = f"{ticket}/conversations"
            answer = await call(client, "GET", path, params=params, headers=self._headers, gone_is_fine=True)
            items = answer_list(answer) if answer.is_success else []
            for item in items:
                if isinstance(item.get("id"), int):
                    yield item
            if len(items) < _PAGE:
                return


def _opening(ticket: Mapping[str, Any], number: str, now: datetime) -> Event:
    channel, requester = _channel(ticket), fields.mapping(ticket, "requester")
    text, at = _body(ticket, "description_text", "description", channel), moment_of(ticket, "created_at", default=now)
    if ticket.get("source") == _OUTBOUND:
        return AgentReply(number, f"opening-{number}", text, at, agent=optional_id(ticket, "responder_id"))
    attachments = names_of(ticket, "attachments", "name")
    if not text and not attachments:
        return Ignored("no_message")
    return CustomerMessage(
        conversation=number,
        id=f"opening-{number}",
        text=text,
        at=at,
        channel=channel,
        subject=fields.text(ticket, "subject") or None,
        customer=fields.text(requester, "name") or None,
        customer_id=optional_id(ticket, "requester_id"),
        attachments=attachments,
    )


def _message(item: Mapping[str, Any], ticket: Mapping[str, Any], number: str, delivery: Delivery) -> Event:
    if item.get("private") is not False:
        return Ignored("private_note")
    if item.get("source") in _ASIDE or item.get("automation_id") is not None or item.get("auto_response") is True:
        return Ignored("automatic")
    channel, message = _channel(ticket), number_of(item, "id")
    text = _body(item, "body_text", "body", channel)
    at, person = moment_of(item, "created_at", default=delivery.at), optional_id(item, "user_id")
    if item.get("incoming") is not True:
        return AgentReply(number, message, text, at, agent=person)
    return CustomerMessage(
        conversation=number,
        id=message,
        text=text,
        at=at,
        channel=channel,
        subject=fields.text(ticket, "subject") or None,
        customer=fields.text(fields.mapping(ticket, "requester"), "name") or None,
        customer_id=person,
        attachments=names_of(item, "attachments", "name"),
    )


def _state(ticket: Mapping[str, Any], number: str, rating: object, delivery: Delivery) -> ConversationState:
    at = moment_of(ticket, "updated_at", default=delivery.at)
    score = fields.share(rating, 0.0, 1.0)
    closed = ticket.get("status") in _CLOSED
    return ConversationState(
        number, f"state-{number}-{at.timestamp():.0f}-{score}", at, closed=closed, satisfaction=score
    )


def _channel(ticket: Mapping[str, Any]) -> Channel:
    source = ticket.get("source")
    return _CHANNELS.get(source, Channel.EMAIL) if isinstance(source, int) else Channel.EMAIL


def _body(values: Mapping[str, Any], plain: str, html: str, channel: Channel) -> str:
    # The HTML comes first: only it says what is quoted.
    return own_words(to_text(fields.text(values, html)) or fields.text(values, plain), channel)


def _ticket(note: Note) -> str:
    return f"/api/v2/tickets/{note.conversation}"
