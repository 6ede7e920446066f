"""The words of this package as data, read once, and how they become expressions over folded text."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from inference.lexicons import read_yaml
from inference.text import fold_pattern


@cache
def words() -> Any:  # noqa: ANN401 - each caller knows its own shape
    """Read ``inference/slots/words.yaml``."""
    return read_yaml((files(__package__) / "words.yaml").read_text(encoding="utf-8"))


def spelt(*path: str | int) -> str:
    """Return the pattern at a path of the words, folded; alternatives of a list are joined."""
    found = words()
    for key in path:
        found = found[key]
    return fold_pattern("|".join(found) if isinstance(found, list) else str(found))


def compiled(pattern: str, *, prefix: str = "") -> re.Pattern[str]:
    """Compile alternatives as whole words; ``prefix`` may stand before the first letter of an Arabic one."""
    return re.compile(rf"(?<!\w){prefix}(?:{pattern})(?!\w)")
