"""Rules and the learned tagger together: who is kept, widened, cut short or denied."""

from collections.abc import Sequence

import numpy as np
import pytest

from inference.personal import people as module
from inference.personal.found import Candidate
from inference.personal.nameness import Word, words
from inference.personal.people import people
from inference.personal.tagger import Floats
from inference.personal.types import Kind
from inference.text import Folded, fold


def read(
    monkeypatch: pytest.MonkeyPatch, text: str, learned: dict[str, float], mark: tuple[str, float] | None
) -> list[tuple[str, str]]:
    """Names found where a rule marks one stretch and the tagger reads the given words as names, others as none."""

    def shares(_: Folded, found: Sequence[Word], __: Sequence[Candidate]) -> Floats:
        rows = np.zeros((len(found), 4), np.float32)
        before = 0.0
        for place, word in enumerate(found):
            named = learned.get(text[word.start : word.end], 0.0)
            rows[place] = (1 - named, named * (before < 0.5), named * (before >= 0.5), 0)
            before = named
        return rows

    marked = []
    if mark is not None:
        start = text.index(mark[0])
        marked.append(Candidate(Kind.NAME, start, start + len(mark[0]), mark[1], "rule"))
    monkeypatch.setattr(module, "names", lambda _: marked)
    monkeypatch.setattr(module, "probabilities", shares)
    return [(text[item.start : item.end], item.reason) for item in people(fold(text))]


@pytest.mark.parametrize(
    ("text", "learned", "mark", "expected"),
    [
        # Both read it: the rule's reading stays, though the tagger is surer.
        ("ask Zorvik now", {"Zorvik": 1.0}, ("Zorvik", 0.66), [("Zorvik", "rule")]),
        ("ask Zorvik Kot now", {"Zorvik": 1.0, "Kot": 0.9}, ("Zorvik", 0.66), [("Zorvik Kot", "rule")]),
        ("ask Zorvik Kot now", {"Kot": 0.99}, ("Zorvik", 0.86), [("Kot", "name_learned")]),
        ("ask Khaled now", {}, ("Khaled", 0.86), [("Khaled", "rule")]),
        ("ask Khaled now", {}, ("Khaled", 0.66), []),
        ("ask Khaled now", {"Khaled": 0.01}, ("Khaled", 0.66), [("Khaled", "rule")]),
        ("ask Khaled now", {"Khaled": 0.01}, ("Khaled", 0.61), []),
        # A kunya stands where the tagger reads its second word; a lone word shaped like a verb needs a rule.
        ("ask Abu Zorvik now", {"Zorvik": 0.8}, ("Abu Zorvik", 0.655), [("Abu Zorvik", "rule")]),
        ("حولوني اليوم", {"حولوني": 0.99}, None, []),
        # A further word that is denied ends the name, unless it is known or reads as a family name.
        ("ask Zorvik lately then", {"Zorvik": 1.0}, ("Zorvik lately", 0.66), [("Zorvik", "rule")]),
        ("ask Zorvik bin lately", {"Zorvik": 1.0, "bin": 0.3}, ("Zorvik bin lately", 0.66), [("Zorvik", "rule")]),
        ("ask Zorvik Haddad then", {"Zorvik": 1.0}, ("Zorvik Haddad", 0.66), [("Zorvik Haddad", "rule")]),
        # With no rule, one word needs to be known or nearly certain.
        ("ask Zorvik now", {"Zorvik": 0.9}, None, []),
        ("ask Zorvik now", {"Zorvik": 0.96}, None, [("Zorvik", "name_learned")]),
        ("ask Khaled now", {"Khaled": 0.65}, None, []),
        ("ask Khaled now", {"Khaled": 0.75}, None, [("Khaled", "name_learned")]),
        ("ask Zorvik Kot now", {"Zorvik": 0.75, "Kot": 0.75}, None, [("Zorvik Kot", "name_learned")]),
    ],
)
def test_rules_and_tagger_together(
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    learned: dict[str, float],
    mark: tuple[str, float] | None,
    expected: list[tuple[str, str]],
) -> None:
    assert read(monkeypatch, text, learned, mark) == expected


def test_a_text_without_words_names_nobody() -> None:
    assert not words(fold("12, 'S"))
    assert list(people(fold("12, 'S"))) == []
