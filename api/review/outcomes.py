"""What a round comes to, and scores that come from elsewhere."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.review.judgements import Appeal, Card
from api.review.records import RoundSummary
from evaluation.agreement import Answered, Coefficient
from evaluation.sampling import SampleReport
from evaluation.scorecard import Rubric
from inference.types import Record


class RoundAgreement(Record):
    """How far a round's reviewers agree, and the checks with them; the two are never averaged.

    Attributes:
        items: Items that somebody has read.
        raters: Who read, with their names where they have one.
        means: By criterion the mean level, by auto-fail item the share of replies that have it: of all that the round
            was drawn from (weighted), by people only; an item's final card stands for its reviewers'.
        questions: ``criterion:ID``, ``auto_fail:ID`` or ``choice``, each with its coefficients.
    """

    round: str
    items: int
    raters: dict[str, str | None]
    means: dict[str, Coefficient]
    questions: tuple[Answered, ...]


class ExportedItem(Record):
    """An item of an exported round, without the customer's words, with all its cards."""

    id: str
    number: int
    channel: str
    language: str
    at: datetime
    stratum: str
    probability: float
    policy_revision: str
    draft_id: str | None
    sent_id: str | None
    agent: str | None
    origins: tuple[str, ...]
    cards: tuple[Card, ...]
    final: str | None = Field(description="The id of the card that counts above the reviewers'.")
    appeal: Appeal | None


class RoundExport(Record):
    """A round with everything that was said of its items."""

    round: RoundSummary
    rubric: Rubric
    sample: SampleReport
    items: tuple[ExportedItem, ...]


class ImportMapping(Record):
    """Which column of a file is what; columns that are not named are not read.

    Attributes:
        rubric: The name under which the scores are kept, ``name@version`` say. They are not converted.
        external_id: The column of the other system's id of a score: the same id again is the same score.
        scores: Column by criterion.
    """

    rubric: str = Field(min_length=1, max_length=80)
    external_id: str
    scores: dict[Annotated[str, Field(min_length=1, max_length=100)], str] = Field(min_length=1, max_length=100)
    conversation: str | None = None
    customer_id: str | None = None
    agent: str | None = None
    reviewer: str | None = None
    at: str | None = None
    comment: str | None = None


class NewImport(Record):
    """A file of quality scores, and which column is what."""

    csv: str = Field(min_length=1, max_length=5_000_000)
    columns: ImportMapping


class ImportFault(Record):
    """What is wrong with a line of a file; the first line has the number 1."""

    line: int
    column: str | None
    message: str


class ImportReport(Record):
    """What an import did. While there are faults nothing is stored.

    Attributes:
        stored: Scores that are new.
        changed: Scores that were known, and say something else now.
        known: Scores that are as they were.
        faults: At most 100; ``more`` says how many there are beyond.
    """

    stored: int = 0
    changed: int = 0
    known: int = 0
    faults: tuple[ImportFault, ...] = ()
    more: int = 0


class ImportedScore(Record):
    """A quality score from elsewhere, as it came."""

    rubric: str
    external_id: str
    conversation: str | None
    customer_id: str | None
    agent: str | None
    reviewer: str | None
    at: datetime | None
    scores: dict[str, float | str]
    comment: str | None
    imported_at: datetime


class ImportedPage(Record):
    """One page of imported scores, by rubric and id."""

    items: tuple[ImportedScore, ...]
    next: str | None
