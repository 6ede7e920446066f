"""The heads as graph operators: exact per-token contributions come out beside the logits.

For every token ``t``: ``z_t = gelu(W [states of some layers] + b)``, ``o_t = V z_t + L[piece_t]`` and one attention
weight ``a_t`` for each task (softmax of ``U z_t`` over the text's tokens). A logit is ``sum_t a_t o_t + c``: its terms
are the contributions.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.outputs import ATTENTION_OF, COLUMNS
from models.training.graph import MICROSOFT, Builder

LEXICAL = 6
"""How many of the columns, from the first, have a learned share for every piece of the vocabulary."""

MAX_TOKENS = 512

HEAD_OUTPUTS: dict[str, tuple[int | str, ...]] = {
    "logits": ("batch", COLUMNS),
    "contributions": ("batch", "tokens", COLUMNS),
}


def layers_of(heads: Mapping[str, NDArray[np.float32]]) -> list[int]:
    """Return the layers whose states the heads read (0 is the embedding)."""
    return [int(layer) for layer in heads["layers"]]


def add_heads(builder: Builder, states: Sequence[str], heads: Mapping[str, NDArray[np.float32]]) -> None:
    """Add the head operators.

    Args:
        builder: Receives the operators; the tensor ``mask.column`` [batch, tokens, 1] of ``add_pooling`` must exist.
        states: Names of the states [batch, tokens, hidden] of each layer in ``layers_of(heads)``.
        heads: ``weight`` [width, layers * hidden], ``bias`` [width], ``attention`` [attentions, width], ``value``
            [columns, width], ``lexical`` [pieces, LEXICAL], ``constant`` [columns], ``prefix`` [1]: how many tokens
            before the text's own the attention skips.
    """

    def constant(name: str, value: NDArray[np.floating]) -> str:
        return builder.constant(f"heads.{name}", value.astype(np.float32))

    mixed = builder.node("Concat", states, "heads.states", axis=-1)
    wide = builder.node("MatMul", [mixed, constant("weight", heads["weight"].T)], "heads.wide")
    active = builder.node("BiasGelu", [wide, constant("bias", heads["bias"])], "heads.active", domain=MICROSOFT)
    scores = builder.node(
        "MatMul", [active, constant("attention", heads["attention"][list(ATTENTION_OF)].T)], "heads.scores"
    )
    # Skipped: start marker, e5's prefix, padding. The end marker stays, so that even an empty text has one token.
    own = np.ones((MAX_TOKENS, 1))
    own[: int(heads["prefix"][0])] = 0
    own_here = builder.node("Slice", [constant("own", own), "zero", "tokens", "zero"], "heads.own.here")
    allowed = builder.node("Mul", ["mask.column", own_here], "heads.allowed")
    absent = builder.node("Sub", [allowed, constant("one", np.ones(1))], "heads.absent")
    large = builder.node("Mul", [absent, constant("large", np.full(1, 1e9))], "heads.hidden")
    pooled = builder.node("Softmax", [builder.node("Add", [scores, large], "heads.masked")], "heads.attended", axis=1)
    deep = builder.node("MatMul", [active, constant("value", heads["value"].T)], "heads.deep")
    table = builder.constant("heads.lexical", heads["lexical"].astype(np.float16))
    half = builder.node("Gather", [table, "ids"], "heads.lexical.half", axis=0)
    shares = builder.node("Cast", [half], "heads.lexical.float", to=1)
    room = builder.constant("heads.lexical.room", np.array([0, 0, 0, 0, 0, COLUMNS - LEXICAL], np.int64))
    values = builder.node("Add", [deep, builder.node("Pad", [shares, room], "heads.shares")], "heads.values")
    builder.node("Mul", [pooled, values], "contributions")
    total = builder.node("ReduceSum", ["contributions", "middle"], "heads.total", keepdims=0)
    builder.node("Add", [total, constant("constant", heads["constant"])], "logits")
