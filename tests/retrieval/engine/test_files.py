from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import ArtifactError
from retrieval.engine.graph import FINE
from retrieval.engine.local import LocalIndex
from retrieval.engine.rows import faiss
from retrieval.engine.segment import KEY_FILE, VECTOR_FILE
from tests.retrieval.engine.conftest import DIMENSION, filled, slots_from


@pytest.mark.parametrize("graph", [False, True])
def test_a_removed_vector_is_in_no_saved_file(graph: bool, tmp_path: Path) -> None:
    index = filled(300, graph=graph)
    index.save(tmp_path)
    stored = stored_rows(tmp_path / VECTOR_FILE)
    assert all(row in (tmp_path / VECTOR_FILE).read_bytes() for row in stored)
    # One after the other with a save between them: what took a neighbour's codes must lose these when it goes too.
    for start, stop in ((0, 60), (60, 120), (120, 299)):
        index.remove(slots_from(start, stop - start))
        index.save(tmp_path)
        content = (tmp_path / VECTOR_FILE).read_bytes()
        assert not any(row in content for row in stored[:stop])
        assert all(row in content for row in stored[stop:])
    assert LocalIndex.load(tmp_path).slots.tolist() == [299]


def test_of_a_removed_vector_no_fine_codes_are_saved(tmp_path: Path) -> None:
    index = filled(300, graph=True)
    index.remove(slots_from(0, 100))
    index.save(tmp_path)
    codes = np.load((tmp_path / VECTOR_FILE).with_suffix(FINE))
    assert not codes[:100].any()
    assert codes[100:].any(axis=1).all()
    vectors = index.vectors(slots_from(100, 200))
    assert (LocalIndex.load(tmp_path).vectors(slots_from(100, 200)) == vectors).all()


@pytest.mark.parametrize("fine", [np.zeros((299, DIMENSION // 2), np.uint8), np.zeros((300, 1), np.uint8), np.zeros(3)])
def test_fine_codes_of_another_graph_are_typed_errors(tmp_path: Path, fine: NDArray[np.generic]) -> None:
    filled(300, graph=True).save(tmp_path)
    np.save((tmp_path / VECTOR_FILE).with_suffix(FINE), fine)
    with pytest.raises(ArtifactError):
        LocalIndex.load(tmp_path)


def stored_rows(path: Path) -> list[bytes]:
    loaded = faiss.read_index(str(path))
    codes = faiss.downcast_index(loaded.storage).codes if hasattr(loaded, "storage") else loaded.codes
    return [row.tobytes() for row in faiss.vector_to_array(codes).reshape(loaded.ntotal, -1)]


def spoil(folder: Path, file: str, name: str, values: NDArray[np.generic] | None) -> None:
    with np.load(folder / file, allow_pickle=False) as read:
        arrays = {key: read[key] for key in read.files}
    arrays.pop(name)
    np.savez(folder / file, **(arrays if values is None else arrays | {name: values}))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("slots", None),
        ("slots", np.arange(299)),
        ("slots", np.zeros(300, dtype=np.int64)),
        ("slots", np.arange(300.0)),
        ("living", np.ones(300, dtype=np.int64)),
        ("above", np.array([5])),
        ("facet_rows", np.array([300], dtype=np.int32)),
        ("facet_sizes", np.array([1])),
        ("facet_names", np.frombuffer(b"[", dtype=np.uint8)),
        ("facet_names", np.array([{}], dtype=object)),
    ],
)
def test_files_that_do_not_fit_are_typed_errors(tmp_path: Path, name: str, values: NDArray[np.generic] | None) -> None:
    filled(300).save(tmp_path)
    spoil(tmp_path, KEY_FILE, name, values)
    with pytest.raises(ArtifactError):
        LocalIndex.load(tmp_path)


def test_files_of_another_index_are_typed_errors(tmp_path: Path) -> None:
    filled(300, graph=True).save(tmp_path)
    faiss.write_index(faiss.IndexFlatL2(DIMENSION), str(tmp_path / VECTOR_FILE))
    with pytest.raises(ArtifactError, match="IndexFlat"):
        LocalIndex.load(tmp_path)
    (tmp_path / VECTOR_FILE).unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        LocalIndex.load(tmp_path)
