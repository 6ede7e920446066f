"""Messages written by hand by somebody who did not write the rules, with what is personal in them marked.

``probe_dev.yaml`` was worked on while the rules were written; ``probe_test.yaml`` is closed: measured, never read.
"""

import re
from collections.abc import Iterator
from importlib.resources import files

import yaml

from evaluation.masking.generate import Half, Sentence, Truth

_MARK = re.compile(r"⟦(\w+)\|(.*?)⟧", re.DOTALL)


def probe(half: Half) -> Iterator[Sentence]:
    """Yield the messages of one file, each a frame of its own."""
    content = yaml.safe_load((files(__package__) / f"probe_{half}.yaml").read_text(encoding="utf-8"))
    for number, item in enumerate(content):
        yield unmarked(item["text"], item["language"], number)


def unmarked(text: str, language: str, number: int) -> Sentence:
    """Take the marks ⟦kind|value⟧ out of a text and return them as its truth."""
    parts: list[str] = []
    truth: list[Truth] = []
    at = last = 0
    for mark in _MARK.finditer(text):
        before, value = text[last : mark.start()], mark[2]
        start = at + len(before)
        at, last = start + len(value), mark.end()
        parts += [before, value]
        truth.append(Truth(mark[1], start, at))
    return Sentence("".join([*parts, text[last:]]), language, number, tuple(truth))
