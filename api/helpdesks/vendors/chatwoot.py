"""Chatwoot: ``message_created`` webhooks in, private notes out.

Shapes: Chatwoot's user guide "How to use webhooks?" (seen with its update of February 2026) for the payload and its
``message_type`` and dates; the signature (HMAC-SHA256 of ``{timestamp}.{raw body}``, header ``sha256=hex``) as
receivers in public repositories check it; the messages API (create, list, delete) from its OpenAPI description.
Unseen, to be tried with a real account: that a deleted message keeps ``content_attributes.deleted``.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import unquote

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
from api.helpdesks.rendering import as_markdown
from api.helpdesks.vendors.calls import answer_id, answer_object, call
from api.helpdesks.vendors.signing import check_fresh, check_signature, digest
from inference.types import Channel
from retrieval.tickets import fields
from retrieval.tickets.markup import to_text

_CHANNELS = {
    "Channel::Email": Channel.EMAIL,
    "Channel::Whatsapp": Channel.WHATSAPP,
    "Channel::Sms": Channel.SMS,
    "Channel::TwilioSms": Channel.SMS,
    "Channel::FacebookPage": Channel.SOCIAL_PRIVATE,
    "Channel::Instagram": Channel.SOCIAL_PRIVATE,
    "Channel::TwitterProfile": Channel.SOCIAL_PRIVATE,
    "Channel::Telegram": Channel.SOCIAL_PRIVATE,
    "Channel::Line": Channel.SOCIAL_PRIVATE,
}
_LONGEST_NAME = 200
_PAGES = 5
"""Pages of a conversation in which a note is looked for, newest first."""


class ChatwootConnection(Connection):
    """A Chatwoot account: its webhook's secret, and the token of an agent bot or of a user made for Rifq."""

    vendor: Literal["chatwoot"]
    url: HelpdeskUrl = Field(description="Such as https://app.chatwoot.com.")
    account: int = Field(ge=1, description="The number behind /accounts/ in Chatwoot's addresses.")
    token: SecretSource = Field(description="Access token (Profile settings, or the agent bot's).")

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        return ChatwootAdapter(self.account, secret=self.secret.read(), token=self.token.read())


class ChatwootAdapter:
    """Speaks to one Chatwoot account."""

    def __init__(self, account: int, *, secret: str, token: str) -> None:
        self._account = account
        self._secret = secret
        self._headers = {"api_access_token": token}

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``."""
        stamp = delivery.headers.get("x-chatwoot-timestamp")
        signed = (stamp or "").encode("utf-8", "replace") + b"." + delivery.body
        check_signature(
            "sha256=" + digest(self._secret, signed).hexdigest(), delivery.headers.get("x-chatwoot-signature")
        )
        check_fresh(stamp, delivery.at)

    def key(self, delivery: Delivery) -> str:
        """See ``Adapter.key``."""
        return key_of(delivery, "x-chatwoot-delivery")

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        body = body_of(delivery)
        account = fields.mapping(body, "account").get("id")
        if account is not None and str(account) != str(self._account):
            return [Ignored("other_account")]
        event = fields.text(body, "event")
        if event == "message_created":
            return [self._message(body, delivery)]
        if event == "message_updated" and (rating := _rating(body)) is not None:
            conversation, message = _conversation(body), number_of(body, "id")
            return [ConversationState(conversation, f"rating-{message}", delivery.at, satisfaction=rating)]
        if event in {"conversation_status_changed", "conversation_resolved", "conversation_opened"}:
            status, conversation = fields.text(body, "status"), number_of(body, "id")
            at = moment_of(body, "timestamp", "updated_at", default=delivery.at)
            return [
                ConversationState(
                    conversation, f"{status}-{at.timestamp():.0f}", at, closed=status in {"resolved", "1"}
                )
            ]
        return [Ignored("other_event")]

    def _message(self, body: Mapping[str, Any], delivery: Delivery) -> Event:
        if body.get("private"):
            return Ignored("private_note")
        kind, sender = str(body.get("message_type")), fields.mapping(body, "sender")
        conversation, message = _conversation(body), number_of(body, "id")
        at, text = moment_of(body, "created_at", default=delivery.at), _content(body)
        if kind in {"incoming", "0"}:
            context = fields.mapping(body, "conversation")
            subject = fields.text(fields.mapping(context, "additional_attributes"), "mail_subject")
            contact = sender.get("id")
            return CustomerMessage(
                conversation=conversation,
                id=message,
                text=text,
                at=at,
                channel=_CHANNELS.get(fields.text(context, "channel"), Channel.CHAT),
                subject=subject or None,
                customer=fields.text(sender, "name") or None,
                customer_id=None if contact is None else str(contact),
                attachments=tuple(map(_name, fields.objects(body, "attachments"))),
            )
        if kind not in {"outgoing", "1"}:
            return Ignored("automatic")
        if fields.text(sender, "type").lower() != "user":
            return Ignored("bot")
        return AgentReply(conversation, message, text, at, agent=str(sender["id"]) if sender.get("id") else None)

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``."""
        body = {
            "content": as_markdown(note),
            "message_type": "outgoing",
            "private": True,
            "content_type": "text",
            "content_attributes": {},
        }
        answer = await call(client, "POST", self._messages(note), json=body, headers=self._headers)
        return Left(answer_id(answer, "id"))

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``."""
        before: str | None = None
        for _ in range(_PAGES):
            params = {"before": before} if before else None
            answer = await call(client, "GET", self._messages(note), params=params, headers=self._headers)
            found = _listed(answer_object(answer))
            for message in found:
                if note.marker in fields.text(message, "content") and message.get("private"):
                    return Left(str(message.get("id")))
            oldest = min((int(item["id"]) for item in found if isinstance(item.get("id"), int)), default=None)
            if oldest is None or str(oldest) == before:
                return None
            before = str(oldest)
        return None

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:
        """See ``Adapter.withdraw``."""
        path = f"{self._messages(note)}/{left.ref}"
        await call(client, "DELETE", path, headers=self._headers, gone_is_fine=True)
        return True

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        path = f"/api/v1/accounts/{self._account}/conversations/meta"
        await call(client, "GET", path, headers=self._headers)
        return f"account {self._account} answers, and the token may read its conversations"

    def _messages(self, note: Note) -> str:
        return f"/api/v1/accounts/{self._account}/conversations/{note.conversation}/messages"


def _conversation(body: Mapping[str, Any]) -> str:
    return number_of(fields.mapping(body, "conversation"), "id")


def _content(body: Mapping[str, Any]) -> str:
    if text := fields.text(body, "content"):
        return text
    mail = fields.mapping(fields.mapping(body, "content_attributes"), "email")
    return to_text(fields.text(fields.mapping(mail, "html_content"), "full", "reply"))


def _name(attachment: Mapping[str, Any]) -> str:
    path = fields.text(attachment, "data_url").partition("?")[0]
    return unquote(path.rsplit("/", 1)[-1])[:_LONGEST_NAME] or fields.text(attachment, "file_type") or "file"


def _rating(body: Mapping[str, Any]) -> float | None:
    attributes = fields.mapping(body, "content_attributes")
    answer = fields.mapping(fields.mapping(attributes, "submitted_values"), "csat_survey_response")
    return fields.share(answer.get("rating"), 1, 5)


def _listed(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = answer.get("payload")
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
