"""Names in Arabic letters: they have no capitals, so quotes and the words before them tell."""

import re
from collections.abc import Iterator
from functools import cache

from inference.checks.base import CheckInput
from inference.checks.facts.days import days
from inference.checks.facts.known import Known
from inference.contradiction.figures import figures
from inference.lexicons import load_lexicon
from inference.personal.nameness import given as is_given
from inference.personal.ordinary import is_common
from inference.plain.glossary import locked_names
from inference.stems import stem_words
from inference.text import fold, fold_pattern

_QUOTED = re.compile(r"«([^«»\n]{2,60})»|“([^“”\n]{2,60})”|\"([^\"\n]{2,60})\"")
_NO_NAME = re.compile(r"(?:ليس|لس[تن]|كنت|كان|سوف|عليه|قد(?!\w)|لم(?!\w)|لن(?!\w))|\w{2,}(?:كم|كما|هما)$")
"""Verbs that tell nothing by themselves, and what belongs to the customer: «بنك أختكم»."""
_PREFIX = re.compile(r"(?:^|[^\w])[وفبلك]{0,2}(?:ال|لل)?$|^(?:ال|لل)$")


def arabic_names(given: CheckInput, backing: Known) -> Iterator[tuple[int, int]]:
    """Yield the ranges of names in the text that nothing holds."""
    yield from _quoted(given, backing)
    yield from _branded(given, backing)
    text = given.folded.text
    for match in _announced().finditer(text):
        kind = match.lastgroup or ""
        at = match.span(kind)
        if kind == "unit" and _alone(given, match.start(), at[0]):
            continue
        if not _is_known(backing, match[kind], kind) and not (
            kind in {"person", "writer", "unit"} and _is_owner(given, *at)
        ):
            span = given.folded.span(*at)
            yield span.start, span.end


def _alone(given: CheckInput, start: int, end: int) -> bool:
    """Tell whether what reads as «وحدة», a unit, is «وحده», alone."""
    return given.folded.span(start, end).text.strip().endswith("وحده")


def _branded(given: CheckInput, backing: Known) -> Iterator[tuple[int, int]]:
    """Yield what follows the brand's name as part of a product's: «نسيم كونكت»."""
    brand = fold(given.policy.brand.get("ar", "")).text.split()
    if not brand:
        return
    for match in re.finditer(rf"(?<!\w)[وفبل]?{re.escape(brand[-1])} ([^\W\d_]{{3,}})", given.folded.text):
        if not _is_known(backing, match[1], "app"):
            span = given.folded.span(match.start(1), match.end(1))
            yield span.start, span.end


def _quoted(given: CheckInput, backing: Known) -> Iterator[tuple[int, int]]:
    text = given.folded.text
    for match in _QUOTED.finditer(text):
        inner = next(group for group in match.groups() if group is not None).strip(" .,!?:;")
        start = match.start() + 1
        if not inner or _holds(backing, inner) or _typed().search(text[max(0, match.start() - 16) : match.start()]):
            continue
        stems = {item.text for item in stem_words(inner)}
        known = {stem for stem in stems if any(stem in item.stems for item in backing.all)}
        if stems - known or _menu().search(text[max(0, match.start() - 12) : match.start()]):
            span = given.folded.span(start, match.end() - 1)
            yield span.start, span.end


def _holds(backing: Known, name: str) -> bool:
    """Tell whether a name stands somewhere as it is, the article and a preposition aside."""
    forms = {name, name.removeprefix("ال"), re.sub(r"^[وفبلك](?:ال)?(?=\w{3})|^لل", "", name)}
    return name in _locked() or any(_stands(item.text, form) for item in backing.all for form in forms)


def _stands(text: str, name: str) -> bool:
    at = text.find(name)
    while at >= 0:
        if _PREFIX.search(text, max(0, at - 4), at) and not text[at + len(name) : at + len(name) + 1].isalpha():
            return True
        at = text.find(name, at + 1)
    return False


@cache
def _locked() -> frozenset[str]:
    return frozenset(fold(name).text for name in locked_names())


@cache
def _menu() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{fold_pattern(load_lexicon('names')['ar']['menu'])}) $")


@cache
def _typed() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{fold_pattern(load_lexicon('names')['ar']['typed'])}) $")


@cache
def _announced() -> re.Pattern[str]:
    own = {key: fold_pattern(value) for key, value in load_lexicon("names")["ar"].items() if isinstance(value, str)}
    word = r"[^\W\d_]{3,}"
    return re.compile(
        rf"(?<!\w)(?:[وفبل]?(?:{own['units']}) (?P<unit>{word})|[وفبل]?(?:{own['sites']}) (?:في |ب)?(?P<site>{word})"
        rf"|[وفبل]?(?:{own['firms']}) (?P<firm>{word})|[وفبل]?(?:{own['apps']}) (?P<app>{word})"
        rf"|[وفبل]?(?:{own['persons']}) (?P<person>{word})"
        rf"|{own['writes']} (?P<writer>{word}))(?!\w)"
    )


@cache
def _generic() -> frozenset[str]:
    return frozenset(fold(word).text for word in load_lexicon("names")["ar"]["generic"])


def _is_known(backing: Known, word: str, kind: str) -> bool:
    """Tell whether a word after one that announces a name is known, or no name."""
    if word in _generic() or _NO_NAME.match(word) or any(word in item.words for item in backing.all):
        return True
    if kind == "site":
        return any(form in item.words for item in backing.all for form in (word.removeprefix("ال"), f"ال{word}"))
    stem = next((item.text for item in stem_words(word)), None)
    if stem is None or any(stem in item.stems for item in backing.all):
        return True
    if kind == "app" or (kind == "firm" and not word.startswith("ال")):
        return is_common(word)
    return kind == "writer" and not is_given(word)


def _is_owner(given: CheckInput, start: int, end: int) -> bool:
    """Tell whether a name is of somebody who will act by a stated time: the promise check judges that."""
    if any("owner" in fact.name for fact in given.message.facts):
        return False
    index = given.sentence_at(start)
    sentence = given.folded.text[slice(*(given.sentences[index] if index is not None else (start, end)))]
    return next(days(sentence, figures(sentence)), None) is not None
