"""The interface of all backends, and what an operator chooses among them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError

BackendName = Literal["onnx", "onnx-float32", "torch"]
DeviceName = Literal["auto", "cpu", "cuda"]

Ids = NDArray[np.int32]


class Outputs(NamedTuple):
    """The graph's outputs that every backend returns, by their names in the graph.

    Attributes:
        vector: Unit vectors [batch, hidden] of the states that the heads read too.
        search: Unit vectors [batch, hidden] for search, which layers of their own may have made.
        logits: Of the heads [batch, columns].
        contributions: What each token added to them [batch, tokens, columns].
    """

    vector: NDArray[np.float32]
    search: NDArray[np.float32]
    logits: NDArray[np.float32]
    contributions: NDArray[np.float32]


OUTPUTS = Outputs._fields


def require_outputs(names: Iterable[str]) -> None:
    """Check that a graph has every output that is asked of it.

    Raises:
        ArtifactError: It was made by another version of Rifq.
    """
    missing = sorted(set(OUTPUTS).difference(names))
    if missing:
        raise ArtifactError(
            f"The encoder's graph has no output '{missing[0]}': another version of Rifq made it. Use the artefact that "
            "this version ships, or make yours anew with 'python -m models.training export'."
        )


class Backend(Protocol):
    """One loaded graph; one caller at a time.

    Attributes:
        name: What computes, the device included where there is a choice: ``onnx``, ``onnx-float32``, ``torch-cpu``,
            ``torch-cuda``. Two backends of one name give the same numbers on one machine.
    """

    name: str

    def run(self, ids: Ids, mask: Ids) -> Outputs:
        """Run the graph on ``ids`` and ``mask`` [batch, tokens] (mask 1 = a real token)."""


class VectorModel(Protocol):
    """A separate model for the search vectors alone.

    Attributes:
        dimension: Width of its vectors.
        revision: Short hash of its weights and its form.
    """

    dimension: int
    revision: str

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return unit vectors [texts, dimension]."""


@dataclass(frozen=True, slots=True)
class Compute:
    """How to compute: the defaults need no GPU, no torch and no network.

    Attributes:
        backend: ``onnx`` is the shipped 8-bit graph, ``onnx-float32`` the same weights computed in float32, ``torch``
            the same in torch.
        device: For torch and the vector model: ``auto`` takes a CUDA GPU where there is one.
        device_fallback: Run on the CPU, with a warning, where the GPU that ``device`` asks for is absent.
        vector_model: Name or folder of a sentence-transformers model whose vectors replace the encoder's for search.
    """

    backend: BackendName = "onnx"
    device: DeviceName = "auto"
    device_fallback: bool = False
    vector_model: str | None = None
