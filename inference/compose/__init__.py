"""The grounded composer: a deterministic draft out of verified resolutions and policy phrases, without an LLM."""

from inference.compose.composer import compose

__all__ = ["compose"]
