"""Messages written by hand, with what is personal in them marked.

``probe_dev.yaml`` and ``probe_test.yaml`` are by somebody who did not write the rules: the first was worked on while
the rules were written, the second is closed: measured, never read. ``probe_open.yaml`` is by the rules' author, before
the grammar of addresses, the rules for secrets and the tagger's second training; a third of it names nothing personal.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Literal

import yaml

from evaluation.masking.generate import Half, Sentence, Truth

_MARK = re.compile(r"⟦(\w+)\|(.*?)⟧", re.DOTALL)


def probe(half: Half | Literal["open"]) -> Iterator[Sentence]:
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
