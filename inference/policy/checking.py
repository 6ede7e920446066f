"""The policy's sections about checks and promises: which faults block, what a role may grant, when a promise is due."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from inference.types import Record

Ruling = Literal["block", "warn", "off"]
"""What a fault does: it keeps a draft from being ready, the agent is told of it, or nothing."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""


class GrantKind(StrEnum):
    """What a company gives up when it grants a customer something."""

    REFUND = "refund"
    FEE_REVERSAL = "fee_reversal"
    GOODWILL = "goodwill"
    CHARGEBACK = "chargeback"
    EXCEPTION = "exception"


class GrantReason(StrEnum):
    """Why something is granted, as far as a conversation shows it."""

    DELAY = "delay"
    REPEAT_CONTACT = "repeat_contact"
    WRONG_CHARGE = "wrong_charge"
    OUR_ERROR = "our_error"


class Grant(Record):
    """What some roles may grant on their own.

    Attributes:
        kind: What is granted.
        roles: Who may.
        reasons: For which reasons; any where empty.
        most: The most, by currency; a currency that is not named is not theirs to grant. Empty: any amount.
    """

    kind: GrantKind
    roles: tuple[str, ...] = Field(min_length=1)
    reasons: tuple[GrantReason, ...] = ()
    most: dict[Currency, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)


class LedgerRules(Record):
    """When promises of sent replies are due and given up, in working hours.

    Attributes:
        undated_hours: From when a promise whose words name no time counts as overdue: a customer waits for it too.
        broken_after_hours: How long after its due time somebody can still say that a promise was kept.
    """

    undated_hours: int = Field(default=24, ge=1, le=400)
    broken_after_hours: int = Field(default=16, ge=0, le=400)
