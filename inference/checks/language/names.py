"""Names that are written one way, the brand's and products': neither misspelt, inflected, translated nor extended."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import zip_longest

from inference.checks.base import CheckInput
from inference.checks.language.shown import known_words, masked
from inference.lexicons import load_lexicon
from inference.plain import locked_names
from inference.plain.frequency import band
from inference.text import fold, fold_pattern
from inference.types import Edit, Finding, Span

_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z]+")
_POSSESSIVE = re.compile(r"['’]s?\b")
_GAP = re.compile(r"[ \u00a0-]?\Z")
_APART = re.compile(r"(?:^|[^\w])[وفبل]?$")
_RARE = 3
_SHORTEST = 4
"""Letters of a word that may be a name misspelt; shorter ones are other words."""
_LONG = 8
_AR_BRAND = ("بنك", "مصرف", "تطبيق", "شركه", "مجموعه")


def check_altered_names(given: CheckInput) -> Iterator[Finding]:
    """Find near misses of names: misspelt, with an ending or an article, in another case, translated or extended."""
    text = masked(given.text)
    told: set[tuple[int, int]] = set()
    found = [*_translated(given), *_extended(given), *_misspelt(given, text), *_inflected(given)]
    known = known_words(given) if found else ""
    for start, end, name in sorted(found):
        written = given.text[start:end]
        low = fold(written).text
        known_so = low in known and low != fold(name).text  # in another case a name is a name amiss
        if written == name or known_so or any(start < last and end > first for first, last in told):
            continue
        told.add((start, end))
        edit = Edit(start=start, end=end, replacement=name)
        yield given.finding("altered_name", span=Span(start=start, end=end, text=written), suggestion=edit, name=name)


def _translated(given: CheckInput) -> Iterator[tuple[int, int, str]]:
    text = given.folded.text  # in quotation marks a name is no less translated
    for keys, pattern, name in _translations():
        for match in pattern.finditer(text) if any(key in text for key in keys) else ():
            span = given.folded.span(*match.span())
            yield span.start, span.end, name


@cache
def _translations() -> tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...]:
    """Return, for each name, what a text must hold to be looked at, the pattern of its translations, and itself."""
    entries = load_lexicon("script")["translated_names"]
    return tuple(
        (
            tuple(fold(key).text for key in entry["keys"]),
            re.compile(rf"(?<!\w)(?:{'|'.join(map(fold_pattern, entry['said']))})(?!\w)"),
            entry["name"],
        )
        for entry in entries
    )


def _extended(given: CheckInput) -> Iterator[tuple[int, int, str]]:
    text = masked(given.folded.text)
    for match in _editions().finditer(text):
        before = text[: match.start()].rstrip()
        name = next((name for name in _folded(_names(given)) if before.endswith(name)), None)
        if name is not None and _APART.search(before[: -len(name)]):
            span = given.folded.span(len(before) - len(name), match.end())
            yield span.start, span.end, given.folded.span(len(before) - len(name), len(before)).text


@cache
def _editions() -> re.Pattern[str]:
    return re.compile(rf"(?<=\w )(?:{'|'.join(map(fold_pattern, load_lexicon('script')['editions']))})(?!\w)")


@lru_cache(maxsize=16)
def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({fold(name).text for name in names}, key=len, reverse=True))


def _names(given: CheckInput) -> tuple[str, ...]:
    brands = (value for value in given.policy.brand.values() if value)
    return (*given.policy.names, *brands, *locked_names())


def _misspelt(given: CheckInput, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield Latin words, alone or in pairs, that come near a name without being one."""
    words = [(match.group(), *match.span()) for match in _LATIN_WORD.finditer(text)]
    brand = (part for value in given.policy.brand.values() for part in value.split())
    own = (*given.policy.names, *(part for part in brand if band(part.lower()) >= _RARE))
    names = _latin_names(_names(given), tuple(own))
    initials = names.initials
    for (written, start, end), following in zip_longest(words, words[1:]):
        if following is not None and written[0].lower() in initials:
            after, begins, ends = following
            pair = _near_pair(written, after, names) if _GAP.fullmatch(text[end:begins]) else None
            if pair:
                yield start, ends, pair
                continue
        name = _near(written, names)
        if name:
            yield start, end, name


@dataclass(frozen=True, eq=False)  # as a key it is itself: what it holds would be hashed at each word
class _LatinNames:
    """Names in Latin letters.

    Attributes:
        single: Those of one word, each with whether it is the company's own.
        double: Those of two words by the first letters of both, which no near miss has otherwise.
    """

    single: Mapping[str, bool]
    double: Mapping[tuple[str, str], Sequence[str]]

    @cached_property
    def initials(self) -> frozenset[str]:
        """The first letters of those of two words."""
        return frozenset(first for first, _ in self.double)


@lru_cache(maxsize=16)
def _latin_names(names: tuple[str, ...], own: tuple[str, ...]) -> _LatinNames:
    latin = [name for name in (*own, *names) if name.isascii()]
    single = {name: name in own for name in reversed(latin) if name.isalpha() and len(name) >= _SHORTEST}
    double: dict[tuple[str, str], list[str]] = {}
    for name in dict.fromkeys(name for name in latin if len(name.split()) == 2):
        one, two = name.lower().split()
        double.setdefault((one[0], two[0]), []).append(name)
    return _LatinNames(single, double)


@lru_cache(maxsize=8_192)
def _near(written: str, names: _LatinNames) -> str | None:
    """Return the name that a word misses by a letter or two; None for a word of its own."""
    low = written.lower()
    if any(low == name.lower() for name in names.single):
        return next(
            (name for name, own in names.single.items() if own and low == name.lower() and _miscased(written, name)),
            None,
        )
    if band(low) < _RARE or len(low) < _SHORTEST:
        return None
    for name, own in names.single.items():
        plain = name.lower()
        most = 2 if len(plain) >= _LONG or (own and len(plain) >= _SHORTEST + 2) else 1
        alike = low[0] == plain[0] and (written[0].isupper() or own)
        if (
            alike
            and 0 < _distance(low, plain, most) <= most
            and (len(plain) > _SHORTEST or own or len(low) > len(plain))
        ):
            return name
    return None


def _miscased(written: str, name: str) -> bool:
    return written != name and not written.isupper()


def _near_pair(first: str, second: str, names: _LatinNames) -> str | None:
    """Return the name of two words that two words miss, by a letter, an ending or the case."""
    low, after = first.lower(), second.lower()
    for name in names.double.get((low[0], after[0]), ()):
        one, two = name.lower().split()
        if f"{first} {second}" == name or after == "play":
            continue
        if (
            _resembles(low, one)
            and _resembles(after, two)
            and (first[0].isupper() or second[0].isupper() or low == one)
        ):
            return name
    return None


def _resembles(written: str, part: str) -> bool:
    if written == part or (written.startswith(part) and len(written) - len(part) <= _SHORTEST):
        return True
    return len(part) >= _SHORTEST and written[:1] == part[:1] and _distance(written, part, 1) <= 1


def _inflected(given: CheckInput) -> Iterator[tuple[int, int, str]]:
    """Yield the Arabic brand with an ending, an article, or a letter amiss behind "bank of"."""
    brand = given.policy.brand.get("ar") or ""
    words = brand.split()
    if not words or not re.search("[\u0620-\u064a]", words[-1]):
        return
    for match in _inflections(fold(words[-1]).text).finditer(given.folded.text):
        span = given.folded.span(*match.span(match.lastgroup or 0))
        yield span.start, span.end, words[-1]
    name = fold(words[-1]).text
    for match in _after_kind().finditer(given.folded.text):
        written = match["name"].removeprefix("ال") if not name.startswith("ال") else match["name"]
        if match["name"] != name and _distance(written, name, 1) <= 1:
            span = given.folded.span(*match.span("name"))
            yield span.start, span.end, words[-1]


@lru_cache(maxsize=16)
def _inflections(name: str) -> re.Pattern[str]:
    kinds = "|".join(_AR_BRAND)
    ending = "ه|ي|يه|ات|كم|نا|ها|هم|ين|ون|تنا|تكم|هن"
    bent, definite = rf"(?P<bent>{re.escape(name)}(?:{ending}))", rf"(?:{kinds}) (?P<definite>ال{re.escape(name)})"
    return re.compile(rf"(?<!\w)[وفبلك]?(?:{bent}|{definite})(?!\w)")


@cache
def _after_kind() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)[وفبلك]?(?:{'|'.join(_AR_BRAND)}) (?P<name>\w{{3,}})(?!\w)")


def _distance(first: str, second: str, most: int) -> int:
    """Return how many letters are added, dropped, changed or swapped; ``most`` + 1 where there are more (Damerau)."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, one in enumerate(first, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(second, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (one != other))
            if i > 1 and j > 1 and one == second[j - 2] and first[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
