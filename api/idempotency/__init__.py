"""Answers kept under the key of the request that they answered, so that asking again does nothing again."""

from api.idempotency.claim import Claim, claiming, new_id, taken_over
from api.idempotency.keeping import LIFETIME, AnswerKeeper, Asked, KeptAnswer

__all__ = ["LIFETIME", "AnswerKeeper", "Asked", "Claim", "KeptAnswer", "claiming", "new_id", "taken_over"]
