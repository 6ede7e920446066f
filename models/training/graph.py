"""Write the encoder and its heads as one ONNX graph, operator by operator, from float32 weights.

The graph is written by hand because no exporter emits ONNX Runtime's fused and block-quantised operators.
Activations of block-quantised products are quantised row by row, so a text's answer does not depend on its batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.training.convert import BLOCK, Checkpoint
from models.training.pack import pack

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

MICROSOFT = "com.microsoft"
_MASKED = -1e9
FLOAT_BITS = 32


@dataclass(frozen=True)
class Precision:
    """How matrices are stored: 32 (float), 8 or 4 bits, for the products and for the word embeddings.

    ``block`` is how many weights of a product share a scale: 8 bits in blocks of 64 run faster than 4 bits in the
    blob's own blocks of 32 and lose next to nothing; in blocks of 128 ONNX Runtime 1.31's kernel makes a row depend
    on how many rows stand beside it (a probability moved by 0.012). ``accuracy_level`` is ONNX Runtime's: 4 computes in
    int8 with activations quantised per row and block, 0 in float32.
    """

    products: int = 8
    embeddings: int = 4
    accuracy_level: int = 4
    block: int = 64


@dataclass
class Builder:
    """Collects nodes and initialisers; every method returns the name of the tensor that it made."""

    nodes: "list[NodeProto]" = field(default_factory=list)
    tensors: "list[TensorProto]" = field(default_factory=list)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Store ``value`` as an initialiser."""
        from onnx import numpy_helper  # noqa: PLC0415 - an extra

        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, kind: str, inputs: Sequence[str], name: str, *, domain: str = "", outputs: int = 1, **extra: object
    ) -> str:
        """Add an operator; with several outputs they are called ``name.0``, ``name.1`` and so on."""
        from onnx import helper  # noqa: PLC0415 - an extra

        made = [name] if outputs == 1 else [f"{name}.{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), made, name=name, domain=domain, **extra))
        return made[0]

    def product(
        self,
        source: str,
        weight: NDArray[np.float32],
        name: str,
        precision: Precision,
        bias: NDArray[np.float32] | None = None,
    ) -> str:
        """Multiply ``source`` [..., in] by ``weight`` [out, in] transposed, and add ``bias`` [out]."""
        shift = [] if bias is None else [self.constant(f"{name}.bias", bias)]
        if precision.products == FLOAT_BITS:
            made = self.node("MatMul", [source, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
            return self.node("Add", [made, *shift], name) if shift else made
        rows, columns = weight.shape
        block = min(precision.block, columns)
        packed = pack(weight, precision.products, block)
        codes = packed.bytes().reshape(rows, columns // block, block * precision.products // 8)
        inputs = [source, self.constant(f"{name}.codes", codes), self.constant(f"{name}.scales", packed.scales)]
        if shift:
            inputs += ["", "", *shift]  # zero points and group indices are left out
        sizes = {"K": columns, "N": rows, "bits": precision.products, "block_size": block}
        return self.node(
            "MatMulNBits", inputs, name, domain=MICROSOFT, accuracy_level=precision.accuracy_level, **sizes
        )

    def norm(
        self, source: str, skip: str, weights: Mapping[str, NDArray[np.float32]], name: str, epsilon: float
    ) -> str:
        """Add the residual ``skip`` and normalise.

        Plain operators on purpose: ONNX Runtime's fused SkipLayerNormalization takes three times as long on a CPU.
        """
        gamma = self.constant(f"{name}.gamma", weights[f"{name}.weight"])
        beta = self.constant(f"{name}.beta", weights[f"{name}.bias"])
        total = self.node("Add", [source, skip], f"{name}.sum")
        return self.node("LayerNormalization", [total, gamma, beta], name, axis=-1, epsilon=epsilon)


def add_embeddings(builder: Builder, checkpoint: Checkpoint, precision: Precision) -> str:
    """Add word, position and type embeddings and their norm; return the states [batch, tokens, hidden]."""
    weights = checkpoint.weights
    table = weights["embeddings.word_embeddings.weight"]
    if precision.embeddings == FLOAT_BITS:
        words = builder.node("Gather", [builder.constant("words.table", table), "ids"], "words", axis=0)
    else:
        packed = pack(table, precision.embeddings)
        # Scales are fp16 in the blob; fp16 halves their size here too, and the cast back is exact.
        codes = builder.constant("words.codes", packed.bytes())
        scales = builder.constant("words.scales", packed.scales.astype(np.float16))
        sizes = {"bits": precision.embeddings, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
        half = builder.node("GatherBlockQuantized", [codes, "ids", scales], "words.half", domain=MICROSOFT, **sizes)
        words = builder.node("Cast", [half], "words", to=1)
    # The type embedding is the same row for every token: fold it into the positions.
    positions = (
        weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][:1]
    )
    length = builder.node("Shape", ["ids"], "tokens", start=1, end=2)
    zero = builder.constant("zero", np.zeros(1, np.int64))
    places = builder.node("Slice", [builder.constant("positions.table", positions), zero, length, zero], "positions")
    return builder.norm(words, places, weights, "embeddings.LayerNorm", checkpoint.shape.epsilon)


def add_layer(builder: Builder, checkpoint: Checkpoint, layer: int, states: str, precision: Precision) -> str:
    """Add one post-norm transformer layer; return its states."""
    weights, shape = checkpoint.weights, checkpoint.shape
    prefix = f"encoder.layer.{layer}."
    parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    merged = np.concatenate([weights[f"{part}.weight"] for part in parts])
    bias = builder.constant(f"{prefix}qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts]))
    qkv = builder.product(states, merged, f"{prefix}qkv", precision)
    builder.node("Split", [qkv], f"{prefix}split", outputs=3, axis=-1, num_outputs=3)
    inputs = [*(f"{prefix}split.{index}" for index in range(3)), bias, "mask"]
    attended = builder.node(
        "MultiHeadAttention",
        inputs,
        f"{prefix}attention",
        domain=MICROSOFT,
        num_heads=shape.heads,
        mask_filter_value=_MASKED,
    )
    dense = f"{prefix}attention.output.dense"
    projected = builder.product(attended, weights[f"{dense}.weight"], dense, precision, weights[f"{dense}.bias"])
    middle = builder.norm(projected, states, weights, f"{prefix}attention.output.LayerNorm", shape.epsilon)
    dense = f"{prefix}intermediate.dense"
    wide = builder.product(middle, weights[f"{dense}.weight"], dense, precision)
    bias = builder.constant(f"{dense}.bias", weights[f"{dense}.bias"])
    active = builder.node("BiasGelu", [wide, bias], f"{prefix}gelu", domain=MICROSOFT)
    dense = f"{prefix}output.dense"
    narrow = builder.product(active, weights[f"{dense}.weight"], dense, precision, weights[f"{dense}.bias"])
    return builder.norm(narrow, middle, weights, f"{prefix}output.LayerNorm", shape.epsilon)


def add_pooling(builder: Builder, states: str) -> None:
    """Add e5's pooling: the mean over real tokens, then L2 normalisation.

    The outputs [batch, hidden] are ``vector`` and ``search``, the same until ``graph_search`` gives the latter layers
    of its own.
    """
    last = builder.constant("last", np.array([-1], np.int64))
    middle = builder.constant("middle", np.array([1], np.int64))
    weight = builder.node("Unsqueeze", [builder.node("Cast", ["mask"], "mask.float", to=1), last], "mask.column")
    kept = builder.node("Mul", [states, weight], "pool.kept")
    total = builder.node("ReduceSum", [kept, middle], "pool.total", keepdims=0)
    # The mean's divisor cancels in the L2 norm.
    builder.node("LpNormalization", [total], "vector", axis=-1, p=2)
    builder.node("Identity", ["vector"], "search")


def build(
    checkpoint: Checkpoint,
    precision: Precision,
    *,
    heads: Mapping[str, NDArray[np.float32]] | None = None,
    states: Sequence[int] = (),
) -> "ModelProto":
    """Build the whole graph.

    Args:
        checkpoint: Float32 weights; the word embeddings' rows are the tokenizer's ids.
        precision: How to store the matrices.
        heads: The trained heads (see ``models.training.network.export_heads``), or None for the encoder alone.
        states: Layers (0 is the embedding) whose states [batch, tokens, hidden] become outputs ``state.N`` as well.

    Returns:
        The model: inputs ``ids`` and ``mask`` int32 [batch, tokens] (mask 1 = a real token); outputs ``vector``,
        ``search``, the chosen states and, with heads, those of ``add_heads``.
    """
    from models.training.graph_heads import HEAD_OUTPUTS, add_heads, layers_of  # noqa: PLC0415 - they share Builder

    builder = Builder()
    layers = [add_embeddings(builder, checkpoint, precision)]
    for layer in range(checkpoint.shape.layers):
        layers.append(add_layer(builder, checkpoint, layer, layers[-1], precision))
    add_pooling(builder, layers[-1])
    outputs: dict[str, tuple[int | str, ...]] = dict.fromkeys(("vector", "search"), ("batch", checkpoint.shape.hidden))
    for layer in states:
        builder.node("Identity", [layers[layer]], f"state.{layer}")
        outputs[f"state.{layer}"] = ("batch", "tokens", checkpoint.shape.hidden)
    if heads is not None:
        add_heads(builder, [layers[layer] for layer in layers_of(heads)], heads)
        outputs |= HEAD_OUTPUTS
    return _model(builder, outputs)


def _model(builder: Builder, outputs: Mapping[str, tuple[int | str, ...]]) -> "ModelProto":
    from onnx import TensorProto, helper  # noqa: PLC0415 - an extra

    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, ("batch", "tokens")) for name in ("ids", "mask")]
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in outputs.items()]
    graph = helper.make_graph(builder.nodes, "rifq-encoder", inputs, made, builder.tensors)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="rifq")
