"""How a reply that was sent follows the draft that was there: accepted, edited or unused, and what was changed."""

from inference.matching.compare import compare, foreign, nearness, sentences
from inference.matching.page import plain

__all__ = ["compare", "foreign", "nearness", "plain", "sentences"]
