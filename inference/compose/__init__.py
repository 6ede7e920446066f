"""The grounded composer: a deterministic draft out of verified resolutions and policy phrases, without an LLM."""

from inference.compose.composer import compose
from inference.compose.offered import offered

__all__ = ["compose", "offered"]
