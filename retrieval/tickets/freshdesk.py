"""Freshdesk: tickets of API v2 with their conversations, and the account export's ``helpdesk_ticket`` with notes."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from inference.types import Author, Channel
from retrieval.tickets import fields
from retrieval.tickets.markup import to_text
from retrieval.tickets.types import Known, Source, Ticket, TicketTurn

_SOLVED = {4, 5, "4", "5", "resolved", "closed"}
_EMAIL = {1, "1", 10, "10"}
# Survey feedback and mails passed on to third parties are no turns of the conversation.
_ASIDE = {6, "6", 8, "8"}
_RATINGS = {103: 1.0, 102: 0.83, 101: 0.67, 100: 0.5, -101: 0.33, -102: 0.17, -103: 0.0, 1: 1.0, 2: 0.5, 3: 0.0}


def expand(value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON holds anything
    """Yield the tickets of a list, of a search's ``results`` or of the account export, as API v2 shapes them."""
    if isinstance(value, list):
        yield from chain.from_iterable(map(expand, value))
    elif isinstance(value, dict) and isinstance(value.get("helpdesk_ticket"), dict):
        yield _exported(value["helpdesk_ticket"])
    elif isinstance(value, dict) and isinstance(value.get("results") or value.get("tickets"), list):
        yield from expand(value.get("results") or value["tickets"])
    else:
        yield value


def _exported(ticket: dict[str, Any]) -> dict[str, Any]:
    notes = [fields.mapping(note, "note") or note for note in fields.objects(ticket, "notes")]
    conversations = [note | {"body_text": note.get("body"), "body": note.get("body_html")} for note in notes]
    return ticket | {
        "id": ticket.get("display_id", ticket.get("id")),
        "description_text": ticket.get("description"),
        "description": ticket.get("description_html"),
        "conversations": conversations,
        "requester": {"name": ticket.get("requester_name")},
        "responder": {"name": ticket.get("responder_name")},
    }


def to_ticket(values: fields.Values, line: int) -> Ticket:
    """Read one ticket; it is solved when its status is 4 (resolved) or 5 (closed).

    Raises:
        RowFault: the field at fault.
    """
    requester, responder = fields.mapping(values, "requester"), fields.mapping(values, "responder")
    channel = Channel.EMAIL if values.get("source") in _EMAIL else Channel.CHAT
    opening = TicketTurn(
        Author.CUSTOMER,
        _body(values, "description_text", "description"),
        fields.moment(values.get("created_at")),
        channel=channel,
    )
    conversations = fields.objects(values, "conversations")
    people = [fields.mapping(item, "user") for item in conversations]
    return Ticket(
        source=Source.FRESHDESK,
        id=fields.identifier(values, "id", "display_id"),
        line=line,
        subject=fields.text(values, "subject"),
        solved=_status(values) in _SOLVED,
        turns=(opening, *(_turn(item, channel) for item in conversations if item.get("source") not in _ASIDE)),
        known=Known(
            customers=tuple(filter(None, [fields.text(requester, "name")])),
            agents=tuple(filter(None, [fields.text(responder, "name"), *_named(people)])),
            others=tuple(address.partition("<")[0].strip('" ') for address in _copies(values) if "<" in address),
            phones=tuple(filter(None, [fields.text(requester, "phone"), fields.text(requester, "mobile")])),
        ),
        tags=fields.labels(values, "tags"),
        product=fields.text(fields.mapping(values, "product"), "name") or None,
        satisfaction=_rating(values),
        reopened=bool(fields.mapping(values, "stats").get("reopened_at")),
    )


def _status(values: fields.Values) -> Any:  # noqa: ANN401 - a number or text
    status = values.get("status")
    return status.lower() if isinstance(status, str) else status if isinstance(status, int) else None


def _turn(item: fields.Values, channel: Channel) -> TicketTurn:
    return TicketTurn(
        author=Author.CUSTOMER if item.get("incoming") is True else Author.AGENT,
        text=_body(item, "body_text", "body"),
        at=fields.moment(item.get("created_at")),
        public=item.get("private") in {False, None},
        automatic=item.get("automation_id") is not None or item.get("auto_response") is True,
        channel=channel,
    )


def _body(values: fields.Values, plain: str, html: str) -> str:
    return fields.text(values, plain) or to_text(fields.text(values, html))


def _named(people: list[dict[str, Any]]) -> list[str]:
    return [name for person in people if (name := fields.text(person, "name"))]


def _copies(values: fields.Values) -> tuple[str, ...]:
    return (*fields.labels(values, "cc_emails"), *fields.labels(values, "reply_cc_emails"))


def _rating(values: fields.Values) -> float | None:
    ratings = fields.mapping(fields.mapping(values, "satisfaction_rating"), "ratings")
    given = ratings.get("default_question")
    return _RATINGS.get(given) if isinstance(given, int) else None
