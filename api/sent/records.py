"""A reply that was sent, as it is stored and published."""

from datetime import datetime

from pydantic import Field

from inference.types import (
    Change,
    Commitment,
    Finding,
    Identifier,
    LanguageCode,
    Probability,
    Record,
    Verdict,
)


class NewSent(Record):
    """What is known of a sent reply before it is stored.

    Attributes:
        connection: The helpdesk's connection.
        conversation: As the drafts' messages name it.
        parts: The helpdesk's ids of the messages that it was sent in, in their order.
        draft_id: The draft that it is compared with, or whose message it answers; null where there is none.
        agent: The helpdesk's id of whoever sent it.
        sent_at: When its first part was sent, by the helpdesk's clock.
        text: What the customer read, plain text.
        verdict: What became of the draft; null where none was there to use.
        kept: Share of the draft's telling words that stand in the reply in phrases; null without a verdict.
        own: Share of the reply's telling words that stand in the draft so; null without a verdict.
        changes: What differs from the draft.
        blocked: Whether the policy says that one of the findings must not go out.
        findings: What the checks found, after it was sent.
        commitments: What it commits the company to.
        language: The language that the reply was expected in.
        policy_revision: Of the policy that the checks followed.
    """

    connection: str
    conversation: Identifier
    parts: tuple[str, ...]
    draft_id: str | None = None
    agent: str | None = None
    sent_at: datetime
    text: str
    verdict: Verdict | None = None
    kept: Probability | None = None
    own: Probability | None = None
    changes: tuple[Change, ...] = Field(default=())
    blocked: bool
    findings: tuple[Finding, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    language: LanguageCode
    policy_revision: str


class SentReply(NewSent):
    """A sent reply as it was stored."""

    id: str
    stored_at: datetime
