"""Follow-up turns: what the customer has already tried, what kind of turn this is, and what they may ask next."""

from inference.dialogue.questions import next_questions
from inference.dialogue.tried import said_tried, tried
from inference.dialogue.turns import ConversationTurn, TurnKind, turn_of

__all__ = ["ConversationTurn", "TurnKind", "next_questions", "said_tried", "tried", "turn_of"]
