"""Chatwoot: conversations as the API and its exports give them, alone, in lists, or under ``data.payload``."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from inference.types import Author, Channel
from retrieval.tickets import fields
from retrieval.tickets.markup import to_text
from retrieval.tickets.types import Known, Source, Ticket, TicketTurn

_INCOMING, _OUTGOING = {0, "0", "incoming"}, {1, "1", "outgoing"}
_CHANNELS = {
    "Channel::Email": Channel.EMAIL,
    "Channel::Whatsapp": Channel.WHATSAPP,
    "Channel::Sms": Channel.SMS,
    "Channel::TwilioSms": Channel.SMS,
}


def expand(value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON holds anything
    """Yield the conversations of a list or of a response of the API."""
    if isinstance(value, list):
        yield from chain.from_iterable(map(expand, value))
    elif isinstance(value, dict) and "messages" not in value and isinstance(value.get("data"), dict | list):
        yield from expand(value["data"])
    elif isinstance(value, dict) and "messages" not in value and isinstance(value.get("payload"), list):
        yield from expand(value["payload"])
    else:
        yield value


def to_ticket(values: fields.Values, line: int) -> Ticket:
    """Read one conversation; it is solved when its status is ``resolved``.

    Raises:
        RowFault: the field at fault.
    """
    meta = fields.mapping(values, "meta")
    messages = fields.objects(values, "messages")
    kind = (
        fields.text(values, "channel")
        or fields.text(meta, "channel")
        or fields.text(fields.mapping(values, "inbox"), "channel_type")
    )
    channel = _CHANNELS.get(kind, Channel.CHAT)
    turns = sorted((turn for turn in (_turn(item, channel) for item in messages) if turn), key=_when)
    return Ticket(
        source=Source.CHATWOOT,
        id=fields.identifier(values, "id", "display_id"),
        line=line,
        subject=fields.text(fields.mapping(values, "additional_attributes"), "mail_subject"),
        solved=values.get("status") in {"resolved", 1},
        turns=tuple(turns),
        known=_known(meta, messages),
        tags=fields.labels(values, "labels"),
        product=fields.text(fields.mapping(values, "custom_attributes"), "product") or None,
        satisfaction=next((rating for item in messages if (rating := _rating(item)) is not None), None),
        reopened=any("reopened" in fields.text(item, "content").lower() for item in messages if _is_activity(item)),
    )


def _when(turn: TicketTurn) -> float:
    return turn.at.timestamp() if turn.at else 0.0


def _is_activity(message: fields.Values) -> bool:
    return message.get("message_type") in {2, "2", "activity"}


def _turn(message: fields.Values, channel: Channel) -> TicketTurn | None:
    kind = message.get("message_type")
    if kind not in _INCOMING | _OUTGOING:
        return None
    sender = (
        fields.text(fields.mapping(message, "sender"), "type").lower() or fields.text(message, "sender_type").lower()
    )
    content = fields.text(message, "content", "processed_message_content")
    mail = fields.mapping(fields.mapping(message, "content_attributes"), "email")
    if not content:
        content = to_text(fields.text(fields.mapping(mail, "html_content"), "full", "reply"))
    return TicketTurn(
        author=Author.CUSTOMER if kind in _INCOMING else Author.AGENT,
        text=content,
        at=fields.moment(message.get("created_at")),
        public=message.get("private") in {False, None},
        automatic=sender in {"agent_bot", "agentbot", "captain::assistant"},
        channel=Channel.EMAIL if mail or message.get("content_type") == "incoming_email" else channel,
    )


def _rating(message: fields.Values) -> float | None:
    submitted = fields.mapping(fields.mapping(message, "content_attributes"), "submitted_values")
    return fields.share(fields.mapping(submitted, "csat_survey_response").get("rating"), 1, 5)


def _known(meta: fields.Values, messages: list[dict[str, Any]]) -> Known:
    contact, agent = fields.mapping(meta, "sender"), fields.mapping(meta, "assignee")
    customers, agents, phones = [contact], [agent], [contact]
    for message in messages:
        sender = fields.mapping(message, "sender")
        (customers if message.get("message_type") in _INCOMING else agents).append(sender)
        phones.append(sender)
    return Known(
        customers=_names(customers),
        agents=_names(agents),
        phones=tuple({phone for person in phones if (phone := fields.text(person, "phone_number"))}),
    )


def _names(people: list[dict[str, Any]]) -> tuple[str, ...]:
    given = (fields.text(person, name) for person in people for name in ("name", "available_name"))
    return tuple(dict.fromkeys(filter(None, given)))
