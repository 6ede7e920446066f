"""Compare ways to store and run the encoder: fidelity, batch dependence, speed, size, all from one run."""

import logging
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoder import batches, feed
from models.errors import MissingExtraError
from models.training.convert import BLOCK, Checkpoint
from models.training.graph import Precision, build
from models.training.measure import latency

log = logging.getLogger(__name__)

PACKED = {
    "8-bit products in blocks of 64, int8 activations (shipped)": Precision(),
    "8-bit products in blocks of 128, int8 activations": Precision(8, 4, 4, 128),
    "8-bit products in blocks of 32, int8 activations": Precision(8, 4, 4, BLOCK),
    "4-bit products in blocks of 32, int8 activations": Precision(4, 4, 4, BLOCK),
    "4-bit products in blocks of 32, float32 activations": Precision(4, 4, 0, BLOCK),
}
FLOAT = "float32"
DYNAMIC = "dynamic int8 (per channel), words in 4 bits"


def compare(checkpoint: Checkpoint, ids: Sequence[Sequence[int]], threads: int = 2) -> dict[str, dict[str, float]]:
    """Measure every variant on the same texts.

    Args:
        checkpoint: The trimmed float32 weights.
        ids: Token ids of real messages.
        threads: ONNX Runtime's threads within an operator.

    Returns:
        By variant: size in MB, cosine to float32 (mean, worst), largest change of a vector's component between alone
        and in a batch, median of one 32-token text, texts a second alone and in sorted batches.
    """
    found: dict[str, dict[str, float]] = {}
    reference: NDArray[np.float32] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for label, path in _write(checkpoint, Path(folder)).items():
            log.info("variants: %s", label)
            alone, figures = _measure(path, ids, threads)
            reference = alone if reference is None else reference
            cosines = (alone * reference).sum(axis=1)
            figures |= {"mean": round(float(cosines.mean()), 5), "worst": round(float(cosines.min()), 5)}
            found[label] = figures
    return found


def _write(checkpoint: Checkpoint, folder: Path) -> dict[str, Path]:
    try:
        from onnx import save  # noqa: PLC0415 - an extra
        from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError("train") from error
    files = {FLOAT: folder / "float.onnx", DYNAMIC: folder / "dynamic.onnx"}
    save(build(checkpoint, Precision(32, 32)), str(files[FLOAT]))
    save(build(checkpoint, Precision(32, 4)), str(folder / "half.onnx"))
    logging.disable(logging.WARNING)  # it logs a line a node
    quantize_dynamic(
        folder / "half.onnx",
        files[DYNAMIC],
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        # Fused operators carry no shapes, so the quantiser has to be told that everything is float.
        extra_options={"DefaultTensorType": 1},
    )
    logging.disable(logging.NOTSET)
    for index, (label, precision) in enumerate(PACKED.items()):
        files[label] = folder / f"packed{index}.onnx"
        save(build(checkpoint, precision), str(files[label]))
    return files


def _measure(path: Path, ids: Sequence[Sequence[int]], threads: int) -> tuple[NDArray[np.float32], dict[str, float]]:
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Dynamic int8 needs the extended level to fuse its quantisers; the others are served at the basic one.
    if "dynamic" not in path.name:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    fed = feed([(list(ids[0]) * 32)[:32]])
    single = latency(lambda: session.run(["vector"], fed), 60)
    start = time.perf_counter()
    alone = np.concatenate([session.run(["vector"], feed([row]))[0] for row in ids])
    middle = time.perf_counter()
    together = np.empty_like(alone)
    for batch in batches([len(row) for row in ids]):
        together[batch] = session.run(["vector"], feed([ids[index] for index in batch]))[0]
    end = time.perf_counter()
    return alone, {
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "p50_ms": single["p50_ms"],
        "alone": round(len(ids) / (middle - start), 1),
        "batched": round(len(ids) / (end - middle), 1),
        "batch": round(float(np.abs(alone - together).max()), 5),
    }
