from pathlib import Path

import numpy as np
import pytest

from models.backends.float_graph import float_graph, unpack
from models.errors import ArtifactError
from models.training.pack import pack


@pytest.mark.parametrize(("bits", "block"), [(4, 32), (8, 64)])
def test_unpack_restores_what_the_codes_stand_for(bits: int, block: int) -> None:
    packed = pack(np.random.default_rng(0).standard_normal((6, 128)).astype(np.float32), bits, block)
    codes = packed.bytes().reshape(6, 128 // block, block * bits // 8)
    np.testing.assert_array_equal(unpack(codes, packed.scales, bits), packed.restore())


@pytest.mark.torch
def test_nothing_stays_packed(artefact: Path) -> None:
    model = float_graph(artefact / "model.onnx")
    assert not {"MatMulNBits", "GatherBlockQuantized"} & {node.op_type for node in model.graph.node}
    made = {tensor.name for tensor in model.graph.initializer}
    assert not {name for name in made if name.endswith((".codes", "words.scales"))}


@pytest.mark.torch
def test_a_foreign_packing_is_refused(artefact: Path, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="needs the train extra")
    model = onnx.load(str(artefact / "model.onnx"))
    packed = next(node for node in model.graph.node if node.op_type == "GatherBlockQuantized")
    packed.input.append("zeros")
    onnx.save(model, str(tmp_path / "model.onnx"))
    with pytest.raises(ArtifactError, match="unknown form"):
        float_graph(tmp_path / "model.onnx")
