"""Signs in a customer's own words that shape a reply without naming the problem; see ``lexicons/reply.yaml``."""

import re
from functools import cache

from inference.bereavement import deaths
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern

_QUESTION = re.compile(r"\?+")


def is_weary(text: str) -> bool:
    """Tell whether a customer says outright that they are tired of something, blaming nobody."""
    return shows("weary", text)


def is_weary_of_it(text: str) -> bool:
    """Tell whether a customer is tired of what they write about: weariness beside a death is grief."""
    return is_weary(text) and not deaths(text)


def asks_more(text: str) -> bool:
    """Tell whether a message says that it asks something besides: a connective, or two questions."""
    return shows("adds", text) or len(_QUESTION.findall(fold(text).text)) > 1


def speaks_of_own(text: str) -> bool:
    """Tell whether a message speaks of its writer's own account, card or money, or of what they did with it."""
    return shows("own", text)


def speaks_of_theirs(text: str) -> bool:
    """Tell whether a message speaks of somebody else's account, card or money."""
    return shows("theirs", text)


def says_wanted(text: str) -> bool:
    """Tell whether a message says outright what its writer wants or asks."""
    return shows("wanted", text) or _QUESTION.search(fold(text).text) is not None


def is_asking(restatement: str) -> bool:
    """Tell whether a resolution's restatement says that the customer asks."""
    return shows("asking", restatement)


def asked_about(restatement: str) -> str | None:
    """Return what a restatement says that the customer asks about; None where it does not say so in such words."""
    folded = fold(restatement)
    begins = _pattern("asked_about").match(folded.text)
    return restatement[folded.span(*begins.span()).end :].strip() if begins else None


def shows(key: str, text: str) -> bool:
    """Tell whether a text shows the sign of that name in the lexicon."""
    return _pattern(key).search(fold(text).text) is not None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    lexicon = load_lexicon("reply")[key]
    arabic = "|".join(fold_pattern(item) for item in lexicon["ar"])
    latin = "|".join((*lexicon["en"], *lexicon["arabizi"]))
    return re.compile(rf"(?<!\w)(?:[وف]?(?:{arabic})|(?:{latin}))(?!\w)")
