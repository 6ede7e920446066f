"""What a step asks for, read into actions (verb and object), and whether what a customer has done makes it up.

A step of which any part is not understood asks for nothing known: it is never taken for done.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.dialogue.actions import Named, objects_at
from inference.dialogue.lexicon import HEAD, Action, Verb, begun, entry, verbs
from inference.text import fold, fold_pattern

_PURPOSE = re.compile(
    fold_pattern(
        r"(?<!\w)(?:because|so (?:that|you|they)|since|in case|to (?:see|know)|for its|whether|under|with|covers?"
        r"|matches|حتى|لأن\w*|فهو|ففيه|لمعرفة|لتروا|فقد|فال\w+|هل|يغطي|تغطي|بما|بالبيانات|لدى)(?!\w)|«"
    )
)
"""What follows no longer says what is to be done, but why, where, or how it should turn out."""
_ARABIC_ORDER = re.compile(r"(?<!\w)[وف]?(?P<verb>لا ت\w+و(?:ا|ه|ها|هم)|(?![تني]|لا )\w{2,}و(?:ا|ه|ها|هم|نا))(?!\w)")


@dataclass(frozen=True, slots=True)
class _Told:
    verb: Verb
    start: int
    end: int


@lru_cache(maxsize=2048)  # resolutions' steps recur from message to message
def asked(step: str) -> tuple[frozenset[Action], ...]:
    """Return what a step asks for: alternatives, of which any suffices, each a set of actions that all belong to it.

    Empty where any part of the step is not understood.
    """
    text = fold(step).text
    told = sorted(_told_in(text), key=lambda item: (item.start, -item.end))
    if not told or _asks_more(text, told):
        return ()
    objects = objects_at(text, begun(text))
    starts = sorted({item.start for item in told if not any(other.start < item.start < other.end for other in told)})
    groups: list[set[Action]] = [set()]
    for start in starts:
        here = [item for item in told if item.start == start]
        actions = _told_actions(text, here, starts, objects)
        if actions is None:
            return ()
        if actions and groups[-1] and re.search(r"(?<!\w)(?:or|او)\s+\W*$", text[:start]):
            groups.append(set())
        groups[-1] |= actions
    return tuple(frozenset(group) for group in groups if group)


def _told_in(text: str) -> Iterator[_Told]:
    for verb in verbs():
        for match in verb.told.finditer(text):
            yield _Told(verb, match.start(match.lastgroup or 0), match.end())


def _told_actions(
    text: str, here: Sequence[_Told], starts: Sequence[int], objects: Sequence[Named]
) -> set[Action] | None:
    """The actions told at one place; None where a verb there lacks its object, unless it only leads to an action."""
    end = max(item.end for item in here)
    later = bisect_left(starts, end)
    limit = starts[later] if later < len(starts) else len(text)
    purpose = _PURPOSE.search(text, end, limit)
    limit = purpose.start() if purpose else limit
    actions: set[Action] = set()
    reach = 0
    # "Delete the app and install it again" is one action, not a deletion: the longest wording is meant.
    for item in sorted(here, key=lambda item: -item.end):
        if actions and item.end < reach:
            break
        named = {
            thing.name for thing in objects if item.start <= thing.start < limit and thing.name in item.verb.objects
        }
        actions |= {Action(item.verb.name, name) for name in named}
        if not named and item.verb.bare:
            actions.add(Action(item.verb.name, ""))
        reach = item.end
    leads = any(re.match(rf"(?:{word})(?!\w)", text[here[0].start :]) for word in _neutral())
    return actions or (set() if leads else None)


@cache
def _neutral() -> frozenset[str]:
    return frozenset(fold(word).text for words in entry("neutral").values() for word in words)


@cache
def _english_order() -> re.Pattern[str]:
    words = "|".join(entry("imperatives"))
    return re.compile(rf"{HEAD}(?P<verb>{words}|don't|do not|never)(?!\w)")


def _asks_more(text: str, told: Sequence[_Told]) -> bool:
    """Tell whether a step asks for something that is no known action and does not only lead to one."""
    orders = [(match.start("verb"), match.group("verb")) for match in _ARABIC_ORDER.finditer(text)]
    orders += [(match.start("verb"), match.group("verb")) for match in _english_order().finditer(text)]
    return any(
        word not in _neutral() and not any(item.start <= start < item.end for item in told) for start, word in orders
    )


def is_done(step: str, done: frozenset[Action]) -> bool:
    """Tell whether the actions that a customer has done make up a step."""
    return any(all(_covered(action, done) for action in group) for group in asked(step))


def _covered(action: Action, done: frozenset[Action]) -> bool:
    if action in done:
        return True
    verbs = [action.verb, *entry("implied").get(action.verb, [])]
    covers: dict[str, list[str]] = entry("covers")
    for verb, name in done:
        if verb not in verbs:
            continue
        if name == action.object or action.object in covers.get(name, ()):
            return True
        if verb == action.verb and "" in {name, action.object}:
            return True
    return False
