"""The ledger of commitments: what sent replies promised, by when, and what became of it."""

from api.ledger.ledger import Ledger
from api.ledger.records import (
    CommitmentEvent,
    CommitmentHistory,
    EventName,
    LedgerFigures,
    Listing,
    NewEvent,
    Notice,
    StoredCommitment,
)

__all__ = [
    "CommitmentEvent",
    "CommitmentHistory",
    "EventName",
    "Ledger",
    "LedgerFigures",
    "Listing",
    "NewEvent",
    "Notice",
    "StoredCommitment",
]
