from pathlib import Path

import numpy as np
import pytest

from models.outputs import ATTENTION_OF, COLUMNS
from models.training.convert import build_tokenizer
from models.training.export import export
from tests.models.training import tiny


def heads() -> dict[str, np.ndarray]:
    random = np.random.default_rng(3)
    sizes = {"attention": (max(ATTENTION_OF) + 1, 16), "value": (COLUMNS, 16), "constant": (COLUMNS,)}
    return tiny.heads() | {name: random.standard_normal(size).astype(np.float32) for name, size in sizes.items()}


@pytest.fixture(scope="session")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("onnx", reason="needs the train extra")
    folder = tmp_path_factory.mktemp("artefact")
    checkpoint = tiny.checkpoint()
    means = {"ar": np.ones(tiny.HIDDEN, np.float32)}
    export(folder, checkpoint, build_tokenizer(checkpoint.pieces), heads(), means)
    return folder
