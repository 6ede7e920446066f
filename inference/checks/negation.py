"""Negations that deny something, told from those of a condition ("if the app won't open, ...")."""

import re
from functools import cache

from inference.lexicons import load_lexicon
from inference.text import fold_pattern

_ENGLISH = (
    r"(?:if|when|where|whenever|in case|unless|although|though|should|because|since)(?: [\w']+){0,6}? "
    r"(?:\w+n't|not|never|no|cannot|nothing)"
)
_ARABIC = fold_pattern(
    r"[وف]?(?:إن|إذا|لو|متى|عندما|حين|حيث|لأنه|لأنها|ما دام|ما دامت|طالما)(?: \S+){0,2}? (?:لم|لا|ما|لن|ليس|ليست|تعذر)"
)
_FAR = 60
"""Characters before a verb within which its refusal stands."""
_CONDITIONAL = re.compile(rf"(?<!\w)(?:{_ENGLISH}|{_ARABIC})(?!\w)")


def stated(text: str) -> str:
    """Blank the negated conditions of folded text; offsets stay."""
    return _CONDITIONAL.sub(lambda match: " " * len(match.group()), text)


@cache
def _refusal() -> re.Pattern[str]:
    words = load_lexicon("refusals")["ar"]
    negation = f"(?:{'|'.join(words['negation'])}|{words['ma']})"
    future, ability = "|".join(words["future"]), "|".join(words["ability"])
    able = rf"(?:(?:{ability})(?!\w) ?){{0,2}}(?: ?{words['between']}){{0,2}}"
    return re.compile(fold_pattern(rf"(?<!\w)[وف]?{negation} ?(?:(?:{future})(?!\w) ?)?{able} ?$"))


def refused(before: str) -> bool:
    """Tell whether folded Arabic words end in a refusal of the verb that follows: «ما نقدر», «مش هينفع», «ماراح»."""
    return _refusal().search(before[-_FAR:]) is not None
