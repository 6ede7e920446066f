"""The words of review: kinds of round, what is read, parts, states."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

Actor = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^(user:.+|key:.+|local)$", examples=["user:9f2c7a41"])
]
"""Who of the team: ``user:ID``, ``key:ID`` or ``local``."""

Note = Annotated[str, Field(max_length=2_000)]

Why = Annotated[str, Field(min_length=1, max_length=2_000)]

Direction = Literal["rtl", "ltr"]

Place = Literal["first", "second"]


class RoundKind(StrEnum):
    """What a reviewer is asked."""

    SCORE = "score"
    CHOOSE = "choose"


class Target(StrEnum):
    """What is read; ``pair`` is the draft against what was sent, ``texts`` comes with the round."""

    DRAFT = "draft"
    SENT = "sent"
    BOTH = "both"
    PAIR = "pair"
    TEXTS = "texts"


class Origin(StrEnum):
    """Where a reply comes from; reviewers learn it when they have submitted."""

    DRAFT = "draft"
    SENT = "sent"
    TEXT = "text"


class Part(StrEnum):
    """What a card is part of."""

    READING = "reading"
    MACHINE = "machine"
    ADJUDICATION = "adjudication"
    APPEAL = "appeal"


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class NextState(StrEnum):
    """Why there is an item, or none."""

    ITEM = "item"
    ALL_READ = "all_read"
    SHARE_DONE = "share_done"
    WAITING = "waiting"
    CLOSED = "closed"
