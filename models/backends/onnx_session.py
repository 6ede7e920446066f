"""The default backend: ONNX Runtime on the CPU."""

from pathlib import Path
from typing import Any

from models.backends.base import OUTPUTS, Ids, Outputs, require_outputs


class OnnxBackend:
    """A graph in ONNX Runtime; see ``models.backends.base.Backend``.

    Args:
        graph: The graph's file, or its bytes.
        name: The backend's name.
        threads: Threads within one operator; they never spin, because a busy neighbour makes spinning threads slower
            than none.

    Raises:
        ArtifactError: The graph lacks an output: another version of Rifq made it.
    """

    def __init__(self, graph: Path | bytes, name: str, *, threads: int) -> None:
        # Imported here because loading the runtime takes longer than everything else that imports this module.
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The graph is fused by hand; more would bring back the slow SkipLayerNormalization.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        # Long and short texts alternate: a memory pattern per shape would only grow.
        options.enable_mem_pattern = False
        source = graph if isinstance(graph, bytes) else str(graph)
        self.name = name
        self._session: Any = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        require_outputs(output.name for output in self._session.get_outputs())

    def run(self, ids: Ids, mask: Ids) -> Outputs:
        """Run the graph; shapes as in ``models.backends.base.Outputs``."""
        return Outputs(*self._session.run(list(OUTPUTS), {"ids": ids, "mask": mask}))
