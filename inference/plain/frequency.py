"""How common a word is at large: bands of frequency ranks of Arabic and English words, clitics off or on."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from inference.lexicons import read_list
from inference.personal.ordinary import count
from inference.plain.words import bare_forms

BANDS = (2_000, 8_000, 32_000, 60_000)
"""Upper rank of each band of ``frequency.txt.gz``; what is in none of them is rarer still."""
_NUMBER = re.compile(r"(?<=\w{3})(?:وا|ون|ين|ان|ات|تم|وه|وها|يه)$")
_PERSON = re.compile(r"^[نت](?=\w{3})")
_FUTURE = re.compile(r"^[وف]?س(?=[يتنا]\w{2})")
_CUSTOMERS_USE = 5
"""Messages of our own corpora that have a word from which it counts as common, whatever its rank at large."""


@lru_cache(maxsize=50_000)
def band(word: str) -> int:
    """Return the band of a folded word: 0 for the 2,000 most frequent, up to ``len(BANDS)`` for a word in none."""
    if count(word) >= _CUSTOMERS_USE:
        return 0
    known = _bands()
    return min(known.get(form, len(BANDS)) for form in stems(word))


def stems(word: str) -> Iterator[str]:
    """Yield the forms that may be listed for a folded word: bare, without an ending of number, as "he does"."""
    future = _FUTURE.sub("", word)
    for form in (*bare_forms(word), *(bare_forms(future) if future != word else ())):
        yield form
        if (stem := _NUMBER.sub("", form)) != form:
            yield stem
        if _PERSON.match(stem):
            yield "ي" + stem[1:]


@cache
def _bands() -> dict[str, int]:
    rows = read_list(files(__package__) / "frequency.txt.gz")
    return {word: number for number, row in enumerate(rows) for word in row.split()}
