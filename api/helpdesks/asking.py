"""The message that a burst makes: what the customer wrote, joined, with what was said before it."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from api.helpdesks.planning import Situation
from api.helpdesks.rows import Place
from api.helpdesks.tables import DeskMessageRow
from inference.types import MAX_TEXT, Author, Channel, Customer, Fact, Message, Turn

_MOST_TURNS = 200
_MOST_FACTS = 100
_MOST_ATTACHMENTS = 50
_REPLY_MARK = re.compile(r"(?i)^\s*(?:(?:re|fwd?|aw|wg|sv|tr|رد|إعادة توجيه)\s*(?:\[\d+\])?\s*[:：]\s*)+")
_FACTS = TypeAdapter(tuple[Fact, ...])
_TURNS = TypeAdapter(tuple[Turn, ...])


def message_of(situation: Situation, place: Place, answers: Sequence[str]) -> Message:
    """Return the message that a note answers.

    Args:
        situation: the conversation as it was when the note was reserved.
        place: where it is.
        answers: ids of the messages of the burst, in order.
    """
    wanted = set(answers)
    burst = [item for item in situation.messages if item.id in wanted]
    last = burst[-1]
    earlier = [item for item in situation.messages if item.at <= last.at and item.id not in wanted]
    channel = Channel(situation.row.channel)
    history = _history(burst, earlier)
    return Message(
        text=_text(burst, subject=situation.row.subject if channel is Channel.EMAIL and not history else None),
        channel=channel,
        history=history,
        customer=Customer(name=situation.row.customer),
        verified=bool(last.context.get("verified")),
        facts=_facts(burst),
        attachments=_attachments(burst),
        received_at=burst[0].at,
        tenant=place.tenant,
        product=_latest(burst, "product"),
        language=_latest(burst, "language"),
        conversation=place.stable_id,
    )


def _text(burst: Sequence[DeskMessageRow], *, subject: str | None) -> str:
    """Join a burst; a mail's subject comes first where it says what the mail itself does not."""
    parts = [item.text for item in burst if item.text.strip()]
    heading = _REPLY_MARK.sub("", subject).strip() if subject else ""
    if heading and not any(heading.casefold() in part.casefold() for part in parts):
        parts.insert(0, heading)
    text = "\n".join(parts)
    return text if len(text) <= MAX_TEXT else text[-MAX_TEXT:]


def _history(burst: Sequence[DeskMessageRow], earlier: Sequence[DeskMessageRow]) -> tuple[Turn, ...]:
    """Return the earlier turns: as the helpdesk told them with the burst, or else as they were delivered."""
    told = next((item.context["history"] for item in reversed(burst) if item.context.get("history")), None)
    if told is not None:
        return _TURNS.validate_python(told)
    turns = [Turn(author=Author(item.author), text=item.text, at=item.at) for item in earlier if item.text.strip()]
    return tuple(turns[-_MOST_TURNS:])


def _facts(burst: Sequence[DeskMessageRow]) -> tuple[Fact, ...]:
    """Return the facts that came with a burst; a later value of the same name wins."""
    by_name = {
        (fact.name, fact.source): fact
        for item in burst
        for fact in _FACTS.validate_python(item.context.get("facts", ()))
    }
    return tuple(by_name.values())[-_MOST_FACTS:]


def _attachments(burst: Sequence[DeskMessageRow]) -> tuple[str, ...]:
    names = [name for item in burst for name in item.context.get("attachments", ())]
    return tuple(names[-_MOST_ATTACHMENTS:])


def _latest(burst: Sequence[DeskMessageRow], name: str) -> Any:  # noqa: ANN401 - as the delivery said it
    return next((item.context[name] for item in reversed(burst) if item.context.get(name)), None)
