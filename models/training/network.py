"""The torch network: e5's encoder with the heads on top, and its float32 reference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.encoder import PREFIX, batches, feed
from models.errors import MissingExtraError
from models.normalise import normalise
from models.outputs import ATTENTION_OF, COLUMNS
from models.training.convert import Checkpoint
from models.training.graph_heads import LEXICAL

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor
    from torch.nn import Module

LAYERS = (0, 4, 7, 10, 12)
"""Layers whose states the heads read (0 is the embedding): anger survives there what the vector's training erases."""

_BATCH_TOKENS = 2048


def torch_model(checkpoint: Checkpoint) -> "Module":
    """Build the transformers ``BertModel`` of a checkpoint: the float32 reference.

    Dropout is off: on a CPU drawing it takes longer than the products, and the heads have their own.

    Raises:
        MissingExtraError: torch or transformers is not installed.
    """
    try:
        import torch  # noqa: PLC0415 - an extra
        from transformers import BertConfig, BertModel  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("train") from error
    shape = checkpoint.shape
    weights = {name: torch.from_numpy(np.array(value)) for name, value in checkpoint.weights.items()}
    config = BertConfig(
        vocab_size=len(checkpoint.weights["embeddings.word_embeddings.weight"]),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        layer_norm_eps=shape.epsilon,
        type_vocab_size=len(checkpoint.weights["embeddings.token_type_embeddings.weight"]),
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        # Plain products: the fused attention's backward pass takes twice as long on short texts.
        attn_implementation="eager",
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(weights, strict=False)
    eager: Module = model.eval()
    return eager


def make_heads(pieces: int, hidden: int, sources: int, *, width: int, dropout: float, prefix: int) -> "Module":
    """Build the heads whose weights ``export_heads`` turns into the graph's.

    Args:
        pieces: Size of the vocabulary.
        hidden: Width of the encoder's states.
        sources: Number of training sources; each has intercepts of its own, which are not shipped.
        width: Width of the token-wise network.
        dropout: Share of features dropped while training.
        prefix: Tokens before a text's own (start marker and e5's prefix), which attention skips.
    """
    import torch  # noqa: PLC0415 - an extra
    from torch import nn  # noqa: PLC0415

    class Heads(nn.Module):  # type: ignore[misc]
        """Token-wise network, one attention a task, linear outputs: every logit is a sum over tokens."""

        def __init__(self) -> None:
            super().__init__()
            self.prefix = prefix
            self.wide = nn.Linear(len(LAYERS) * hidden, width)
            self.attention = nn.Linear(width, max(ATTENTION_OF) + 1, bias=False)
            self.value = nn.Linear(width, COLUMNS, bias=False)
            self.constant = nn.Parameter(torch.zeros(COLUMNS))
            self.lexical = nn.Embedding(pieces, LEXICAL)
            self.steps = nn.Parameter(torch.tensor([0.0, 1.0, 1.0]))
            self.source = nn.Embedding(sources, COLUMNS)
            for weight in (self.lexical.weight, self.source.weight, self.attention.weight):
                nn.init.zeros_(weight)
            self.drop = nn.Dropout(dropout)

        def forward(self, ids: "Tensor", states: "Tensor", mask: "Tensor") -> "tuple[Tensor, Tensor]":
            """Map ids, states [batch, tokens, layers * hidden] and mask to logits and pooled features."""
            # One draw of features for the whole batch: a draw for every token would take longer than the product.
            kept = self.drop(states.new_ones(states.shape[-1]))
            active = self.drop(nn.functional.gelu(self.wide(states * kept)))
            allowed = mask.bool().clone()
            allowed[:, : self.prefix] = False
            scores = self.attention(active).float().masked_fill(~allowed[..., None], -1e9)
            pooled = torch.softmax(scores, dim=1)
            # Logits are summed in float32 even where autocast runs the products in bfloat16.
            with torch.autocast(ids.device.type, enabled=False):
                # For each column its attention's pooled features meet its row of values: nothing is [tokens, columns].
                gathered = torch.einsum("bta,btw->baw", pooled, active.float())
                deep = torch.einsum("bcw,cw->bc", gathered[:, list(ATTENTION_OF)], self.value.weight)
                shares = (pooled[..., list(ATTENTION_OF[:LEXICAL])] * self.lexical(ids)).sum(1)
                padded = nn.functional.pad(shares, (0, COLUMNS - LEXICAL))
                return deep + padded + self.constant, gathered.mean(1)

        def thresholds(self) -> "Tensor":
            """Return the ordinal head's three ascending thresholds."""
            return torch.cumsum(torch.cat([self.steps[:1], nn.functional.softplus(self.steps[1:])]), dim=0)

    return Heads()


def forward(encoder: Any, heads: Any, ids: "Tensor", mask: "Tensor") -> "tuple[Tensor, Tensor, Tensor]":  # noqa: ANN401
    """Run both; return logits [batch, columns], pooled features and e5's mean-pooled unit vector [batch, hidden]."""
    import torch  # noqa: PLC0415 - an extra

    states = encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
    logits, features = heads(ids, torch.cat([states[layer] for layer in LAYERS], dim=-1), mask)
    return logits, features, mean_vector(states[-1], mask)


def mean_vector(states: "Tensor", mask: "Tensor") -> "Tensor":
    """Pool the last states [batch, tokens, hidden] as e5 does: their mean over real tokens, scaled to length 1."""
    import torch  # noqa: PLC0415 - an extra

    return torch.nn.functional.normalize((states.float() * mask[..., None]).sum(1), dim=-1)


def export_heads(heads: Any) -> dict[str, NDArray[np.float32]]:  # noqa: ANN401 - a torch module
    """Return the head weights in the form of ``models.training.graph_heads.add_heads``."""
    found = {
        "layers": np.array(LAYERS, np.float32),
        "weight": heads.wide.weight,
        "bias": heads.wide.bias,
        "attention": heads.attention.weight,
        "value": heads.value.weight,
        "constant": heads.constant,
        "lexical": heads.lexical.weight,
        "thresholds": heads.thresholds(),
        "prefix": np.array([heads.prefix], np.float32),
    }
    return {
        name: value if isinstance(value, np.ndarray) else value.detach().float().cpu().numpy()
        for name, value in found.items()
    }


def reference_vectors(model: "Module", ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Encode token ids with the float32 reference: mean pooling and L2 normalisation, [texts, hidden]."""
    import torch  # noqa: PLC0415 - an extra

    vectors = np.zeros((len(ids), model.config.hidden_size), np.float32)
    with torch.inference_mode():
        for batch in batches([len(row) for row in ids], _BATCH_TOKENS):
            fed = tensors([ids[index] for index in batch])
            states = model(input_ids=fed[0], attention_mask=fed[1]).last_hidden_state
            vectors[batch] = mean_vector(states, fed[1]).numpy()
    return vectors


def tensors(ids: Sequence[Sequence[int]]) -> "tuple[Tensor, Tensor]":
    """Pad token ids; return ids and mask as int64 tensors [batch, tokens]."""
    import torch  # noqa: PLC0415 - an extra

    fed = feed(ids)
    return torch.from_numpy(fed["ids"]).long(), torch.from_numpy(fed["mask"]).long()


def token_ids(tokenizer: "Tokenizer", texts: Sequence[str], longest: int) -> list[list[int]]:
    """Cut texts to ids exactly as ``models.encoder`` does."""
    tokenizer.encode_special_tokens = True
    tokenizer.enable_truncation(longest)
    return [encoding.ids for encoding in tokenizer.encode_batch([PREFIX + normalise(text).text for text in texts])]
