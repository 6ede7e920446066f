"""Negations that deny something, told from those of a condition ("if the app won't open, ...")."""

import re

from inference.text import fold_pattern

_ENGLISH = (
    r"(?:if|when|where|whenever|in case|unless|although|though|should|because|since)(?: [\w']+){0,6}? "
    r"(?:\w+n't|not|never|no|cannot|nothing)"
)
_ARABIC = fold_pattern(
    r"[وف]?(?:إن|إذا|لو|متى|عندما|حين|حيث|لأنه|لأنها|ما دام|ما دامت|طالما)(?: \S+){0,2}? (?:لم|لا|ما|لن|ليس|ليست|تعذر)"
)
_CONDITIONAL = re.compile(rf"(?<!\w)(?:{_ENGLISH}|{_ARABIC})(?!\w)")


def stated(text: str) -> str:
    """Blank the negated conditions of folded text; offsets stay."""
    return _CONDITIONAL.sub(lambda match: " " * len(match.group()), text)
