"""The policy's sections about checks: which faults block, what a role may grant, and names that are written one way."""

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
