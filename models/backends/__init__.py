"""What runs the encoder's graph: ONNX Runtime or torch, and a vector model of the operator's own beside it."""
