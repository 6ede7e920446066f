"""Codes of findings (``inference/lexicons/findings.yaml``) by what they say of a reply."""

FACTS = frozenset(
    {
        "unsupported_number",
        "unsupported_amount",
        "unsupported_percentage",
        "unsupported_date",
        "unsupported_period",
        "unsupported_phone",
        "unsupported_address",
        "external_direction",
    }
)
FIDELITY = frozenset({"contradicts_source", "dropped_condition", "reordered_steps", "strengthened", "widened_scope"})
GIVEN_AWAY = frozenset(
    {
        "unauthorised_refund",
        "unauthorised_fee_reversal",
        "unauthorised_goodwill",
        "unauthorised_chargeback",
        "unauthorised_exception",
    }
)
UNBACKED = frozenset({"unsupported_promise", "guarantee", "false_handoff"}) | GIVEN_AWAY
OPEN_ENDED = frozenset({"unowned_action", "softened_deadline"})
NO_APOLOGY = frozenset({"conditional_apology", "undue_ownership"})
HURTS = frozenset({"blame", "unfitting_warmth"})
PUTS_OFF = frozenset({"forbidden_phrase"})
BROKEN = frozenset({"wrong_language", "mojibake"})
SLIPS = frozenset({"unfitting_register", "altered_name", "homoglyph", "control_character"})
TOO_LONG = frozenset({"too_long", "too_many_parts"})
SECRETS = frozenset({"asks_for_secret"})
CONFIDENTIAL = frozenset(
    {"tipping_off", "internal_text", "unfilled_placeholder", "obeyed_instruction", "blank", "prompt_leak"}
)
DISCLOSED = frozenset({"others_data", "discloses_unidentified"})
