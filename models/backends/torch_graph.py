"""The artefact's graph in torch, on the CPU or a CUDA GPU.

The graph itself says what the network is, so that torch and ONNX Runtime cannot come to differ: only the operators that
Rifq's graphs are made of are written here.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.backends.base import OUTPUTS, DeviceName, Ids, Outputs, require_outputs
from models.backends.float_graph import EXTRA, float_graph
from models.errors import ArtifactError, ConfigurationError, MissingExtraError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto
    from torch import Tensor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One operator of a graph; ``done`` are the tensors that nothing after it reads."""

    operator: Callable[..., Any]
    about: dict[str, Any]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    done: tuple[str, ...]


class TorchBackend:
    """A graph in torch, in float32; see ``models.backends.base.Backend``.

    Args:
        graph: The graph's file.
        device: Where to run.
        fallback: Run on the CPU where the GPU that ``device`` asks for is absent.
        threads: Threads within one operator on the CPU; torch has one such number for the whole process.

    Raises:
        MissingExtraError: torch or onnx is not installed.
        ConfigurationError: The GPU is absent.
        ArtifactError: The graph holds an operator that Rifq never writes, or lacks an output.
    """

    def __init__(self, graph: Path, *, device: DeviceName, fallback: bool, threads: int) -> None:
        try:
            import torch  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise MissingExtraError(EXTRA) from error
        self._device = torch_device(device, fallback=fallback)
        self.name = f"torch-{self._device}"
        if self._device == "cpu":
            torch.set_num_threads(threads)
        model = float_graph(graph)
        require_outputs(output.name for output in model.graph.output)
        self._constants = graph_constants(model, self._device)
        self._steps = graph_steps(list(model.graph.node))

    def run(self, ids: Ids, mask: Ids) -> Outputs:
        """Run the graph; shapes as in ``models.backends.base.Outputs``."""
        import torch  # noqa: PLC0415 - an extra

        fed = {"ids": ids, "mask": mask}
        with torch.inference_mode():
            values: dict[str, Any] = self._constants | {
                name: torch.tensor(value, dtype=torch.long, device=self._device) for name, value in fed.items()
            }
            values = run_steps(self._steps, values)
            return Outputs(*(values[name].cpu().numpy() for name in OUTPUTS))


def torch_device(device: DeviceName, *, fallback: bool) -> str:
    """Return ``cpu`` or ``cuda``; torch must be installed.

    Raises:
        ConfigurationError: A GPU is asked for, torch sees none, and ``fallback`` is off.
    """
    if device == "cpu":
        return device
    import torch  # noqa: PLC0415 - an extra

    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        seen = "RIFQ_DEVICE=cuda, but torch sees no CUDA GPU"
        if not fallback:
            msg = (
                f"{seen}: check the driver and that torch is a CUDA build, or set RIFQ_DEVICE=cpu; "
                "with RIFQ_DEVICE_FALLBACK=true Rifq runs on the CPU until there is one."
            )
            raise ConfigurationError(msg, field="device")
        log.warning("%s: running on the CPU.", seen)
    return "cpu"


def graph_constants(model: "ModelProto", device: str) -> dict[str, Any]:
    """Return a graph's initialisers by name as tensors; axes, bounds and sizes, which the host reads, as lists."""
    import torch  # noqa: PLC0415 - an extra
    from onnx import numpy_helper  # noqa: PLC0415

    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    return {
        name: value.tolist() if value.dtype == np.int64 else torch.tensor(value).to(device)
        for name, value in arrays.items()
    }


def run_steps(steps: Sequence[Step], values: dict[str, Any]) -> dict[str, Any]:
    """Run operators on named values; return what is left of them, the outputs among it."""
    for step in steps:
        made = step.operator(step.about, *(values[name] for name in step.inputs))
        values.update(zip(step.outputs, made if isinstance(made, tuple) else (made,), strict=True))
        for name in step.done:
            del values[name]
    return values


def graph_steps(nodes: "Sequence[NodeProto]") -> list[Step]:
    """Return a graph's operators, ready to run.

    Raises:
        ArtifactError: One of them is none that Rifq's graphs use.
    """
    from onnx import helper  # noqa: PLC0415 - an extra

    operators = _operators()
    last = {name: index for index, node in enumerate(nodes) for name in node.input if name not in OUTPUTS}
    steps = []
    for index, node in enumerate(nodes):
        if node.op_type not in operators:
            raise ArtifactError(f"torch has no {node.op_type} of {node.name}: use the graph that this Rifq ships.")
        about = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        done = tuple({name for name in node.input if last.get(name) == index})
        steps.append(Step(operators[node.op_type], about, tuple(node.input), tuple(node.output), done))
    return steps


def _operators() -> dict[str, Callable[..., Any]]:
    """Return each operator as a function of its attributes and inputs, in the forms that Rifq's graphs use."""
    import torch  # noqa: PLC0415 - an extra
    from torch.nn import functional  # noqa: PLC0415

    return {
        "Add": lambda _, left, right: left + right,
        "BiasGelu": lambda _, value, bias: functional.gelu(value + bias),
        "Cast": lambda _, value: value.float(),
        "Concat": lambda about, *parts: torch.cat(parts, dim=about["axis"]),
        "Gather": lambda _, table, ids: functional.embedding(ids, table),
        "Identity": lambda _, value: value,
        "LayerNormalization": lambda about, value, gamma, beta: functional.layer_norm(
            value, gamma.shape, gamma, beta, about["epsilon"]
        ),
        "LpNormalization": lambda about, value: functional.normalize(value, p=about["p"], dim=about["axis"]),
        "MatMul": lambda _, left, right: left @ right,
        "Mul": lambda _, left, right: left * right,
        "MultiHeadAttention": _attention,
        "Pad": lambda _, value, room: functional.pad(value, _room(room)),
        "ReduceSum": lambda about, value, axes: value.sum(dim=axes, keepdim=bool(about["keepdims"])),
        "Shape": lambda about, value: list(value.shape[about["start"] : about["end"]]),
        "Slice": lambda _, value, start, end, axis: value.narrow(axis[0], start[0], end[0] - start[0]),
        "Softmax": lambda about, value: value.softmax(dim=about["axis"]),
        "Split": lambda about, value: value.chunk(about["num_outputs"], dim=about["axis"]),
        "Sub": lambda _, left, right: left - right,
        "Unsqueeze": lambda _, value, axes: value.unsqueeze(axes[0]),
    }


def _room(pads: Sequence[int]) -> list[int]:
    # ONNX lists all beginnings, then all ends; torch lists pairs from the last axis.
    axes = len(pads) // 2
    return [pads[place] for axis in reversed(range(axes)) for place in (axis, axes + axis)]


def _attention(about: dict[str, Any], *inputs: "Tensor") -> "Tensor":
    from torch.nn import functional  # noqa: PLC0415 - an extra

    *parts, bias, mask = inputs
    split = [
        (part + shift).unflatten(-1, (about["num_heads"], -1)).transpose(1, 2)
        for part, shift in zip(parts, bias.chunk(3), strict=True)
    ]
    query, key, value = split
    attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :].bool())
    return attended.transpose(1, 2).flatten(2)
