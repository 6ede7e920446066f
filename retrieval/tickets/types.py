"""A past ticket as its reader found it, what is proposed from it, and what became of a file of them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from inference.types import Author, Channel, Record
from retrieval.rows import RowError


class Source(StrEnum):
    """Where tickets come from."""

    ZENDESK = "zendesk"
    CHATWOOT = "chatwoot"
    FRESHDESK = "freshdesk"
    MAIL = "mail"


class Skip(StrEnum):
    """Why a ticket gives no candidate."""

    NOT_SOLVED = "not_solved"
    DUPLICATE_TICKET = "duplicate_ticket"
    CLOSED_BY_MERGE = "closed_by_merge"
    NO_CUSTOMER_WORDS = "no_customer_words"
    CASE_TOO_VAGUE = "case_too_vague"
    NO_AGENT_ANSWER = "no_agent_answer"
    ANSWER_TOO_SHORT = "answer_too_short"
    ANSWER_TOO_LONG = "answer_too_long"
    ONLY_COURTESY = "only_courtesy"
    ONLY_QUESTION = "only_question"
    ONLY_PROMISE = "only_promise"
    NO_CONTENT = "no_content"
    ONLY_PERSONAL_DATA = "only_personal_data"
    CUSTOMER_OBJECTED = "customer_objected"
    LANGUAGE_UNKNOWN = "language_unknown"


# The next two hold what customers wrote before it is masked: their repr must never say it.
@dataclass(frozen=True, slots=True, repr=False)
class TicketTurn:
    """One message of a ticket, unmasked.

    Attributes:
        public: the customer could see it; a private note is not.
        automatic: a rule, bot or auto-responder wrote it.
    """

    author: Author
    text: str
    at: datetime | None = None
    public: bool = True
    automatic: bool = False
    channel: Channel = Channel.CHAT


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What the record itself says of its people, to be masked wherever it stands."""

    customers: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Ticket:
    """One past ticket, unmasked; ``turns`` in order of time.

    Attributes:
        line: the line (or record) of the file on which it stands, from 1.
        satisfaction: in [0, 1], None where nobody rated.
    """

    source: Source
    id: str
    line: int
    subject: str
    solved: bool
    turns: tuple[TicketTurn, ...]
    known: Known = field(default_factory=Known)
    tags: tuple[str, ...] = ()
    product: str | None = None
    satisfaction: float | None = None
    reopened: bool = False


class Candidate(Record):
    """What one masked ticket proposes. Nothing in it is unmasked."""

    label: str = Field(description='Where it came from, e.g. "zendesk ticket 123".')
    problem: str
    case: str
    answer: str
    steps: tuple[str, ...] = ()
    language: str
    tags: tuple[str, ...] = ()
    product: str | None = None
    reopened: bool = False
    satisfaction: float | None = None


class TicketReport(Record):
    """What became of a file of tickets. ``read`` = solved + tickets skipped as not solved + errors.

    ``candidates`` distinct ones were proposed, and ``merged`` further tickets said the same. Of the candidates,
    ``added``, ``updated`` and ``unchanged`` were stored; ``left`` stand in the store verified, edited or retired, and
    were not touched. ``flagged`` ones hold a placeholder in their answer. ``masked`` counts personal data by kind.
    """

    read: int = 0
    solved: int = 0
    candidates: int = 0
    merged: int = 0
    flagged: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    left: int = 0
    skipped: dict[str, int] = Field(default_factory=dict)
    masked: dict[str, int] = Field(default_factory=dict)
    rejected: int = 0
    errors: tuple[RowError, ...] = ()
    unit: str = Field(default="line", description="What an error's number counts: line, record, thread.")
