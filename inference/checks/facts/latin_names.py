"""Names in Latin letters: they are known by their capitals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.checks.base import INITIALS, CheckInput
from inference.checks.facts.days import days
from inference.checks.facts.known import Known
from inference.contradiction.figures import figures
from inference.lexicons import load_lexicon
from inference.personal.nameness import given as is_given
from inference.personal.ordinary import is_common
from inference.plain.glossary import locked_names
from inference.text import fold

_WORD = r"[A-Z][A-Za-z\d]*(?:[-&][A-Z]?[A-Za-z\d]+)*"
_RUN = re.compile(rf"(?<![\w@./])(?:{_WORD})(?:(?: (?:a |an |of |the |to |and )?){_WORD})*(?![\w@])")
_INITIAL = re.compile(r"(?:^|[.!?؟:…]|\n|^\W*)[\s\"'“”‘«(\-–•*]*(?:\d{1,2}[.)][ \t]*)?$")
_LINK = re.compile(r" (?:a |an |of |the |to |and )")
_INTRODUCED = re.compile(r"(?i:my name(?: is|'s)|i'm|i am|this is|معكم|معك) $")
_SHOUTED = 3


@dataclass(frozen=True)
class _Run:
    """Capitalised words side by side at ``text[start:end]``; ``initial`` where a sentence begins with them."""

    words: tuple[str, ...]
    text: str
    start: int
    end: int
    initial: bool


def latin_names(given: CheckInput, backing: Known) -> Iterator[tuple[int, int]]:
    """Yield the ranges of names in the text that nothing holds."""
    text = given.text
    signed = _signature(text)
    for run in _runs(text):
        if run.start < signed and not _INTRODUCED.search(text[max(0, run.start - 16) : run.start]):
            yield from _unknown(given, backing, run)
    if given.language != "ar":
        yield from _units(given, backing)


@lru_cache(maxsize=1024)
def _runs(text: str) -> tuple[_Run, ...]:
    return tuple(_read(text))


def _read(text: str) -> Iterator[_Run]:
    for match in _RUN.finditer(text):
        words = tuple(re.findall(_WORD, match.group()))
        initial = _INITIAL.search(text[max(0, match.start() - 12) : match.start()]) is not None
        yield _Run(words, match.group(), match.start(), match.end(), initial)


@cache
def _plain() -> frozenset[str]:
    own = load_lexicon("names")["en"]
    locked = (word for name in locked_names() for word in fold(name).text.split())
    return frozenset((*own["plain"], *own["places"], *locked))


@lru_cache(maxsize=512)
def _menus(text: str) -> frozenset[str]:
    """Return the names that a text of ours writes with capitals, folded: whole runs, and their parts at links."""
    found = set()
    for run in _runs(text):
        folded = run.text.lower()
        found.add(folded)
        found.update(_LINK.split(folded))
        if run.initial and len(run.words) > 1:
            found.add(folded.split(" ", 1)[1])
    return frozenset(found)


def _unknown(given: CheckInput, backing: Known, run: _Run) -> Iterator[tuple[int, int]]:
    """Yield the range of a run if it holds a name that nothing holds."""
    folded = fold(run.text).text
    if any(f" {folded} " in f" {item.plainly} " for item in backing.all):
        return
    words = run.words[1:] if run.initial and is_common(run.words[0].lower()) else run.words
    shown = [word for word in words if not _claims_nothing(word)]
    if run.initial and len(run.words) == 1 and not _titled(run):
        shown = [word for word in shown if _is_actor(given.text, run, word)]
    unknown = [word for word in shown if not _stands(backing, word)]
    if unknown and not _is_owner(given, run):
        first = run.text.index(unknown[0])
        yield run.start + first, run.start + run.text.rindex(unknown[-1]) + len(unknown[-1])
    elif len(words) > 1 and shown and not _composed(given, backing, words):
        yield run.end - len(run.text) + run.text.index(words[0]), run.end


def _claims_nothing(word: str) -> bool:
    lower = word.lower()
    return lower in _plain() or (word.isupper() and (len(word) < _SHOUTED or is_common(lower)))


def _stands(backing: Known, word: str) -> bool:
    return all(_is_word(backing, part) for part in re.findall(r"[^\W_]+", fold(word).text))


def _is_word(backing: Known, word: str) -> bool:
    forms = {word, word.removesuffix("s"), f"{word}s"}
    return any(not forms.isdisjoint(item.words) for item in backing.all)


def _composed(given: CheckInput, backing: Known, words: tuple[str, ...]) -> bool:
    """Tell whether several words are known names side by side ("Naseem IBAN"), or words of the customer's."""
    menus = frozenset().union(*(_menus(source.quote) for source in given.trusted), map(str.lower, given.policy.names))
    names = [*menus, *(value.lower() for value in given.policy.brand.values())]
    left = " ".join(words).lower()
    for name in sorted(names, key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", left)
    return all(word in _plain() or any(word in item.words for item in backing.theirs) for word in left.split())


def _titled(run: _Run) -> bool:
    return run.words[0].lower() in load_lexicon("names")["en"]["titles"].split("|")


def _is_actor(text: str, run: _Run, word: str) -> bool:
    """Tell whether a word that begins a sentence is somebody: "Salim from the cards team", "Huda will"."""
    return (
        is_given(word.lower())
        and re.match(r" (?:from|in|of|will|is|has|at)(?!\w)|'(?:ll|s)|,", text[run.end :]) is not None
    )


def _is_owner(given: CheckInput, run: _Run) -> bool:
    """Tell whether a name is of somebody who will act by a stated time: the promise check judges that."""
    if any("owner" in fact.name for fact in given.message.facts) or not any(
        is_given(word.lower()) for word in run.words
    ):
        return False
    folded = given.folded
    places = ((start, end) for start, end in given.sentences if folded.span(start, end).end > run.start)
    return _is_owned(folded.text[slice(*next(places, (0, 0)))])


@lru_cache(maxsize=256)  # a sentence may hold many names
def _is_owned(sentence: str) -> bool:
    """Tell whether a sentence says that somebody will act, and by when."""
    if re.search(r"(?<!\w)(?:will|is|has)(?!\w)|'ll", sentence) is None:
        return False
    return next(days(sentence, figures(sentence)), None) is not None


def _signature(text: str) -> int:
    """Return where the closing formula begins; names after it sign the reply."""
    pattern = load_lexicon("names")["en"]["closings"]
    found = [match.start() for match in re.finditer(rf"(?im)^[^\n.]{{0,40}}\b(?:{pattern})\b[^\n.]{{0,20}},?$", text)]
    signed = INITIALS.search(text)
    if signed is not None:
        found.append(signed.start())
    return found[-1] if found and len(text) - found[-1] < 120 else len(text) + 1


@cache
def _unit() -> re.Pattern[str]:
    own = load_lexicon("names")["en"]
    return re.compile(rf"(?<!\w)(?:the|our|their) ((?:[a-z'-]+ ){{0,2}}?)([a-z'-]+) (?:{own['units']})(?!\w)")


def _units(given: CheckInput, backing: Known) -> Iterator[tuple[int, int]]:
    """Yield teams and departments, written small, that nothing names."""
    generic = load_lexicon("names")["en"]["generic_units"]
    for match in _unit().finditer(given.folded.text):
        index = given.sentence_at(match.start())
        owned = index is not None and _is_owned(given.folded.text[slice(*given.sentences[index])])
        if match[2] not in generic and not owned and not _stands(backing, match[2]):
            span = given.folded.span(match.start(2), match.end())
            yield span.start, span.end
