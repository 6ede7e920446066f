"""Dev figures of a network in the making."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from models.outputs import COLUMNS
from models.sets.rows import Row
from models.training.network import forward, tensors, token_ids
from models.training.recipe import OWN, OWN_SIGNALS
from models.training.scores import dev_scores

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer


def dev_parts(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the dev rows of each source that ``dev_scores`` reads."""
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        scored = row.source.startswith(("arsarcasm", "xlmt", "semeval2018", "arabic_company", OWN, OWN_SIGNALS))
        if row.split == "dev" and scored:
            parts[row.source].append(row)
    return dict(sorted(parts.items()))


def predict(network: Any, tokenizer: "Tokenizer", rows: Sequence[Row], device: str = "cpu") -> "NDArray[np.float32]":  # noqa: ANN401
    """Return the logits [rows, columns] without source intercepts."""
    import torch  # noqa: PLC0415 - an extra

    from models.encoder import batches  # noqa: PLC0415

    ids = token_ids(tokenizer, [row.text for row in rows], 128)
    logits = np.zeros((len(rows), COLUMNS), np.float32)
    network.eval()
    with torch.inference_mode(), torch.autocast(device, dtype=torch.bfloat16):
        for index in batches([len(row) for row in ids], 4096):
            fed = [each.to(device) for each in tensors([ids[row] for row in index])]
            logits[index] = forward(network["encoder"], network["heads"], *fed)[0].float().cpu().numpy()
    return logits


def score(network: Any, tokenizer: "Tokenizer", dev: dict[str, list[Row]], device: str = "cpu") -> dict[str, float]:  # noqa: ANN401
    """Return the dev figures of a network (``dev_scores``)."""
    logits = {name: predict(network, tokenizer, rows, device) for name, rows in dev.items()}
    thresholds = network["heads"].thresholds().detach().cpu().numpy()
    return {name: round(value, 4) for name, value in dev_scores(dev, logits, thresholds).items()}
