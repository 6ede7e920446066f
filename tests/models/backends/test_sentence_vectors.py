from pathlib import Path

import numpy as np
import pytest

from models.backends.base import Compute
from models.backends.choose import open_vector_model
from models.errors import ConfigurationError
from models.registry import load_encoder, load_tokenizer

pytestmark = pytest.mark.torch

TEXTS = ("where is my card", "وين بطاقتي؟", "thanks")
DIMENSION = 16


@pytest.fixture(scope="module")
def folder(artefact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = pytest.importorskip("sentence_transformers", reason="needs the torch extra")
    modules = pytest.importorskip("sentence_transformers.sentence_transformer.modules")
    tokenizer = load_tokenizer(artefact)
    weights = np.random.default_rng(0).standard_normal((tokenizer.get_vocab_size(), DIMENSION)).astype(np.float32)
    path = tmp_path_factory.mktemp("vectors")
    embedding = modules.StaticEmbedding(tokenizer, embedding_weights=weights)
    model = library.SentenceTransformer(modules=[embedding], device="cpu")
    model.save(str(path), create_model_card=False)
    return path


def test_the_vector_comes_from_it_and_the_heads_stay_ours(artefact: Path, folder: Path) -> None:
    ours = load_encoder(artefact)
    other = load_encoder(artefact, compute=Compute(device="cpu", vector_model=str(folder)))
    made, expected = other.encode(TEXTS), ours.encode(TEXTS)
    assert other.dimension == DIMENSION
    assert made.search.shape == (len(TEXTS), DIMENSION)
    np.testing.assert_allclose(np.linalg.norm(made.search, axis=1), 1, atol=1e-4)
    for name in ("sentiment", "vectors", "signals"):
        np.testing.assert_array_equal(getattr(made, name), getattr(expected, name))
    np.testing.assert_allclose(other.encode(TEXTS[:1]).search, made.search[:1], atol=1e-5)
    assert other.encode([]).search.shape == (0, DIMENSION)


def test_search_runs_on_the_bare_vectors_of_another_revision(artefact: Path, folder: Path) -> None:
    other = load_encoder(artefact, compute=Compute(device="cpu", vector_model=str(folder)))
    vectors = other.encode(TEXTS).search
    np.testing.assert_array_equal(other.space(vectors), vectors)
    assert other.revision != load_encoder(artefact).revision


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="needs the torch extra")
    with pytest.raises(ConfigurationError, match="RIFQ_VECTOR_MODEL"):
        open_vector_model(Compute(device="cpu", vector_model=str(tmp_path / "absent")), threads=1)
