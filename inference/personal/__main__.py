"""``python -m inference.personal``: make the lists of words that are no names anew.

``ordinary.txt.gz`` counts the words of our own corpora. ``common.txt.gz`` adds the most frequent words of Arabic and
English from wordfreq's lists, which must lie in the data sets' folder (``models.sets.folder``); they are CC BY-SA 4.0
(https://creativecommons.org/licenses/by-sa/4.0/), and so is that file.
"""

from collections import Counter
from pathlib import Path

from inference.lexicons import write_list
from inference.personal.frequent import frequent
from inference.personal.nameness import WORD, listed
from inference.personal.ordinary import is_ordinary
from inference.text import fold
from models.sets.folder import sets_folder
from models.sets.own import CORPUS, OWN_DATA, read_corpus

_LEAST = 2
_SHORTEST = 3
_TOP = {"ar": 28_000, "en": 10_000}
_HEAD = """\
# Made by 'python -m inference.personal': common words beside those of ordinary.txt, the most frequent Arabic (28,000)
# and English (10,000) words of wordfreq 3.1.1 (Robyn Speer, https://github.com/rspeer/wordfreq), folded, without listed
# names and without words of ordinary.txt. Changed from wordfreq in that way only.
# Licence of this file: CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/
"""


def main() -> None:
    """Write both lists, the counted words first: the common ones are those that are not among them."""
    write_list(_beside("ordinary.txt.gz"), _ordinary())
    words = sorted(common(sets_folder() / "wordfreq"))
    write_list(_beside("common.txt.gz"), _HEAD + "".join(f"{word}\n" for word in words))


def common(folder: Path) -> set[str]:
    """Return the frequent words of wordfreq's lists in a folder, each in the script of its language."""
    kept = set()
    for language, top in _TOP.items():
        for word in frequent(folder / f"small_{language}.msgpack.gz", top):
            folded = fold(word).text
            if len(folded) < _SHORTEST or WORD.fullmatch(folded) is None or listed(folded):
                continue
            if folded.isascii() == (language == "en") and not is_ordinary(folded):
                kept.add(folded)
    return kept


def _ordinary() -> str:
    """Return the words of at least two messages with how many have them, names left out."""
    counts: Counter[str] = Counter()
    for path in sorted(OWN_DATA.rglob(CORPUS)):
        for row in read_corpus(path.parent):
            counts.update(set(WORD.findall(fold(str(row.get("text", ""))).text)))
    kept = sorted((word, count) for word, count in counts.items() if count >= _LEAST and not listed(word))
    head = "# Made by 'python -m inference.personal' from models/data: folded word, messages that have it.\n"
    return head + "".join(f"{word} {count}\n" for word, count in kept)


def _beside(name: str) -> Path:
    return Path(__file__).with_name(name)


if __name__ == "__main__":
    main()
