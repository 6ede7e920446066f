"""``python -m inference.calibrate_arabizi``: fit what is Arabizi, and write ``inference/arabizi.npz``.

Fitted on the train parts of our own messages, on Moroccan sentences of the Darija Open Dataset (MIT), on GoEmotions'
English (Apache-2.0) and, for the shape of words of other languages, on the lists of wordfreq 3.1.1 (data CC BY-SA 4.0),
all in the data sets' folder. The figures printed are of dev parts; those of Moroccan are of sentences left out.
"""

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from pathlib import Path
from random import Random
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from inference.arabizi import arabizi
from inference.language import latin_words
from inference.lexicons import load_lexicon
from inference.personal.data import load
from inference.personal.frequent import frequent
from inference.salience import BUCKETS, buckets
from inference.text import fold
from models.sets.catalogue import load_set
from models.sets.folder import sets_folder
from models.sets.rows import Split

OUTPUT = Path(__file__).parent / "arabizi.npz"
OWN = ("support_messages", "support_signals", "bank_stories")
NEAR = ("en", "fr", "es", "it", "pt", "de", "tr", "fil", "id", "hi")
"""Languages of customers beside whom Arabizi is written; more is learnt of them than of ``FAR``."""
FAR = ("ms", "nl", "ca", "ro", "pl", "sv", "hu", "fi", "da", "nb", "sh", "cs", "vi", "lt", "sl", "sk", "lv", "is")
LENGTHS = ((1, 3), (4, 6), (7, 10_000))
_MADE = {"near": 2_000, "far": 670, "ours": 1_000}
_TOP = 8_000
_LONGEST_PIECE, _LONGEST_MADE = 5, 8
_PIECES_WEIGH = {True: 2.0, False: 0.5}
"""What a piece of Arabizi counts, and one of another language: there are many more of those."""
_LOAN_WEIGHT, _LOAN_IN_ENGLISH = 10.0, 20
_SENTENCES, _HELD_OUT = 4_000, 1_500
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_DEVANAGARI = re.compile(r"[\u0901-\u094d]+")
_NUKTA = "\u093c"
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1")


class Example(NamedTuple):
    """The words of a text or of a piece of one, and how much they count."""

    words: list[str]
    arabizi: bool
    weight: float = 1.0


def main(
    lists: Annotated[Path | None, typer.Option(help="Folder of wordfreq's lists; by default that of the sets.")] = None,
) -> None:
    """Fit the model, write it, and print how well it tells Arabizi from other languages."""
    weights, constant = fit(list(examples(lists or sets_folder() / "wordfreq")))
    scale = float(np.abs(weights).max()) / np.iinfo(np.int8).max
    small = np.round(weights / scale).astype(np.int8)
    np.savez_compressed(OUTPUT, weights=small, scale=np.float32(scale), constant=np.float32(constant))
    dev = own("dev")
    english = frozenset(chain.from_iterable(text.words for text in dev if not text.arabizi))
    told = {
        "messages": dev,
        "pieces of them": list(pieces(dev, english, Random(1))),  # noqa: S311
        "Moroccan": [Example(words, arabizi=True) for words in _moroccan()[-_HELD_OUT:]],
    }
    sys.stdout.write(json.dumps(figures(told), indent=2) + "\n")


def examples(lists: Path) -> Iterator[Example]:
    """Yield all that is fitted on, the same at each call.

    Args:
        lists: Folder of wordfreq's lists.
    """
    random = Random(1)  # noqa: S311 - a repeatable choice, not a secret
    ours = own("train")
    english = [text.words for text in ours if not text.arabizi]
    yield from ours
    yield from pieces(ours, frozenset(chain.from_iterable(english)), random)
    yield from loans(load_lexicon("language")["arabizi_loans"], english, random)
    for words in random.sample(_moroccan()[:-_HELD_OUT], _SENTENCES):
        yield Example(words[: random.randint(2, 9)], arabizi=True, weight=_PIECES_WEIGH[True])
    emotions = [row.text for row in load_set("goemotions") if row.split == "train"]
    informal = [Example(words_of(text), arabizi=False) for text in random.sample(emotions, _SENTENCES)]
    yield from informal
    yield from pieces(informal, frozenset(), random)
    for languages, made in ((NEAR, _MADE["near"]), (FAR, _MADE["far"])):
        for language in languages:
            words = list(frequent(lists / f"small_{language}.msgpack.gz", _TOP))
            yield from foreign(_romanised(words) if language == "hi" else words, made, random)
            # One word alone is English before it is anything else.
            yield from (Example(words_of(word), arabizi=False) for word in words if language == "en")
    listed = load_lexicon("language")
    named = load("known")["latin_given"], load("names")["organisations"]
    for words in (*listed["latin"].values(), listed["english"], listed["loanwords"], *named):
        yield from foreign(words, _MADE["ours"], random, ranked=False)


def own(split: Split) -> list[Example]:
    """Return the English and Arabizi messages of a part of our own sets."""
    return [
        Example(words_of(row.text), arabizi=row.language != "en")
        for row in chain.from_iterable(map(load_set, OWN))
        if row.split == split and (row.language in {"arabizi", "en"} or not _ARABIC.search(row.text))
    ]


def words_of(text: str) -> list[str]:
    """Return the words that a text is judged by."""
    return latin_words(fold(text).text)


def pieces(texts: Iterable[Example], english: frozenset[str], random: Random) -> Iterator[Example]:
    """Cut texts into pieces of one to five words, so that short ones are learned.

    Args:
        texts: What to cut.
        english: Words of English: a piece of Arabizi that has no others is left out.
        random: Where the lengths come from.
    """
    for words, is_arabizi, _ in texts:
        start = 0
        while start < len(words):
            end = start + random.randint(1, _LONGEST_PIECE)
            if not is_arabizi or not english.issuperset(words[start:end]):
                yield Example(words[start:end], is_arabizi, _PIECES_WEIGH[is_arabizi])
            start = end


def loans(listed: Sequence[str], english: Sequence[list[str]], random: Random) -> Iterator[Example]:
    """Yield Arabic words that speakers of English use too: Arabizi alone, English beside English words."""
    for loan in listed:
        yield Example([loan], arabizi=True, weight=_LOAN_WEIGHT)
        for _ in range(_LOAN_IN_ENGLISH):
            words = random.choice(english)
            start = random.randrange(len(words))
            yield Example([loan, *words[start : start + random.randint(1, 6)]], arabizi=False)


def foreign(listed: Sequence[str], count: int, random: Random, *, ranked: bool = True) -> Iterator[Example]:
    """Put words of another language together, half the texts without accents, as hurried people type.

    Args:
        listed: Its words.
        count: How many texts to make.
        random: Where the choice comes from.
        ranked: The first are the most frequent, and are taken more often.
    """
    words = [word for text in listed for word in words_of(text)]
    shares = list(accumulate((place + 20) ** -0.8 if ranked else 1.0 for place in range(len(words))))
    for _ in range(count):
        chosen = random.choices(words, cum_weights=shares, k=random.randint(1, _LONGEST_MADE))
        yield Example([_bare(word) for word in chosen] if random.random() < 0.5 else chosen, arabizi=False)


def fit(texts: Sequence[Example]) -> tuple[NDArray[np.float64], float]:
    """Fit the weights [BUCKETS] and the constant."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only fitting needs it
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import

    texts = [text for text in texts if text.words]
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for index, text in enumerate(texts):
        for word in text.words:
            found = buckets(word)
            rows += [index] * len(found)
            columns += found
            values += [(len(found) * len(text.words)) ** -0.5] * len(found)
    table = csr_matrix((values, (rows, columns)), shape=(len(texts), BUCKETS))
    model = LogisticRegression(C=10.0, max_iter=500)
    model.fit(table, [text.arabizi for text in texts], sample_weight=[text.weight for text in texts])
    return model.coef_[0], float(model.intercept_[0])


def figures(told: Mapping[str, Sequence[Example]]) -> dict[str, dict[str, Any]]:
    """Return how many texts of each name the written model calls rightly, by the number of their words."""
    found: dict[str, dict[str, Any]] = {}
    for name, texts in told.items():
        for least, most in LENGTHS:
            right = [(arabizi(text.words) > 0) == text.arabizi for text in texts if least <= len(text.words) <= most]
            found.setdefault(name, {})[f"{least} words and more"] = {"n": len(right), "right": sum(right)}
    return found


def _moroccan() -> list[list[str]]:
    with (sets_folder() / "doda_mit" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        return [words for row in csv.DictReader(file) if (words := words_of(row["darija"]))]


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.replace("ı", "i"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _romanised(words: Iterable[str]) -> list[str]:
    """Write Hindi as its speakers do on Latin keys, every third word with its long vowels doubled."""
    plain = (word.replace(_NUKTA, "") for word in words)
    latin = [_romanise(word) for word in plain if _DEVANAGARI.fullmatch(word)]
    return [word if place % 3 == 0 else word.replace("aa", "a") for place, word in enumerate(latin)]


def _romanise(word: str) -> str:
    """Write a Devanagari word by the names of its letters; the vowel within a last consonant is not heard."""
    written, inherent = "", False
    for letter in word:
        kind, *_, sound = unicodedata.name(letter).removeprefix("DEVANAGARI ").lower().split()
        if kind == "vowel" or sound == "virama":
            written = written[:-1] + sound * (kind == "vowel")
        elif kind == "letter":
            written += sound
        elif sound in {"anusvara", "candrabindu"}:
            written += "n"
        inherent = kind == "letter" and len(sound) > 1 and sound != "aa"
    single = _DOUBLED.sub(r"\1", written[:-1] if inherent else written)
    return single.replace("c", "ch").replace("ii", "i").replace("uu", "u")


if __name__ == "__main__":
    typer.run(main)
