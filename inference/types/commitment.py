"""What a reply commits us to, and what became of it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from inference.types.base import Record


class CommitmentKind(StrEnum):
    """What is promised: a result, a deed of ours, a call back, word of something, a colleague, or a way to go.

    A direction sends the customer elsewhere: it binds nobody here, so no ledger keeps it.
    """

    OUTCOME = "outcome"
    ACTION = "action"
    CALLBACK = "callback"
    NOTIFICATION = "notification"
    HANDOFF = "handoff"
    DIRECTION = "direction"


class CommitmentState(StrEnum):
    """What became of a commitment: it is open until it takes exactly one of the others, and that one is final."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"

    @property
    def final(self) -> bool:
        """Whether nothing changes it any more."""
        return self is not CommitmentState.OPEN


class Commitment(Record):
    """Something that the reply commits us to, with who backs it."""

    text: str
    kind: CommitmentKind = CommitmentKind.ACTION
    owner: str | None = None
    due: datetime | None = None
    source: str | None = None


class PastCommitment(Record):
    """Something that an earlier reply of the conversation committed us to, as the ledger has it.

    Attributes:
        id: In the ledger.
        text: The words that the customer was sent.
        due: When it was due.
        owed: It was not kept in the time that the customer was told, or somebody says that it was not kept; not so
            once the customer has been told of that and it has ended.
        speak: A reply is to name it: it is owed, and was not named before.
    """

    id: str
    text: str
    kind: CommitmentKind
    owner: str | None = None
    due: datetime
    state: CommitmentState
    owed: bool = Field(default=False)
    speak: bool = Field(default=False)
