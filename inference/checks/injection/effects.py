"""What an obeyed order shows that shares no word with it: another language, a role, verse, capitals, rules told."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from inference.checks.base import CheckInput
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern
from inference.untrusted import Instruction
from inference.untrusted.views import SENTENCE

Place = tuple[int, int]
_ARABIC_RUN = re.compile(r"[\u0621-\u064a]{2,}(?:[\s,.:«»\"'“”-]+[\u0621-\u064a]{2,}){1,}")
_LATIN_RUN = re.compile(r"[a-z]{2,}(?:[\s,.:'’-]+[a-z]{1,}){4,}")
_EMOJI = re.compile("[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]")
_SENTENCE_END = re.compile(r"[.:!?؟]\s*$")
_SHOUTED = 0.6
_VERSE = (2, 9)
_FOREIGN_WORDS = 3


def effects(given: CheckInput, order: Instruction, counts: Callable[[Place], bool]) -> Iterator[Place]:
    """Yield the first place that shows each effect of an order; ``counts`` tells whether it does not refuse."""
    said = fold(order.text).text
    for name, find in _EFFECTS.items():
        if _asked(name).search(said):
            place = find(given, said)
            if place is not None and counts(place):
                yield place
    if "reveal" in order.kinds:
        place = _match("reveals", given)
        if place is not None and counts(place):
            yield place
    if "persona" in order.kinds:
        place = _match("roles", given)
        if place is not None and counts(place):
            yield place
    if "insult" in order.kinds:
        place = _match("insults", given)
        if place is not None and counts(place):
            yield place


def _match(name: str, given: CheckInput) -> Place | None:
    match = _reply(name).search(given.folded.text)
    return match.span() if match else None


def _arabic(given: CheckInput, _: str) -> Place | None:
    return _run(_ARABIC_RUN, given) if given.language != "ar" else None


def _latin(given: CheckInput, _: str) -> Place | None:
    return _run(_LATIN_RUN, given) if given.language == "ar" else None


def _run(pattern: re.Pattern[str], given: CheckInput) -> Place | None:
    for match in pattern.finditer(given.folded.text):
        if match.group() not in given.backing:
            return match.span()
    return None


def _foreign(given: CheckInput, said: str) -> Place | None:
    for name, words in load_lexicon("untrusted")["tongues"].items():
        if name in said or name == "other":
            common = frozenset(words.split())
            found = [match for match in re.finditer(r"\w+", given.folded.text) if match.group() in common]
            if len(found) >= _FOREIGN_WORDS:
                return found[0].start(), found[-1].end()
    return None


def _verse(given: CheckInput, _: str) -> Place | None:
    """Two short lines in a row that end no sentence and are no list."""
    start, before = 0, False
    for line in given.folded.text.split("\n"):
        words = line.split()
        short = _VERSE[0] <= len(words) <= _VERSE[1] and not _SENTENCE_END.search(line)
        short = short and not re.match(r"\s*(?:\d|[-•*])", line) and not line.rstrip().endswith(",")
        if short and before:
            return max(0, start - 1), start + len(line)
        before = short
        start += len(line) + 1
    match = _reply("verse").search(given.folded.text)
    return match.span() if match else None


def _shouted(given: CheckInput, _: str) -> Place | None:
    for match in SENTENCE.finditer(given.folded.text):
        words = re.findall(r"[A-Za-z]{2,}", given.folded.span(*match.span()).text)
        if len(words) >= _VERSE[0] and sum(word.isupper() for word in words) > _SHOUTED * len(words):
            return match.span()
    return None


def _emoji(given: CheckInput, _: str) -> Place | None:
    match = _EMOJI.search(given.folded.text)
    return match.span() if match else None


def _initials(given: CheckInput, said: str) -> Place | None:
    text = given.folded.text
    firsts = "".join(line.strip()[0] for line in text.split("\n") if line.strip())
    words = (word for word in re.findall(r"[^\W\d_]{3,}", said))
    return (0, len(text)) if any(word in firsts for word in words) else None


def _coded(given: CheckInput, _: str) -> Place | None:
    match = re.search(r"(?:[.-]{1,5} ){4,}|\{\"|<[a-z/]+>|```|[a-z0-9+/]{24,}={0,2}", given.folded.text)
    return match.span() if match else None


_EFFECTS: dict[str, Callable[[CheckInput, str], Place | None]] = {
    "arabic": _arabic,
    "latin": _latin,
    "foreign": _foreign,
    "verse": _verse,
    "shouted": _shouted,
    "emoji": _emoji,
    "initials": _initials,
    "coded": _coded,
}


@cache
def _asked(name: str) -> re.Pattern[str]:
    return re.compile(fold_pattern(load_lexicon("untrusted")["effects"][name]))


@cache
def _reply(name: str) -> re.Pattern[str]:
    data = load_lexicon("untrusted")["reply"]
    both = [data[name], *([data[f"{name}ar"]] if f"{name}ar" in data else [])]
    return re.compile("|".join(rf"(?<!\w)(?:{fold_pattern(line)})(?!\w)" for line in both))
