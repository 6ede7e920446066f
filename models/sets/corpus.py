"""Raw lines of every training file: what the vocabulary must be able to spell. Files of test rows are never read."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from models.sets.folder import sets_folder

_PLAIN = frozenset({".csv", ".txt", ".tsv", ".yml", ".conll", ".conllu", ".jsonl", ".json", ".ara", ".arz", ".eng"})
_LONGEST = 2000


def corpus_lines(folder: Path | None = None) -> Iterator[str]:
    """Yield the lines of the sets' files, in a fixed order, at most 2,000 characters each."""
    root = folder or sets_folder()
    for path in sorted(root.rglob("*")):
        name = path.name.lower()
        if "test" in str(path.relative_to(root)).lower() or "gold" in name or name.startswith(("provenance", "licen")):
            continue
        if path.suffix in _PLAIN:
            lines = path.read_text(encoding="utf-8", errors="ignore").splitlines()
        elif path.name.endswith(".msgpack.gz"):
            # wordfreq's lists: every word follows a length byte that is no valid UTF-8 there, so it splits the words.
            lines = gzip.decompress(path.read_bytes()).decode("utf-8", errors="replace").split("\ufffd")
        else:
            continue
        for line in lines:
            cut = line.encode().decode("unicode_escape", errors="ignore") if "\\u06" in line else line
            yield cut[:_LONGEST].encode("utf-8", errors="ignore").decode()
