"""What review writes into the audit log: who made, read, decided and took out what, never what they wrote."""

from enum import StrEnum


class ReviewAction(StrEnum):
    """What is written down."""

    ROUND_MADE = "review.round_made"
    ROUND_CLOSED = "review.round_closed"
    SUBMITTED = "review.submitted"
    ADJUDICATED = "review.adjudicated"
    APPEALED = "review.appealed"
    APPEAL_DECIDED = "review.appeal_decided"
    AGENT_SET = "review.agent_set"
    AGENT_REMOVED = "review.agent_removed"
    EXPORTED = "review.exported"
    IMPORTED = "review.imported"
