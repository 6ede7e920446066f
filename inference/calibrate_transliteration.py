"""``python -m inference.calibrate_transliteration``: make ``transliteration.txt.gz``, words that Arabizi may mean.

They are the commonest of wordfreq's large list (data CC BY-SA 4.0, and so is the file) and those of the train parts of
our own corpora, which have the dialects.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import floor, log10
from pathlib import Path
from typing import Annotated

import typer

from inference.lexicons import write_list
from inference.personal.frequent import frequent
from inference.text import fold
from models.sets.catalogue import load_set
from models.sets.folder import sets_folder

OUTPUT = Path(__file__).with_name("transliteration.txt.gz")
OWN = ("support_messages", "support_signals", "bank_questions", "bank_stories")
_ARABIC = re.compile(r"[\u0621-\u064a]+")
_TOP, _KEPT = 120_000, 60_000
"""Words of the list that are looked at, and how many words are kept."""
_OURS = 2.0
"""How much more a word of our own corpora counts: customers write as those do."""
_STEPS = 4
"""Bands of frequency in each power of ten."""
_HEAD = """\
# Made by 'python -m inference.calibrate_transliteration' from the large Arabic list of wordfreq 3.1.1 (Robyn Speer,
# https://github.com/rspeer/wordfreq) and our own corpora: folded words, a line for each band, its frequency first.
# Licence of this file: CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/
"""


def main(
    lists: Annotated[Path | None, typer.Option(help="Folder of wordfreq's lists; by default that of the sets.")] = None,
) -> None:
    """Write the list."""
    at_large = frequent((lists or sets_folder() / "wordfreq") / "large_ar.msgpack.gz", _TOP)
    own = (row.text for name in OWN for row in load_set(name) if row.split == "train")
    write_list(OUTPUT, _HEAD + "\n".join(banded(frequencies(at_large, own))) + "\n")


def frequencies(at_large: Iterable[str], own: Iterable[str]) -> dict[str, float]:
    """Return the frequency of folded Arabic words: at large by their rank (Zipf's law), and among our own texts."""
    found: dict[str, float] = defaultdict(float)
    for rank, word in enumerate(at_large, start=1):
        folded = fold(word).text
        if _ARABIC.fullmatch(folded):
            found[folded] += 0.1 / rank
    ours = Counter(word for text in own for word in _ARABIC.findall(fold(text).text))
    total = max(1, ours.total())
    for word, count in ours.items():
        if count > 1 or word in found:
            found[word] += _OURS * count / total
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_KEPT])


def banded(words: Mapping[str, float]) -> Iterator[str]:
    """Yield a line for each band, the commonest first."""
    bands: dict[int, list[str]] = defaultdict(list)
    for word, frequency in words.items():
        bands[floor(log10(frequency) * _STEPS)].append(word)
    for band in sorted(bands, reverse=True):
        yield " ".join([f"{10 ** ((band + 0.5) / _STEPS):.1e}", *sorted(bands[band])])


if __name__ == "__main__":
    typer.run(main)
