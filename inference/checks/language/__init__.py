"""Language: the customer's own, as the reply should sound, in plain words, sound letters and unaltered names."""

from inference.checks.language.characters import check_controls, check_homoglyphs, check_mojibake
from inference.checks.language.foreign import check_language
from inference.checks.language.names import check_altered_names
from inference.checks.language.wording import check_jargon, check_register

__all__ = [
    "check_altered_names",
    "check_controls",
    "check_homoglyphs",
    "check_jargon",
    "check_language",
    "check_mojibake",
    "check_register",
]
