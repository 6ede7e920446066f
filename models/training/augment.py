"""Small changes of a training text that leave its labels true: nothing may hang on marks or capitals."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.training.network import token_ids

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SHARE = 0.15
_MARKS = re.compile(r"[!?.,;:…؟،؛]+")


def augment(
    ids: Sequence[int], text: str, tokenizer: "Tokenizer", longest: int, random: np.random.Generator
) -> list[int]:
    """Return the ids of ``text``, or now and then of a changed copy of it.

    Args:
        ids: The ids of the unchanged text.
        text: The text.
        tokenizer: Cuts a changed copy.
        longest: Most tokens.
        random: Decides whether and how.
    """
    if random.random() >= _SHARE:
        return list(ids)
    kind = random.integers(3)
    if kind == 0:
        changed = _MARKS.sub(" ", text)
    elif kind == 1:
        changed = text.upper() if random.random() < 0.3 else text.lower()
    else:
        changed = text.rstrip(" .!?؟…") + str(random.choice(["", ".", "!", "!!", " ...", "؟"]))
    return token_ids(tokenizer, [changed], longest)[0] if changed.strip() else list(ids)
