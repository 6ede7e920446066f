"""A sentence-transformers model of the operator's own for the vectors, beside our heads."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.backends.base import DeviceName
from models.backends.torch_graph import torch_device
from models.errors import ConfigurationError, MissingExtraError


class SentenceVectors:
    """Vectors of a sentence-transformers model; see ``models.backends.base.VectorModel``.

    Queries and keys are encoded alike, with the model's own default prompt if it has one.

    Args:
        name: A folder, or a name that sentence-transformers finds in its cache or on its hub.
        device: Where to run.
        fallback: Run on the CPU where the GPU that ``device`` asks for is absent.
        threads: Threads within one operator on the CPU; torch has one such number for the whole process.

    Raises:
        MissingExtraError: sentence-transformers is not installed.
        ConfigurationError: The model cannot be loaded, or the GPU is absent.
    """

    def __init__(self, name: str, *, device: DeviceName, fallback: bool, threads: int) -> None:
        try:
            import torch  # noqa: PLC0415 - an extra
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtraError("torch") from error
        place = torch_device(device, fallback=fallback)
        if place == "cpu":
            torch.set_num_threads(threads)
        try:
            self._model: Any = SentenceTransformer(name, device=place)
        except (OSError, ValueError) as error:
            msg = (
                f"RIFQ_VECTOR_MODEL={name} cannot be loaded: give the folder of a sentence-transformers model, or the "
                "name of one that this machine has in its cache or may download."
            )
            raise ConfigurationError(msg, field="vector_model") from error
        self.revision = _fingerprint(self._model)
        self.dimension = int(self._encode(["ok"]).shape[1])

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return unit vectors [texts, dimension]."""
        return self._encode(texts) if texts else np.zeros((0, self.dimension), np.float32)

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        made = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(made, np.float32)


def _fingerprint(model: Any) -> str:  # noqa: ANN401 - a torch module
    """Hash a model's modules, prompts and weights: a name may come to mean other weights, and a folder may move."""
    found = hashlib.sha256(f"{model}{model.prompts}{model.default_prompt_name}".encode())
    for name, value in sorted(model.state_dict().items()):
        found.update(name.encode())
        found.update(value.detach().cpu().float().numpy().tobytes())
    return found.hexdigest()[:12]
