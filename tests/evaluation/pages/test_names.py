"""Every figure, task, slice and example of every suite has a name in both languages."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from evaluation.checks.attacks import read_attacks
from evaluation.checks.rows import SETS as WRITTEN
from evaluation.choices import PageLanguage, Writer
from evaluation.data import HELD_OUT
from evaluation.pages.words import Words, texts
from evaluation.suite import Metric, Task, load_suites
from inference.lexicons import load_lexicon
from inference.types import (
    AngerLevel,
    AngerTarget,
    Channel,
    Dialect,
    Reason,
    Script,
    SentimentLabel,
    SignalName,
    Status,
)
from models.sets.catalogue import SETS, load_set

if TYPE_CHECKING:
    from enum import StrEnum

_ARABIC, _IDENTIFIER = re.compile(r"[\u0621-\u064a]"), re.compile(r"_")
_PROPER = frozenset({"brighter", "goemotions", "xed", "multidogo", "dstc11_utts"})
"""Sets whose names are written in Latin letters in Arabic too."""


def _of_suites() -> Iterator[str]:
    for suite in load_suites():
        yield suite.name
        for task in suite.tasks:
            yield task.name
            yield from (item for metric in task.metrics for item in _of_metric(task, metric))
            for examples in task.examples:
                yield from (examples.title, *examples.columns)


def _of_metric(task: Task, metric: Metric) -> Iterator[str]:
    yield metric.name
    yield from metric.slices if isinstance(metric.slices, tuple) else task.slices if metric.slices else ()
    yield from map(str, metric.labels)
    if metric.labels and metric.truth is not None:
        yield metric.truth


def _of_values() -> Iterator[str]:
    kinds: tuple[type[StrEnum], ...] = (
        AngerLevel,
        AngerTarget,
        Channel,
        Dialect,
        Reason,
        Script,
        SentimentLabel,
        SignalName,
        Status,
        Writer,
    )
    yield from (value.value for kind in kinds for value in kind)
    yield from (info.name for info in SETS)
    yield from (*WRITTEN, HELD_OUT, "sample", "easier", "medium", "harder", "attack_wanted", "anger")
    yield from (length for length in ("1-5 words", "6-15 words", "16+ words"))
    for code, finding in load_lexicon("findings").items():
        yield from (code, finding["check"])
    for attack in read_attacks(None):
        yield from (attack.kind, attack.place, attack.goal)
    for name in ("support_messages", "support_signals"):
        yield from {row.variety for row in load_set(name) if row.variety}
    yield from ("too few", "no row counts", "no interval", "all alike: no interval", "undefined on these rows")


NAMES = sorted({*_of_suites(), *_of_values()})


def test_every_name_is_there_in_both_languages() -> None:
    arabic, english = Words(PageLanguage.AR), Words(PageLanguage.EN)

    assert len(NAMES) > 400
    missing = [name for name in NAMES if not _ARABIC.search(arabic.name(name)) and name not in _PROPER]
    assert not missing, "add them to evaluation/pages/names.yaml"
    bare = [name for name in NAMES if _IDENTIFIER.search(english.name(name)) or _ARABIC.search(english.name(name))]
    assert not bare, "an identifier is no English name: add one to evaluation/pages/names.yaml"


def test_every_suite_says_in_both_languages_what_it_measures() -> None:
    arabic = Words(PageLanguage.AR)
    assert all(_ARABIC.search(arabic.line(suite.name, suite.line)) for suite in load_suites())


def test_two_names_in_one_value_are_both_told() -> None:
    assert Words(PageLanguage.AR).name("self_harm (ar)") == "إيذاء النفس (العربية)"
    assert Words(PageLanguage.EN).name("self_harm (ar)") == "self-harm (Arabic)"
    assert Words(PageLanguage.AR).name("never_heard_of") == "never heard of"


@pytest.mark.parametrize("part", ["page", "names"])
def test_no_translation_is_empty_and_no_name_is_given_for_nothing(part: str) -> None:
    for name, found in texts()[part].items():
        said = list(found.values()) if isinstance(found, dict) else [found]
        assert all(str(item).strip() for item in said), name
        if part == "page":
            assert set(found) == {"ar", "en"}, name
            places = [set(re.findall(r"\{(\w+)\}", item)) for item in said]
            assert places[0] == places[1], name


def test_arabic_is_typed_with_its_own_marks() -> None:
    wrong = [
        said
        for found in texts()["names"].values()
        if _ARABIC.search(said := found if isinstance(found, str) else found["ar"]) and re.search(r"[,;?]\s", said)
    ]
    assert not wrong


@pytest.mark.parametrize("number", ["-0.310", "70.1%", "-2.5%"])
def test_a_number_keeps_its_sign_on_its_own_side_among_arabic_words(number: str) -> None:
    assert f"\u2066{number}\u2069" in Words(PageLanguage.AR)("at_least", value=number)
    assert Words(PageLanguage.EN)("at_least", value=number) == f"at least {number}"


def test_lengths_are_told_in_words_that_no_writing_direction_can_turn() -> None:
    assert not [name for name in NAMES if re.search(r"\d+-\d", Words(PageLanguage.AR).name(name))]
