"""Where English verbs may bind us: "will" and its kin, what is expected, our own present, money and cards."""

import re
from collections.abc import Iterator, Sequence

from inference.checks.promises.patterns import phrase, words
from inference.checks.promises.said import ACTIONS, OUTCOMES, Manner, Said
from inference.checks.promises.times import times
from inference.checks.promises.words import Token

_OUR_TRY = frozenset(
    {
        "already",
        "now",
        "just",
        "also",
        "then",
        "gladly",
        "happily",
        "personally",
        "certainly",
        "still",
        "even",
        "each",
        "all",
        "both",
    }
)
_NOTHING = re.compile(
    r"(?:n't|not|never) (?:something|anything|one|a thing|what|how)(?: that)? ?$|(?<!\w)(?:what|how much|how"
    r"|which|where|who|how long)(?: (?:that|this|it|things))? $"
)
_OURS = frozenset({"i", "we"})
_NOBODY = frozenset({"nobody", "nothing", "no", "none", "neither", "no-one"})
_ALL = frozenset({"any", "every", "each", "most", "all", "some"})
"""Of whatever it may be, a rule is told: "any machine with the logo will take your card"."""
_DEEDS = frozenset({"check", "tell", "call", "handoff", "fix"})
_PERSONS = frozenset({"i", "we", "you", "he", "she", "they", "it"})
_FINDS = frozenset({"see", "find", "notice", "spot"})
_SHOWS = frozenset({"let", "ask", "show", "prompt", "take", "guide", "lead", "remind", "tell", "offer"})
"""What the app does with whoever uses it: "the screen will ask you for a selfie"."""
_THINGS = frozenset(
    {
        "it",
        "this",
        "that",
        "yours",
        "money",
        "card",
        "refund",
        "transfer",
        "amount",
        "payment",
        "replacement",
        "balance",
        "account",
        "one",
    }
)
_SHOULD = frozenset(
    {"be", "arrive", "have", "see", "receive", "get", "reach", "land", "come", "hear", "return", "clear"}
)
_BINDING = _OURS | _THINGS | {"will", "shall", "going", "should", "ought", "expect", "is", "are"}
_SHORTENED = ("'ll", "'s")
"""What one of these words, or endings, opens may bind us, and nothing else."""
_NO_PROGRESS = frozenset(
    {"going", "missing", "wearing", "tiring", "worrying", "alarming", "frustrating", "annoying", "upsetting",
     "unsettling", "maddening", "infuriating", "galling", "exhausting", "confusing", "disappointing",
     "embarrassing", "distressing", "frightening", "interesting", "surprising", "nothing", "something",
     "anything", "everything", "during"}
)  # fmt: skip
"""Words in -ing that say what something is like, or what it is."""
_BE = frozenset({"i'm", "we're", "you're", "it's", "is", "are", "am", "they're", "he's", "she's"})


def english(text: str, found: Sequence[Token]) -> Iterator[Said]:
    """Yield the places where verbs of an English sentence may bind us."""
    for place, item in enumerate(found):
        word = item.text
        if word not in _BINDING and not word.endswith(_SHORTENED):
            continue
        after = found[place + 1].text if place + 1 < len(found) else ""
        if word.endswith("'ll"):
            yield from _will(text, found, place, place, word[:-3])
        elif word in {"will", "shall"} and place:
            yield from _will(text, found, _subject(found, place), place, "")
        elif word == "going" and after == "to" and place and found[place - 1].text in _BE:
            bare = found[place - 1].text in {"is", "are", "am"} and place > 1
            who = found[place - 2].text if bare else found[place - 1].text.split("'")[0]
            yield from _will(text, found, place - 2 if bare else place - 1, place + 1, who)
        elif word in {"should", "ought"} and after in _SHOULD and place and not _compared(found, place):
            yield _said(found, _subject(found, place), place + 1, Manner.LIKELY, "other")
        elif word == "expect" and (not place or found[place - 1].text in {"can", "should", "may", "please", "and"}):
            yield _said(found, max(0, place - 2), place, Manner.LIKELY, "other")
        elif after.endswith("ing") and _going_on(text, found, place, after):
            yield _said(found, _subject(found, place + word.endswith("'s")), place + 1, Manner.PRESENT, "other")
        elif place + 1 < len(found) and _present(found, place):
            person = "us" if word in _OURS else "other"
            yield _said(found, place, place + 1, Manner.PRESENT, person)


def _compared(found: Sequence[Token], place: int) -> bool:
    """Tell whether a clause only measures: "longer than it should be"."""
    return any(item.text in {"than", "as"} for item in found[max(0, place - 2) : place])


def _going_on(text: str, found: Sequence[Token], place: int, after: str) -> bool:
    """Tell whether something is said to be under way: "the card is arriving"; "it's coming" only with a time."""
    word = found[place].text
    if word in {"is", "are"}:
        return after not in _NO_PROGRESS and place > 0
    return word.endswith("'s") and bool(times(text[found[place].start : found[-1].end]))


def _present(found: Sequence[Token], place: int) -> bool:
    """Tell whether a present verb of ours, or of money and cards, follows."""
    word, after = found[place].text, found[place + 1]
    kinds = after.word.concepts
    if word in _OURS:
        return bool(kinds & (ACTIONS - {"handoff"})) and not after.text.endswith(("ed", "sent", "ing", "s"))
    following = found[place + 2].text if place + 2 < len(found) else ""
    # "a card that shows the logo" tells which one, "it comes from abroad" whence
    third = after.text.endswith("s") and bool(kinds & OUTCOMES) and following != "from" and not _relative(found, place)
    return word in _THINGS and (
        third or (after.text == "is" and following in {"back", "here", "ready", "yours", "through"})
    )


def _relative(found: Sequence[Token], place: int) -> bool:
    return found[place].text == "that" and place > 0 and found[place - 1].text not in {"and", "but", "so", "then", "or"}


def _subject(found: Sequence[Token], place: int) -> int:
    """Return where the subject of a verb begins: at most five words before it."""
    start = place - 1
    for back in range(place - 1, max(-1, place - 7), -1):
        if found[back].text in {"and", "but", "so", "which", "that", "then", "if", "or"} or found[back].text in words(
            "protasis", "en"
        ):
            break
        start = back
        if found[back].text in {"i", "we", "you", "it", "they", "someone", "somebody", "nobody"}:
            break
    return start


def _will(text: str, found: Sequence[Token], subject: int, place: int, person: str) -> Iterator[Said]:
    """Yield an English future, unless it is refused, the app's, or the reply's own next words."""
    rest = [item.text for item in found[place + 1 : place + 6]]
    while rest and rest[0] in _OUR_TRY:
        rest = rest[1:]
    if not rest and found[0].text in {"yes", "sure", "absolutely", "certainly"}:
        yield _said(found, 0, place, Manner.GUARANTEE, "us")
    if not rest or rest[0] in words("negations", "en") or rest[0] == "need" or rest[:2] == ["have", "to"]:
        return
    who = person or _who(found, place)
    lead = [item.text for item in found[subject:place]]
    if _NOTHING.search(text[found[0].start : found[place].start]) or _NOBODY & set(lead):
        return
    us = who in {"i", "we"} or bool(words("us", "en") & set(lead))
    if (us and not (who in {"i", "we"} and _starts(rest, "speech"))) or (who != "you" and _ours(found[place + 1 :])):
        yield _said(found, subject, place, Manner.FUTURE, "us")
    elif not us and who == "you":
        yield from _yours(text, found, subject, place, rest)
    elif not us and not (rest[0] in _SHOWS and "you" in rest[:3]) and not _ALL & set(lead[:1]):
        yield _said(found, subject, place, Manner.FUTURE, "other")


def _yours(text: str, found: Sequence[Token], subject: int, place: int, rest: Sequence[str]) -> Iterator[Said]:
    """Yield what the customer is to get; what they will see and be asked in the app is none."""
    plain = _starts(rest, "navigation")
    near = frozenset[str]().union(*(item.word.concepts for item in found[place + 1 : place + 6]))
    if rest[0] in _FINDS and "money" in near and times(text[found[place].start : found[-1].end]):
        plain = False  # "you'll see the money before the weekend"
    if not plain or {"return", "approve"} & {name for item in found[place + 1 :] for name in item.word.concepts}:
        yield _said(found, subject, place, Manner.PRESENT if plain else Manner.FUTURE, "you")


def _ours(rest: Sequence[Token]) -> bool:
    """Tell whether a passive names nobody who does what only we can: "the records will be checked"."""
    near = [item for item in rest[:4] if item.text not in _OUR_TRY]
    passive = len(near) > 1 and near[0].text == "be" and near[1].text.endswith(("ed", "t", "n", "d"))
    kinds = near[1].word.concepts if passive else frozenset[str]()
    return bool(kinds & _DEEDS) and "send" not in kinds and all(item.text != "by" for item in rest[:8])


def _who(found: Sequence[Token], place: int) -> str:
    """Return the word before "will", or, behind "and", who the sentence has spoken of: "you live here and will ..."."""
    before = found[place - 1].text
    if before not in {"and", "but", "or", "then"}:
        return before
    return next((item.text for item in reversed(found[:place]) if item.text in _PERSONS), before)


def _starts(rest: Sequence[str], name: str) -> bool:
    return phrase(name).match(" ".join(rest)) is not None


def _said(found: Sequence[Token], first: int, last: int, manner: Manner, person: str) -> Said:
    start = max(0, first)
    sentence = (found[0].start, found[-1].end)
    return Said(found[start].start, found[min(last, len(found) - 1)].end, sentence, manner, person, "en")
