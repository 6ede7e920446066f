"""Open what the settings choose."""

from pathlib import Path

from models.backends.base import Backend, Compute, VectorModel
from models.backends.float_graph import float_graph
from models.backends.onnx_session import OnnxBackend
from models.backends.sentence_vectors import SentenceVectors
from models.backends.torch_graph import TorchBackend
from models.errors import ConfigurationError


def open_backend(graph: Path, compute: Compute, *, threads: int) -> Backend:
    """Open a graph in the chosen backend.

    Args:
        graph: The artefact's graph.
        compute: The operator's choice.
        threads: Threads within one operator on the CPU, at most the cores.

    Raises:
        MissingExtraError: The backend needs a package that is not installed.
        ConfigurationError: A GPU is asked for that is absent or that the backend cannot use.
        ArtifactError: The graph is not one that this version of Rifq ships.
    """
    if compute.backend == "torch":
        return TorchBackend(graph, device=compute.device, fallback=compute.device_fallback, threads=threads)
    if compute.device == "cuda" and compute.vector_model is None:
        msg = f"RIFQ_BACKEND={compute.backend} runs on the CPU only: for RIFQ_DEVICE=cuda set RIFQ_BACKEND=torch."
        raise ConfigurationError(msg, field="device")
    if compute.backend == "onnx-float32":
        return OnnxBackend(float_graph(graph).SerializeToString(), compute.backend, threads=threads)
    return OnnxBackend(graph, compute.backend, threads=threads)


def open_vector_model(compute: Compute, *, threads: int) -> VectorModel | None:
    """Open the separate model of the search vectors; None where the encoder's own are wanted.

    Raises:
        MissingExtraError: sentence-transformers is not installed.
        ConfigurationError: The model cannot be loaded, or a GPU is asked for that is absent.
    """
    if compute.vector_model is None:
        return None
    return SentenceVectors(
        compute.vector_model, device=compute.device, fallback=compute.device_fallback, threads=threads
    )
