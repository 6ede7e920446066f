import logging
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from models.backends.base import Compute
from models.backends.choose import open_backend, open_vector_model
from models.backends.torch_graph import torch_device
from models.encoder import feed
from models.errors import ArtifactError, ConfigurationError, MissingExtraError
from models.registry import DEFAULT

GRAPH = DEFAULT / "model.onnx"


def fake_torch(monkeypatch: pytest.MonkeyPatch, *, gpu: bool) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: gpu)))


def open_all(compute: Compute) -> None:
    open_backend(GRAPH, compute, threads=1)
    open_vector_model(compute, threads=1)


def test_the_default_needs_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("onnx", "torch", "sentence_transformers"):
        monkeypatch.setitem(sys.modules, package, None)
    backend = open_backend(GRAPH, Compute(), threads=1)
    made = backend.run(**feed([[0, 5, 6, 7, 2], [0, 5, 2]]))
    assert backend.name == "onnx"
    assert {output.dtype for output in made} == {np.dtype(np.float32)}
    assert made.contributions.shape == (2, 5, made.logits.shape[1])
    for vectors in (made.vector, made.search):
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert open_vector_model(Compute(), threads=1) is None


@pytest.mark.parametrize(
    ("compute", "extra"),
    [(Compute("onnx-float32"), "train"), (Compute("torch"), "train"), (Compute(vector_model="some/model"), "torch")],
)
def test_a_missing_package_names_its_command(monkeypatch: pytest.MonkeyPatch, compute: Compute, extra: str) -> None:
    for package in ("onnx", "torch", "sentence_transformers"):
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'rifq\[{extra}\]'"):
        open_all(compute)


def test_onnx_runtime_is_not_asked_for_a_gpu() -> None:
    with pytest.raises(ConfigurationError, match="set RIFQ_BACKEND=torch"):
        open_backend(GRAPH, Compute(device="cuda"), threads=1)


def test_an_absent_gpu_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_torch(monkeypatch, gpu=False)
    with pytest.raises(ConfigurationError, match="RIFQ_DEVICE_FALLBACK=true"):
        torch_device("cuda", fallback=False)


def test_the_fallback_is_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    fake_torch(monkeypatch, gpu=False)
    with caplog.at_level(logging.WARNING):
        assert torch_device("cuda", fallback=True) == "cpu"
    assert "running on the CPU" in caplog.text


def test_auto_takes_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_torch(monkeypatch, gpu=False)
    assert torch_device("auto", fallback=False) == "cpu"
    fake_torch(monkeypatch, gpu=True)
    assert torch_device("auto", fallback=False) == "cuda"
    assert torch_device("cuda", fallback=False) == "cuda"
    assert torch_device("cpu", fallback=False) == "cpu"


@pytest.mark.torch
def test_a_graph_of_another_version_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="needs the train extra")
    model = onnx.load(str(GRAPH))
    kept = [output for output in model.graph.output if output.name != "search"]
    del model.graph.output[:]
    model.graph.output.extend(kept)
    onnx.save(model, str(tmp_path / "model.onnx"))
    for backend in ("onnx", "torch"):
        with pytest.raises(ArtifactError, match="no output 'search'"):
            open_backend(tmp_path / "model.onnx", Compute(backend, "cpu"), threads=1)
