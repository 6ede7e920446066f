"""Give the search vector layers of its own: the top ones again, each product with a low-rank addition (LoRA).

The heads go on reading the states that they were trained on, so nothing that is said of a customer changes; both runs
of a layer share its packed weights, so the additions are all that a graph grows by (Hu et al., 2021).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

PARTS = ("qkv", "attention.output.dense", "intermediate.dense", "output.dense")
"""The products of a layer that have an addition each."""

Additions = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""By product (``encoder.layer.8.qkv``): down [in, rank] and up [rank, out], what is added to the product's output."""

_OWN = "search."
_POOLING = ("pool.", "vector")


def layers_above(model: "ModelProto", first: int) -> list[int]:
    """Return the numbers of a graph's layers from ``first`` on."""
    names = {node.name.split(".")[2] for node in model.graph.node if node.name.startswith("encoder.layer.")}
    return sorted(number for number in map(int, names) if number >= first)


def states_of(layer: int) -> str:
    """Name the tensor [batch, tokens, hidden] that a layer's states are; the first layer is 0, -1 the embedding."""
    return f"encoder.layer.{layer}.output.LayerNorm" if layer >= 0 else "embeddings.LayerNorm"


def add_search(model: "ModelProto", additions: Additions, first: int) -> None:
    """Let the output ``search`` be made by layers of its own, in place; what made it before goes.

    Args:
        model: A graph as ``models.training.graph.build`` makes it, or as this function left it.
        additions: For every one of ``PARTS`` of every layer from ``first`` on.
        first: The lowest layer that search has a run of its own of.

    Raises:
        ArtifactError: An addition is missing, or one stands for what is not there or not packed.
    """
    kept = [node for node in model.graph.node if node.name != "search" and not node.name.startswith(_OWN)]
    prefixes = tuple(f"encoder.layer.{layer}." for layer in layers_above(model, first))
    wanted = {f"{prefix}{part}" for prefix in prefixes for part in PARTS}
    if wanted != additions.keys():
        raise ArtifactError(f"Additions for {sorted(wanted ^ additions.keys())} do not fit the layers from {first} on.")
    copied = [node for node in kept if node.name.startswith((*prefixes, *_POOLING))]
    renamed = {name: f"{_OWN}{name}" for node in copied for name in node.output} | {"vector": "search"}
    tensors = [tensor for tensor in model.graph.initializer if not tensor.name.startswith(_OWN)]
    for node in copied:
        again = _again(node, renamed)
        kept.append(again)
        if node.name in additions:
            more, halves = _addition(again, additions[node.name])
            kept += more
            tensors += halves
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(kept)
    model.graph.initializer.extend(tensors)


def _again(node: "NodeProto", renamed: Mapping[str, str]) -> "NodeProto":
    made = type(node)()
    made.CopyFrom(node)
    made.name = renamed.get(node.name, f"{_OWN}{node.name}")
    made.input[:] = [renamed.get(name, name) for name in node.input]
    made.output[:] = [renamed[name] for name in node.output]
    return made


def _addition(
    product: "NodeProto", matrices: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> "tuple[list[NodeProto], list[TensorProto]]":
    """Return the operators that add ``x @ down @ up`` to a product, whose output gives its name to the sum."""
    from onnx import helper, numpy_helper  # noqa: PLC0415 - an extra

    if product.op_type != "MatMulNBits":
        raise ArtifactError(f"{product.name} is no packed product: add to the graph as an artefact holds it.")
    source, whole = product.input[0], product.output[0]
    product.output[0] = f"{whole}.base"
    nodes, tensors, last = [], [], source
    for part, matrix in zip(("down", "up"), matrices, strict=True):
        name = f"{whole}.{part}"
        # Half precision halves the file; ONNX Runtime folds the cast when it loads the graph.
        tensors.append(numpy_helper.from_array(matrix.astype(np.float16), f"{name}.half"))
        nodes.append(helper.make_node("Cast", [f"{name}.half"], [f"{name}.weight"], name=f"{name}.weight", to=1))
        nodes.append(helper.make_node("MatMul", [last, f"{name}.weight"], [name], name=name))
        last = name
    return [*nodes, helper.make_node("Add", [product.output[0], last], [whole], name=f"{whole}.sum")], tensors
