"""How a customer whose money is in danger came to it: what protects it, and what there is to ask, differ."""

from enum import StrEnum

from inference.signs import shows


class Loss(StrEnum):
    """What happened to the customer; the names are those of the policy's phrases."""

    PHONE = "phone"  # the device is gone: "freeze it in the app" would be no help
    SENT = "sent"  # they sent the money, or gave a code, to a deceiver
    TAKEN = "taken"  # anything else, such as a card that somebody else uses


def names_money(text: str) -> bool:
    """Tell whether a message names what "freeze your card" protects: after a burglary it would be absurd."""
    return shows("loss_money", text)


def loss(text: str) -> Loss:
    """Return how it happened, for a message in which fraud or theft is reported."""
    return next((kind for kind in (Loss.PHONE, Loss.SENT) if shows(f"loss_{kind}", text)), Loss.TAKEN)
