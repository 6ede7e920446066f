"""Zendesk: event webhooks in, private comments and tags out.

Seen in Zendesk's developer documentation, as a public index stored it (read in November 2026): the signature
("Verifying webhook authenticity": base64 of HMAC-SHA256 over timestamp and body, ``X-Zendesk-Webhook-Signature`` and
``-Signature-Timestamp``, the time in ISO 8601); the properties of ticket events ("Ticket events"); comments made by
updating a ticket ("Ticket comments": no call creates, edits or deletes one by itself); that updating ``tags`` replaces
them all, and PUT ``/tickets/{id}/tags`` adds ("Adding tags to tickets without overwriting existing tags"). The body of
``comment_added`` is as receivers in public repositories pin it (event version 2022-11-06).
Unseen, to be tried with a real account: that a ticket's first comment comes as ``comment_added`` too (else set
``opening: ticket_created``), the names in ``detail.via.channel``, DELETE ``/tickets/{id}/tags``, and a redelivery's
fresh signature. No event that tells of a rating was found.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
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
from api.helpdesks.reading import body_of, moment_of, number_of
from api.helpdesks.rendering import as_html
from api.helpdesks.vendors.calls import answer_object, call
from api.helpdesks.vendors.payloads import (
    basic,
    event_key,
    items_of,
    left_at,
    names_of,
    optional_id,
    own_words,
)
from api.helpdesks.vendors.signing import check_fresh, check_signature, digest
from inference.types import Channel
from models.errors import HelpdeskError
from retrieval.tickets import fields

_EVENT = "zen:event-type:ticket."
_CHANNELS = {
    "chat": Channel.CHAT,
    "native_messaging": Channel.CHAT,
    "messaging": Channel.CHAT,
    "whatsapp": Channel.WHATSAPP,
    "sms": Channel.SMS,
    "voice": Channel.PHONE_NOTE,
    "phone": Channel.PHONE_NOTE,
    "facebook": Channel.SOCIAL_PUBLIC,
    "twitter": Channel.SOCIAL_PUBLIC,
    "facebook_message": Channel.SOCIAL_PRIVATE,
    "twitter_dm": Channel.SOCIAL_PRIVATE,
    "instagram_dm": Channel.SOCIAL_PRIVATE,
}
_SYSTEM = "-1"  # the author of what Zendesk itself writes
_PAGE = 100


class ZendeskConnection(Connection):
    """A Zendesk account: its webhook's signing secret, and the API token of an agent made for Rifq."""

    vendor: Literal["zendesk"]
    url: HelpdeskUrl = Field(description="Such as https://acme.zendesk.com.")
    email: str = Field(min_length=3, max_length=200, description="Of the agent as whom the notes are left.")
    token: SecretSource = Field(description="API token (Admin Center, Apps and integrations, APIs).")
    tags: bool = Field(default=True, description="Also add tags such as sentiment__negative to the ticket.")
    opening: Literal["comment_added", "ticket_created"] = Field(
        default="comment_added", description="Which event brings a ticket's first message."
    )

    def adapter(self) -> Adapter:
        """Return the adapter; see ``Connection.adapter``."""
        headers = basic(f"{self.email}/token", self.token.read())
        return ZendeskAdapter(headers, secret=self.secret.read(), tags=self.tags, opening=self.opening)


class ZendeskAdapter:
    """Speaks to one Zendesk account."""

    def __init__(
        self, headers: Mapping[str, str], *, secret: str, tags: bool = True, opening: str = "comment_added"
    ) -> None:
        self._headers = headers
        self._secret = secret
        self._tags = tags
        self._opening = opening

    def verify(self, delivery: Delivery) -> None:
        """See ``Adapter.verify``."""
        stamp = delivery.headers.get("x-zendesk-webhook-signature-timestamp", "")
        signed = stamp.encode("utf-8", "replace") + delivery.body
        expected = b64encode(digest(self._secret, signed).digest()).decode()
        check_signature(expected, delivery.headers.get("x-zendesk-webhook-signature"))
        moment = fields.moment(stamp)
        check_fresh(str(int(moment.timestamp())) if moment else None, delivery.at)

    def key(self, delivery: Delivery) -> str:
        """See ``Adapter.key``."""
        return event_key(delivery, "id")

    def read(self, delivery: Delivery) -> Sequence[Event]:
        """See ``Adapter.read``."""
        body = body_of(delivery)
        event = fields.text(body, "type").removeprefix(_EVENT)
        detail, at = fields.mapping(body, "detail"), moment_of(body, "time", default=delivery.at)
        if event == "comment_added":
            return [self._comment(fields.mapping(fields.mapping(body, "event"), "comment"), detail, at)]
        if event == "created" and self._opening == "ticket_created":
            return [self._opening_message(detail, at)]
        if event == "created":
            return [Ignored("opening_comes_as_comment")]
        if event == "status_changed":
            closed = fields.text(fields.mapping(body, "event"), "current").lower() in {"solved", "closed"}
            return [ConversationState(number_of(detail, "id"), event_key(delivery, "id"), at, closed=closed)]
        return [Ignored("other_event")]

    def _comment(self, comment: Mapping[str, Any], detail: Mapping[str, Any], at: datetime) -> Event:
        if comment.get("is_public") is not True:
            return Ignored("private_note")
        author, ticket, message = fields.mapping(comment, "author"), number_of(detail, "id"), number_of(comment, "id")
        person, channel = optional_id(author, "id"), _channel(detail)
        if person is None or person == _SYSTEM:
            return Ignored("automatic")
        text = own_words(fields.text(comment, "body"), channel)
        if author.get("is_staff") is not False:
            if person == optional_id(detail, "requester_id"):
                return Ignored("staff_as_customer")
            return AgentReply(ticket, message, text, at, agent=person)
        return CustomerMessage(
            conversation=ticket,
            id=message,
            text=text,
            at=at,
            channel=channel,
            subject=fields.text(detail, "subject") or None,
            customer=fields.text(author, "name") or None,
            customer_id=person,
            attachments=names_of(comment, "attachments", "filename", "file_name"),
        )

    def _opening_message(self, detail: Mapping[str, Any], at: datetime) -> Event:
        if detail.get("is_public") is False:
            return Ignored("private_note")
        channel, ticket = _channel(detail), number_of(detail, "id")
        if optional_id(detail, "submitter_id") != optional_id(detail, "requester_id"):
            return Ignored("opened_by_staff")
        return CustomerMessage(
            conversation=ticket,
            id=f"opening-{ticket}",
            text=own_words(fields.text(detail, "description"), channel),
            at=at,
            channel=channel,
            subject=fields.text(detail, "subject") or None,
            customer_id=optional_id(detail, "requester_id"),
        )

    async def leave(self, client: httpx.AsyncClient, note: Note) -> Left:
        """See ``Adapter.leave``."""
        if self._tags and note.tags:
            await self._tag(client, note)
        body = {"ticket": {"comment": {"html_body": as_html(note), "public": False}}}
        answer = await call(client, "PUT", f"{_ticket(note)}.json", json=body, headers=self._headers)
        audit = fields.mapping(answer_object(answer), "audit")
        comment = next((event for event in items_of(audit, "events") if event.get("type") == "Comment"), audit)
        return left_at(answer, comment, "id")

    async def find(self, client: httpx.AsyncClient, note: Note) -> Left | None:
        """See ``Adapter.find``."""
        params: dict[str, str | int] = {"sort_order": "desc", "per_page": _PAGE}
        answer = await call(client, "GET", f"{_ticket(note)}/comments.json", params=params, headers=self._headers)
        for comment in items_of(answer_object(answer), "comments"):
            if comment.get("public") is False and note.marker in fields.text(
                comment, "plain_body", "html_body", "body"
            ):
                return left_at(answer, comment, "id")
        return None

    async def withdraw(self, client: httpx.AsyncClient, note: Note, left: Left) -> bool:  # noqa: ARG002 - nothing to call
        """Do nothing: Zendesk keeps every comment, and the newer note says that it replaces this one."""
        return True

    async def probe(self, client: httpx.AsyncClient) -> str:
        """See ``Probing.probe``."""
        user = fields.mapping(
            answer_object(await call(client, "GET", "/api/v2/users/me.json", headers=self._headers)), "user"
        )
        role = fields.text(user, "role") or "nobody"
        if role not in {"agent", "admin"}:
            raise HelpdeskError(f"The token belongs to {role}: an agent's is needed.", lasting=True)
        return f"the token is an {role}'s"

    async def _tag(self, client: httpx.AsyncClient, note: Note) -> None:
        """Put the note's tags on the ticket, in place of older ones of the same family; never at the note's expense.

        Tags are set before the comment: setting them twice changes nothing, leaving a comment twice would.
        """
        path, families = f"{_ticket(note)}/tags", {tag.partition("__")[0] for tag in note.tags}
        try:
            answer = await call(client, "GET", path, headers=self._headers)
            stale = [tag for tag in fields.labels(answer_object(answer), "tags") if tag.partition("__")[0] in families]
            if stale := [tag for tag in stale if "__" in tag and tag not in note.tags]:
                await call(client, "DELETE", path, json={"tags": stale}, headers=self._headers)
            await call(client, "PUT", path, json={"tags": list(note.tags)}, headers=self._headers)
        except HelpdeskError as error:
            if not error.lasting:
                raise HelpdeskError(error.message, retry_after=error.retry_after) from error


def _channel(detail: Mapping[str, Any]) -> Channel:
    return _CHANNELS.get(fields.text(fields.mapping(detail, "via"), "channel").lower(), Channel.EMAIL)


def _ticket(note: Note) -> str:
    return f"/api/v2/tickets/{note.conversation}"
