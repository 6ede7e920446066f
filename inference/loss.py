"""How a customer whose money is in danger came to it: what protects it, and what there is to ask, differ."""

import re
from enum import StrEnum
from functools import cache

from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern


class Loss(StrEnum):
    """What happened to the customer; the names are those of the policy's phrases."""

    PHONE = "phone"  # the device is gone: "freeze it in the app" would be no help
    SENT = "sent"  # they sent the money, or gave a code, to a deceiver
    TAKEN = "taken"  # anything else, such as a card that somebody else uses


def loss(text: str) -> Loss:
    """Return how it happened, for a message in which fraud or theft is reported."""
    folded = fold(text).text
    return next((kind for kind in (Loss.PHONE, Loss.SENT) if _pattern(kind).search(folded)), Loss.TAKEN)


@cache
def _pattern(kind: Loss) -> re.Pattern[str]:
    lexicon = load_lexicon("reply")["loss"][kind.value]
    arabic = "|".join(fold_pattern(item) for item in lexicon["ar"])
    latin = "|".join((*lexicon["en"], *lexicon["arabizi"]))
    return re.compile(rf"(?<!\w)(?:[وف]?(?:{arabic})|(?:{latin}))(?!\w)")
