"""Zammad: trigger webhooks in, internal notes out.

Seen in Zammad's own documentation and source (public repositories, read in November 2026): headers and payload
("Webhook Payload" of the admin documentation); ``X-Hub-Signature: sha1=hex`` over the body (``lib/user_agent.rb``; no
other algorithm and no time are offered); that a delivery is tried five times (``trigger_webhook_job.rb``);
``ticket_articles`` to create and list ("Articles"); that one's own notes may be deleted for a while, ten minutes unless
set otherwise (``article_policy.rb``, ``ui_ticket_zoom_article_delete_timeframe``).
Unseen, to be tried with a real instance: which article types custom channels use, and that a trigger without an article
sends an empty one.
"""

from collections.abc import Mapping, Sequence
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
    left_at,
    names_of,
    optional_id,
    own_words,
    words,
)
from api.helpdesks.vendors.signing import check_signature, digest
from inference.types import Channel
from models.errors import HelpdeskError
from retrieval.tickets import fields

_CHANNELS = {
    "chat": Channel.CHAT,
    "telegram personal-message": Channel.CHAT,
    "sms": Channel.SMS,
    "whatsapp message": Channel.WHATSAPP,
    "phone": Channel.PHONE_NOTE,
    "twitter status": Channel.SOCIAL_PUBLIC,
    "facebook feed post": Channel.SOCIAL_PUBLIC,
    "facebook feed comment": Channel.SOCIAL_PUBLIC,
    "twitter direct-message": Channel.SOCIAL_PRIVATE,
}
_ARTICLES = "/api/v1/ticket_articles"


class ZammadConnection(Connection):
    """A Zammad instance: its webhook's signature token, and the access token of an agent made for Rifq."""

    vendor: Literal["zammad"]
    url: HelpdeskUrl = Field(description="Such as https://zammad.example.com.")
    token: SecretSource = Field(description="Access token with the permission ticket.agent.")
    closed_states: tuple[str, ...] = Field(
        default=("closed", "merged", "removed"), description="Names of the states in which a ticket is closed."
    )

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        closed = frozenset(name.casefold() for name in self.closed_states)
        return ZammadAdapter(secret=self.secret.read(), token=self.token.read(), closed=closed)


class ZammadAdapter:
    """Speaks to one Zammad instance."""

    def __init__(self, *, secret: str, token: str, closed: frozenset[str] = frozenset({"closed"})) -> None:
        self._secret = secret
        self._headers = {"Authorization": f"Token token={token}"}
        self._closed = closed

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``. Zammad offers SHA-1 only, and signs no time: a replay is known by its key."""
        expected = "sha1=" + digest(self._secret, delivery.body, "sha1").hexdigest()
        check_signature(expected, delivery.headers.get("x-hub-signature"))

    def key(self, delivery: Delivery) -> str:
        """Return the digest of what is signed: ``X-Zammad-Delivery`` is not, and a replay could bring another."""
        return key_of(delivery)

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        body = body_of(delivery)
        ticket, article = fields.mapping(body, "ticket"), fields.mapping(body, "article")
        conversation = number_of(ticket, "id")
        if not article:
            at = moment_of(ticket, "updated_at", default=delivery.at)
            closed = _state(ticket) in self._closed
            return [ConversationState(conversation, f"state-{conversation}-{at.timestamp():.3f}", at, closed=closed)]
        if article.get("internal") is not False:
            return [Ignored("private_note")]
        return [_message(ticket, article, conversation, delivery)]

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``."""
        body = {
            "ticket_id": int(note.conversation),
            "body": as_html(note),
            "content_type": "text/html",
            "type": "note",
            "internal": True,
        }
        answer = await call(client, "POST", _ARTICLES, json=body, headers=self._headers)
        return left_at(answer, answer_object(answer), "id")

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``."""
        answer = await call(client, "GET", f"{_ARTICLES}/by_ticket/{note.conversation}", headers=self._headers)
        for article in reversed(answer_list(answer)):
            if article.get("internal") is True and note.marker in fields.text(article, "body"):
                return left_at(answer, article, "id")
        return None

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:  # noqa: ARG002 - its id is enough
        """See ``Adapter.withdraw``. A note that Zammad finds too old to delete stays; the newer one says so."""
        path = f"{_ARTICLES}/{left.ref}"
        await call(client, "DELETE", path, headers=self._headers, gone_is_fine=True, accept={403})
        return True

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        user = answer_object(await call(client, "GET", "/api/v1/users/me", headers=self._headers))
        if user.get("id") is None:
            raise HelpdeskError("Zammad does not say whose the token is: an agent's is needed.", lasting=True)
        return "the token is a user's"


def _message(ticket: Mapping[str, Any], article: Mapping[str, Any], conversation: str, delivery: Delivery) -> Event:
    kind, sender = fields.text(article, "type").lower(), fields.text(article, "sender")
    at, channel = moment_of(article, "created_at", default=delivery.at), _CHANNELS.get(kind, Channel.EMAIL)
    message = number_of(article, "id")
    if fields.mapping(article, "preferences").get("is-auto-response") is True or sender not in {"Customer", "Agent"}:
        return Ignored("automatic")
    body = fields.text(article, "body")
    text = words(body, channel) if "html" in fields.text(article, "content_type") else own_words(body, channel)
    if sender == "Agent":
        if channel is Channel.PHONE_NOTE:
            return Ignored("call_note")
        return AgentReply(conversation, message, text, at, agent=optional_id(article, "created_by_id"))
    customer = fields.mapping(ticket, "customer")
    name = " ".join(filter(None, [fields.text(customer, "firstname"), fields.text(customer, "lastname")]))
    return CustomerMessage(
        conversation=conversation,
        id=message,
        text=text,
        at=at,
        channel=channel,
        subject=fields.text(ticket, "title") or None,
        customer=name or None,
        customer_id=optional_id(customer, "id") or optional_id(ticket, "customer_id"),
        attachments=names_of(article, "attachments", "filename"),
    )


def _state(ticket: Mapping[str, Any]) -> str:
    state = ticket.get("state")
    return (fields.text(state, "name") if isinstance(state, dict) else fields.text(ticket, "state")).casefold()
