"""What a slot is."""

from enum import StrEnum

from pydantic import Field

from inference.types import Record, Span


class SlotName(StrEnum):
    """What customers name of their matter; also the placeholders that it can fill."""

    ORDER_ID = "order_id"
    TRACKING_NUMBER = "tracking_number"
    REFERENCE = "reference"
    CARD_ENDING = "card_ending"
    AMOUNT = "amount"
    DATE = "date"
    PERIOD = "period"
    AGO = "ago"
    CONTACTS = "contacts"
    PLACE = "place"
    PRODUCT = "product"


class Slot(Record):
    """Something that a customer names.

    Attributes:
        name: What it is. A ``period`` is how long they have waited, ``ago`` how long since something happened,
            ``contacts`` the how-manieth time they write.
        value: In one form: an id in capitals; an amount as a decimal number; a date as ISO 8601; a period as an ISO
            8601 duration ("P2W"); a count in digits; a product by its own name. Empty where the words do not tell it.
        currency: ISO 4217 code of an amount, where the words tell.
        span: Where it stands in ``message.text``, and how it was typed.
        said: Whether a reply may repeat it; never with a value that only some day of writing would give sense to.
    """

    name: SlotName
    value: str
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    span: Span
    said: bool = True

    @property
    def text(self) -> str:
        """The slot as the customer typed it."""
        return self.span.text
