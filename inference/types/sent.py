"""A reply that was sent beside the draft that was there: how far it follows it, and what was changed."""

from enum import StrEnum

from pydantic import Field

from inference.types.base import Probability, Record, Span
from inference.types.draft import Verdict


class ChangeKind(StrEnum):
    """What an agent changed: how it is said, what it states, how much, in what language, what it promises, what to do.

    ``wording`` is what none of the others explains.
    """

    TONE = "tone"
    FACT = "fact"
    LENGTH = "length"
    LANGUAGE = "language"
    PROMISE = "promise"
    STEP = "step"
    WORDING = "wording"


class Change(Record):
    """One difference between a draft and the reply that was sent.

    Attributes:
        kind: What was changed.
        before: The draft's words; of a length the number of words, of a language its code; empty where some were added.
        after: The reply's; empty where words were left out.
        span: Where ``after`` stands in the reply; null where nothing stands.
        moved: The same words stand at another place of the reply.
    """

    kind: ChangeKind
    before: str = ""
    after: str = ""
    span: Span | None = None
    moved: bool = False


class Comparison(Record):
    """How far a reply follows a draft.

    Attributes:
        verdict: Accepted, edited or unused.
        kept: Share of the draft's words that stand in the reply in phrases of their own.
        own: Share of the reply's words that stand in the draft so.
        changes: What differs, in the order of the reply; empty for an unused draft.
    """

    verdict: Verdict
    kept: Probability
    own: Probability
    changes: tuple[Change, ...] = Field(default=())
