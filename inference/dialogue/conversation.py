"""A conversation as exchanges: what an agent wrote last, and what the customer answered to it."""

from dataclasses import dataclass

from inference.thread import own_text
from inference.types import Author, Message

MOST_EXCHANGES = 8
"""Earlier turns of the customer that are read, newest first: what was said long before seldom still holds."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn of the customer, in their own words, and the agent's turns right before it (empty where none)."""

    agent: str
    text: str


def exchanges(message: Message) -> tuple[Exchange, ...]:
    """Return the conversation's exchanges, oldest first, the message itself last."""
    found: list[Exchange] = []
    agent: list[str] = []
    for turn in message.history:
        if turn.author is Author.AGENT:
            agent.append(own_text(turn.text, message.channel).text)
        elif turn.text.strip():
            found.append(Exchange("\n".join(agent), own_text(turn.text, message.channel).text))
            agent = []
    found.append(Exchange("\n".join(agent), own_text(message.text, message.channel).text))
    return tuple(found[-MOST_EXCHANGES - 1 :])
