"""``python -m inference.plain``: make ``frequency.txt.gz`` anew, the frequency bands of Arabic and English words.

It is made from wordfreq's small lists, which must lie in the data sets' folder (``models.sets.folder``); they are
CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/), and so is that file.
"""

import re
from pathlib import Path

from inference.lexicons import write_list
from inference.personal.frequent import frequent
from inference.plain.frequency import BANDS, stems
from inference.text import fold
from models.sets.folder import sets_folder

_WORD = re.compile(r"[a-z\u0621-\u064a]{2,}")
_HEAD = """\
# Made by 'python -m inference.plain' from the small lists of wordfreq 3.1.1 (Robyn Speer, https://github.com/rspeer/wordfreq):
# Arabic and English words, folded, a line for each band of ranks, without words whose stem is as frequent. Changed
# from wordfreq in that way only. Licence of this file: CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/
"""


def main() -> None:
    """Write the list."""
    rows = bands(sets_folder() / "wordfreq")
    lines = [" ".join(sorted(row)) for row in rows]
    write_list(Path(__file__).with_name("frequency.txt.gz"), _HEAD + "\n".join(lines) + "\n")


def bands(folder: Path) -> list[set[str]]:
    """Return the words of each band, Arabic and English together, from wordfreq's lists in a folder."""
    known: dict[str, int] = {}
    for language in ("ar", "en"):
        for rank, word in enumerate(frequent(folder / f"small_{language}.msgpack.gz", BANDS[-1]), start=1):
            folded = fold(word).text
            if _WORD.fullmatch(folded) and folded.isascii() == (language == "en"):
                known.setdefault(folded, next(number for number, last in enumerate(BANDS) if rank <= last))
    rows: list[set[str]] = [set() for _ in BANDS]
    kept: dict[str, int] = {}
    for word, number in sorted(known.items(), key=lambda item: (item[1], len(item[0]), item[0])):
        # A first letter is too often the word's own (b of "card") for the word to be left out on its account.
        if not any(kept.get(form, len(BANDS)) <= number for form in stems(word) if form != word[1:]):
            kept[word] = number
            rows[number].add(word)
    return rows


if __name__ == "__main__":
    main()
