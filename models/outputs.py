"""The columns of the heads' logits: one list that training, the exported graph and the encoder share."""

SENTIMENT = slice(0, 3)
ANGER, INTENSITY, LEVEL = 3, 4, 5
TARGET = slice(6, 9)
SIGNALS = slice(9, 22)
DIALECT = slice(22, 29)
TECHNICAL = slice(29, 32)
COLUMNS = 32

TARGETS = ("us", "third_party", "self")
"""Whom anger is aimed at; the three logits are read only where anger is present."""

SIGNAL_NAMES = (
    "broken_promise",
    "repeat_contact",
    "churn_risk",
    "public_threat",
    "legal_threat",
    "regulator_threat",
    "abuse",
    "urgency",
    "fraud_or_theft",
    "self_harm",
    "quiet_dissatisfaction",
    "confusion",
    "thanks",
)
DIALECTS = ("msa", "gulf", "egyptian", "levantine", "maghrebi", "iraqi", "sudanese")
TECHNICAL_LEVELS = ("layman", "comfortable", "expert")

ATTENTION_OF = (0, 0, 0, 1, 2, 3, 4, 4, 4, *range(5, 18), *(18,) * 7, *(19,) * 3)
"""Which attention pools each column: one a task, and one a signal, so that each signal has evidence of its own."""
