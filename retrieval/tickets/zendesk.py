"""Zendesk: the ticket export (NDJSON, comments inside) and the incremental export's pages with side-loads.

Shapes after developer.zendesk.com: ``tickets[]`` with ``users[]``, ``comments[]`` (by ``ticket_id``) and
``metric_sets[]`` beside them, or a ticket with ``comments``, ``requester`` and ``assignee`` of its own.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from inference.types import Author, Channel
from retrieval.rows import RowFault
from retrieval.tickets import fields
from retrieval.tickets.markup import to_text
from retrieval.tickets.types import Known, Source, Ticket, TicketTurn

_SOLVED = {"solved", "closed"}
_STAFF = {"agent", "admin"}
_MACHINES = {"rule", "system", "answer_bot_for_agents", "answer_bot"}
_CHANNELS = {"email": Channel.EMAIL, "web": Channel.EMAIL, "whatsapp": Channel.WHATSAPP, "sms": Channel.SMS}


def expand(value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON holds anything
    """Yield the tickets of a page, or of a list; side-loaded people, comments and metrics are put into each."""
    if isinstance(value, list):
        yield from chain.from_iterable(map(expand, value))
    elif isinstance(value, dict) and "tickets" in value:
        yield from _page(value)
    elif isinstance(value, dict) and isinstance(value.get("ticket"), dict):
        yield from _page({**value, "tickets": [value["ticket"]]})
    else:
        yield value


def _page(page: dict[str, Any]) -> Iterator[Any]:
    people = {user.get("id"): user for user in fields.objects(page, "users")}
    comments: dict[Any, list[dict[str, Any]]] = {}
    for comment in page["comments"] if isinstance(page.get("comments"), list) else ():
        if isinstance(comment, dict):
            comments.setdefault(comment.get("ticket_id"), []).append(comment)
    metrics = {metric.get("ticket_id"): metric for metric in fields.objects(page, "metric_sets")}
    if not isinstance(page["tickets"], list):
        raise RowFault("tickets", "wrong_type", "'tickets' must be a list of tickets.")
    for ticket in page["tickets"]:
        if not isinstance(ticket, dict):
            yield ticket
            continue
        number = ticket.get("id")
        # A page about a single ticket need not repeat its number in each comment.
        own = comments.get(number) or (comments.get(None) if len(page["tickets"]) == 1 else None)
        loaded = {"comments": own or [], "metric_set": metrics.get(number), "users": people}
        yield loaded | {name: item for name, item in ticket.items() if item is not None}


def to_ticket(values: fields.Values, line: int) -> Ticket:
    """Read one ticket.

    Raises:
        RowFault: the field at fault.
    """
    people = _people(values)
    requester = values.get("requester_id") or fields.mapping(values, "requester").get("id")
    comments = fields.objects(values, "comments")
    channel = _CHANNELS.get(fields.text(fields.mapping(values, "via"), "channel"), Channel.CHAT)
    turns = [_turn(comment, requester, people, channel) for comment in comments]
    description = fields.text(values, "description")
    if description and not any(turn.author is Author.CUSTOMER for turn in turns):
        turns.insert(
            0, TicketTurn(Author.CUSTOMER, description, fields.moment(values.get("created_at")), channel=channel)
        )
    rating = fields.text(fields.mapping(values, "satisfaction_rating"), "score")
    reopens = fields.mapping(values, "metric_set").get("reopens")
    return Ticket(
        source=Source.ZENDESK,
        id=fields.identifier(values, "id"),
        line=line,
        subject=fields.text(values, "subject", "raw_subject"),
        solved=fields.text(values, "status").lower() in _SOLVED,
        turns=tuple(turns),
        known=_known(values, requester, people),
        tags=fields.labels(values, "tags"),
        product=fields.text(fields.mapping(values, "brand"), "name") or None,
        satisfaction={"good": 1.0, "good_with_comment": 1.0, "bad": 0.0, "bad_with_comment": 0.0}.get(rating),
        reopened=isinstance(reopens, int) and reopens > 0,
    )


def _people(values: fields.Values) -> dict[Any, dict[str, Any]]:
    people = dict(values["users"]) if isinstance(values.get("users"), dict) else {}
    nested = [fields.mapping(values, name) for name in ("requester", "submitter", "assignee")]
    nested += [item for item in values.get("collaborators") or () if isinstance(item, dict)]
    nested += [fields.mapping(comment, "author") for comment in fields.objects(values, "comments")]
    for person in nested:
        if isinstance(person.get("id"), int | str):
            people[person["id"]] = people.get(person["id"], {}) | person
    return people


def _is_staff(person: fields.Values) -> bool | None:
    if isinstance(person.get("is_staff"), bool):
        return bool(person["is_staff"])
    role = fields.text(person, "role").lower()
    return role in _STAFF if role else None


def _turn(
    comment: fields.Values,
    requester: Any,  # noqa: ANN401 - an id of either type
    people: dict[Any, dict[str, Any]],
    channel: Channel,
) -> TicketTurn:
    author = comment.get("author_id") or fields.mapping(comment, "author").get("id")
    staff = _is_staff(people.get(author, {}) | fields.mapping(comment, "author"))
    by_agent = author != requester if staff is None else staff and author != requester
    via = fields.text(fields.mapping(comment, "via"), "channel")
    body = fields.text(comment, "plain_body", "body")
    if not body:
        body = to_text(fields.text(comment, "html_body"))
    public = comment.get("public", comment.get("is_public", True))
    return TicketTurn(
        author=Author.AGENT if by_agent else Author.CUSTOMER,
        text=body,
        at=fields.moment(comment.get("created_at")),
        public=public is True,
        automatic=via in _MACHINES or author == -1,
        channel=_CHANNELS.get(via, channel),
    )


def _known(values: fields.Values, requester: Any, people: dict[Any, dict[str, Any]]) -> Known:  # noqa: ANN401
    # A page's people are those of all its tickets: only this ticket's own are its.
    shown = {
        comment.get("author_id") or fields.mapping(comment, "author").get("id")
        for comment in fields.objects(values, "comments")
    }
    shown |= {values.get("assignee_id"), values.get("submitter_id"), fields.mapping(values, "assignee").get("id")}
    for name in ("collaborator_ids", "follower_ids", "email_cc_ids"):
        listed = values.get(name)
        shown |= {item for item in listed if isinstance(item, int | str)} if isinstance(listed, list) else set()
    shown |= {item.get("id") for item in values.get("collaborators") or () if isinstance(item, dict)}
    own = people.get(requester, {}) | fields.mapping(values, "requester")
    rest = [person for key, person in people.items() if key in shown and key != requester]
    staff = [person for person in rest if _is_staff(person) is not False]
    return Known(
        customers=tuple(filter(None, [fields.text(own, "name"), fields.text(own, "alias")])),
        agents=tuple(name for person in staff if (name := fields.text(person, "name"))),
        others=tuple(name for person in rest if person not in staff and (name := fields.text(person, "name"))),
        phones=tuple(phone for person in [own, *rest] if (phone := fields.text(person, "phone"))),
    )
