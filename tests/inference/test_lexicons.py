from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.lexicons import load_lexicon, read_list, write_list

if TYPE_CHECKING:
    from pathlib import Path

NAMES = sorted(
    file.name.removesuffix(".yaml") for file in files("inference.lexicons").iterdir() if ".yaml" in file.name
)


def _words(value: object) -> Iterator[object]:
    """Yield what stands in the lists of a lexicon."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from [item] if not isinstance(item, dict | list) else _words(item)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_read_as_a_truth_value(name: str) -> None:
    # YAML takes a bare yes, no, on or off for one: such a word must stand in quotes.
    assert not [word for word in _words(load_lexicon(name)) if isinstance(word, bool)]


@given(
    lines=st.lists(st.text(alphabet=st.characters(exclude_categories=["C", "Z"], exclude_characters="#"), min_size=1))
)
def test_a_list_is_read_as_it_was_written(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    file: Path = tmp_path_factory.mktemp("list") / "words.txt.gz"
    write_list(file, "# made by a program\n" + "".join(f"{line}\n" for line in lines))
    first = file.read_bytes()
    assert read_list(file) == lines
    write_list(file, "# made by a program\n" + "".join(f"{line}\n" for line in lines))
    assert file.read_bytes() == first
