"""The benchmark: encoder, draft path and server, each beside the raw ONNX Runtime time of the same run."""
