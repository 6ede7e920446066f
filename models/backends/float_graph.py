"""The artefact's graph with its packed matrices restored to float32, so that no second artefact is shipped.

The layouts are those of ONNX Runtime's block operators: unsigned codes in blocks that share a scale, the zero in the
middle of the range, at 4 bits two codes a byte, the low nibble first.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError, MissingExtraError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

EXTRA = "train"
"""The extra that reads graph files: it holds onnx, and torch as well."""

_BYTE = 8


def float_graph(path: Path) -> "ModelProto":
    """Read a graph as the artefact holds it and restore it to float32; see ``restore``.

    Raises:
        MissingExtraError: onnx is not installed.
        ArtifactError: The graph packs its matrices in a form that Rifq never writes.
    """
    try:
        import onnx  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(EXTRA) from error
    model = onnx.load(str(path))
    restore(model)
    return model


def restore(model: "ModelProto") -> None:
    """Replace a graph's block-quantised operators by float32 ``MatMul``, ``Add`` and ``Gather``, in place.

    One whose operators are float32 already stays as it is.

    Raises:
        ArtifactError: It packs its matrices in a form that Rifq never writes.
    """
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.op_type == "MatMulNBits":
            nodes += _product(node, tensors)
        elif node.op_type == "GatherBlockQuantized":
            nodes.append(_lookup(node, tensors))
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    del model.graph.initializer[:]
    model.graph.initializer.extend(tensors.values())


def _product(node: "NodeProto", tensors: "dict[str, TensorProto]") -> "list[NodeProto]":
    from onnx import helper  # noqa: PLC0415 - an extra

    source, codes, scales, *rest = node.input
    shift = rest[2] if len(rest) > 2 else ""
    # Two layers may share one matrix: it is restored once, under the name of its codes.
    weight = f"{codes.removesuffix('.codes')}.weight"
    if weight not in tensors:
        _keep(tensors, weight, _restore(node, tensors, codes, scales, zeros="".join(rest[:2])).T)
    product = f"{node.name}.product" if shift else node.output[0]
    made = [helper.make_node("MatMul", [source, weight], [product], name=product)]
    return [*made, helper.make_node("Add", [product, shift], [node.output[0]], name=node.name)] if shift else made


def _lookup(node: "NodeProto", tensors: "dict[str, TensorProto]") -> "NodeProto":
    from onnx import helper  # noqa: PLC0415 - an extra

    codes, ids, scales, *rest = node.input
    # What follows the lookup casts to float32; in float32 already, the rows keep what the cast from fp16 had lost.
    table = _keep(tensors, f"{node.name}.table", _restore(node, tensors, codes, scales, zeros="".join(rest)))
    return helper.make_node("Gather", [table, ids], [node.output[0]], name=node.name, axis=0)


def _restore(
    node: "NodeProto", tensors: "dict[str, TensorProto]", codes: str, scales: str, *, zeros: str
) -> NDArray[np.float32]:
    from onnx import helper, numpy_helper  # noqa: PLC0415 - an extra

    about = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    if zeros or about["bits"] not in {4, _BYTE} or about.get("quantize_axis", 1) != 1:
        msg = f"The matrix of {node.name} is packed in an unknown form: use the graph that this version of Rifq ships."
        raise ArtifactError(msg)
    packed: NDArray[Any] = numpy_helper.to_array(tensors.pop(codes))
    steps: NDArray[Any] = numpy_helper.to_array(tensors.pop(scales)).astype(np.float32)
    return unpack(packed, steps, about["bits"])


def unpack(packed: NDArray[np.uint8], scales: NDArray[np.float32], bits: int) -> NDArray[np.float32]:
    """Restore a matrix [rows, columns] from its bytes [rows, ...] and its scales [rows, blocks]."""
    rows, blocks = len(packed), scales.size // len(packed)
    codes: NDArray[np.uint8] = packed.reshape(rows, -1)
    if bits < _BYTE:
        codes = np.stack([codes & 0x0F, codes >> 4], axis=-1)
    values = codes.reshape(rows, blocks, -1).astype(np.float32)
    values -= 1 << (bits - 1)
    values *= scales.reshape(rows, blocks, 1)
    return values.reshape(rows, -1)


def _keep(tensors: "dict[str, TensorProto]", name: str, value: NDArray[np.float32]) -> str:
    from onnx import numpy_helper  # noqa: PLC0415 - an extra

    tensors[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
    return name
