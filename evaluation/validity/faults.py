"""One fault planted in a good draft: what is broken, and which measure has to fall."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from evaluation.checks.pairs import helpdesk_policy
from evaluation.validity.drafts import Good
from inference.lexicons import read_yaml
from inference.segments import segments
from inference.text import fold
from inference.types import AngerLevel, DraftStep, StepName, TechnicalLevel

REMOVABLE = (
    StepName.LISTEN,
    StepName.EMPATHISE,
    StepName.APOLOGISE,
    StepName.EXPLAIN,
    StepName.SOLVE,
    StepName.FOLLOW_UP,
)
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,3}(?:,\d{3})+|(?<![\w.,/-])\d+(?:\.\d+)?(?![\w.,/-]*\d)")
_LIST_MARK = re.compile(r"(?m)^\s*\d{1,2}[.)]\s")
_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ASCII = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_TRIES = 40
PARTS = ("dev", "test")
LANGUAGES = ("ar", "en")


@dataclass(frozen=True)
class Change:
    """A draft's text and steps with one fault in them.

    Attributes:
        detail: Which fault of its kind.
        also: Measures that say the same of this fault, and may fall with the one that has to.
    """

    text: str
    steps: tuple[DraftStep, ...]
    detail: str
    also: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Broken:
    """A good draft, and the one fault planted in it."""

    good: Good
    kind: "Kind"
    change: Change


@dataclass(frozen=True)
class Planting:
    """What decides which fault is planted: the part of the sentences, how many went before, and chance."""

    part: str
    number: int
    rng: np.random.Generator

    def line(self, name: str, language: str) -> str:
        """Return the sentence whose turn it is."""
        lines: Sequence[str] = sentences()[self.part][name][language]
        return lines[self.number % len(lines)]


Plant = Callable[[Good, Planting], Change | None]
"""Breaks one thing in a draft; None where it cannot be broken so."""


@dataclass(frozen=True)
class Kind:
    """A kind of fault: what plants it, and the measure that has to fall."""

    name: str
    expected: str
    plant: Plant


def _remove_step(good: Good, planting: Planting) -> Change | None:
    """Take one step's words out of the text; the draft still says that it has it."""
    steps = [step for step in good.draft.steps if step.name in REMOVABLE and step.text.strip() in good.draft.text]
    names = [step.name for step in steps]
    steps = [step for step in steps if names.count(step.name) == 1]
    if len(steps) < 2:
        return None
    step = steps[int(planting.rng.integers(len(steps)))]
    text = _tidied(good.draft.text.replace(step.text.strip(), "", 1))
    # To have no apology where one is due, or no word of what comes next, is what these two measure.
    companions = {StepName.APOLOGISE: "apology_fits", StepName.FOLLOW_UP: "followed_up"}
    also = frozenset({companions[step.name]} if step.name in companions else ())
    return Change(text, good.draft.steps, step.name.value, also)


def _change_figure(good: Good, planting: Planting) -> Change | None:
    """Replace one figure of the text by another that stands nowhere."""
    text = good.draft.text
    plain = text.translate(_ASCII)
    marks = [match.span() for match in _LIST_MARK.finditer(plain)]
    places = [
        match for match in _NUMBER.finditer(plain) if not any(start <= match.start() < end for start, end in marks)
    ]
    if not places:
        return None
    place = places[int(planting.rng.integers(len(places)))]
    new = _other_value(place.group(), good, planting.rng)
    if new is None:
        return None
    written = new.translate(_INDIC) if text[place.start()] != plain[place.start()] else new
    # A figure that the source has otherwise also contradicts it.
    also = frozenset({"true_to_source"})
    steps = _with_figure(good, place.span(), written)
    return Change(text[: place.start()] + written + text[place.end() :], steps, f"{place.group()} -> {new}", also)


def _with_figure(good: Good, place: tuple[int, int], written: str) -> tuple[DraftStep, ...]:
    """Return the draft's steps with another figure at a place of the text."""
    steps, at = [], 0
    for step in good.draft.steps:
        start = good.draft.text.find(step.text, at)
        first, last = place[0] - start, place[1] - start
        if start >= 0 and first >= 0 and last <= len(step.text):
            steps.append(step.model_copy(update={"text": step.text[:first] + written + step.text[last:]}))
        else:
            steps.append(step)
        at = max(at, start)
    return tuple(steps)


def _other_value(value: str, good: Good, rng: np.random.Generator) -> str | None:
    """Return a value of the same form that no source, fact or message has."""
    message = good.message
    quotes = (item.quote for item in good.draft.sources)
    held = "\n".join([good.draft.text, message.text, *quotes, *(fact.value for fact in message.facts)])
    known = set(map(int, re.findall(r"\d+", fold(held).text.replace(",", ""))))
    whole, _, rest = value.replace(",", "").partition(".")
    for _ in range(_TRIES):
        other = int(whole) + int(rng.integers(1, max(9, int(whole))))
        if other not in known:
            return f"{other:,}" if "," in value else f"{other}.{rest}" if rest else str(other)
    return None


def _swap_language(good: Good, _: Planting) -> Change | None:
    """Put the draft in the other language in its place."""
    other = good.other
    return Change(other.text, other.steps, other.language) if other is not None else None


def _adds(name: str, fits: Callable[[Good], bool] = lambda _: True) -> Plant:
    """Return what puts in a sentence of the file, where the draft is one for it."""

    def plant(good: Good, planting: Planting) -> Change | None:
        return _with(good, planting.line(name, good.draft.language), planting.rng) if fits(good) else None

    return plant


def _dismiss(good: Good, planting: Planting) -> Change | None:
    """Put in a phrase of the policy's list of dismissive ones."""
    language = good.draft.language
    phrases = helpdesk_policy().forbidden["dismissive"].phrases[language]
    frames: Sequence[str] = sentences()["frames"][language]
    line = frames[planting.number % len(frames)].format(phrase=phrases[planting.number % len(phrases)])
    change = _with(good, line[0].upper() + line[1:], planting.rng)
    # Some of the list are apologies by formula: then there is one too many, or one that was not due.
    return replace(change, also=frozenset({"apology_fits"})) if change else None


def _with(good: Good, line: str, rng: np.random.Generator) -> Change | None:
    """Put a sentence behind a step that is neither a greeting nor the last."""
    text, ends, at = good.draft.text, [], 0
    for step in good.draft.steps[:-1] or good.draft.steps:
        start = text.find(step.text.strip(), at)
        if start >= 0 and step.name is not StepName.GREET:
            at = start + len(step.text.strip())
            ends.append(at)
    if not ends:
        return None
    end = ends[int(rng.integers(len(ends)))]
    apart = "\n\n" if text[end : end + 1] in {"", "\n"} and "\n" in text else " "
    return Change(f"{text[:end]}{apart}{line}{text[end:]}", good.draft.steps, line)


def _is_upset(good: Good) -> bool:
    return good.level.rank >= AngerLevel.ANGRY.rank


def _apologises(good: Good) -> bool:
    return any(step.name is StepName.APOLOGISE for step in good.draft.steps)


def _is_for_lay(good: Good) -> bool:
    """A reply to an expert may use an expert's words."""
    return good.draft.plan is not None and good.draft.plan.technical is not TechnicalLevel.EXPERT


KINDS = (
    Kind("a step removed", "steps_in_order", _remove_step),
    Kind("a figure changed", "facts_grounded", _change_figure),
    Kind("the language swapped", "language_right", _swap_language),
    Kind("blame added", "tone_fits_anger", _adds("blame")),
    Kind("cheer to the angry", "tone_fits_anger", _adds("cheer", _is_upset)),
    Kind("a dismissive phrase", "tone_fits_anger", _dismiss),
    Kind("a promise added", "promises_backed", _adds("promise")),
    Kind("a second apology", "apology_fits", _adds("apology", _apologises)),
    Kind("unexplained jargon", "jargon_explained", _adds("jargon", _is_for_lay)),
    Kind("a secret asked for", "asks_no_secret", _adds("secret")),
)


def plant_all(drafts: Sequence[Good], part: str, *, per_kind: int, seed: int) -> Iterator[Broken]:
    """Yield broken drafts, ``per_kind`` of each kind where there are so many drafts, half in each language.

    Each draft is broken at most once a kind, by the sentences of the file in turn. A reply that would outgrow its
    channel is left out, since that would be a second fault.

    Args:
        drafts: good ones.
        part: of the sentences: "dev" or "test".
        per_kind: how many of each kind.
        seed: of what chance decides: which drafts, which steps, which figures, where a sentence is put.
    """
    for place, kind in enumerate(KINDS):
        rng = np.random.default_rng([seed, place])
        for language in LANGUAGES:
            of_language = [good for good in drafts if good.draft.language == language]
            planted = 0
            for index in rng.permutation(len(of_language)).tolist():
                good = of_language[index]
                change = kind.plant(good, Planting(part, planted, rng)) if planted < per_kind // 2 else None
                if change is not None and _fits(change, good):
                    planted += 1
                    yield Broken(good, kind, change)


def _fits(change: Change, good: Good) -> bool:
    """Tell whether a reply is still short enough for its channel."""
    plan, most = good.draft.plan, helpdesk_policy().channels[good.message.channel].max_segments
    short = plan is not None and len(change.text) <= plan.max_characters
    return short and (most is None or segments(change.text) <= most)


def _tidied(text: str) -> str:
    """Return a text without the blanks that something taken out of it left."""
    text = re.sub(r"[ \t]{2,}", " ", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^ +| +$", "", text)).strip()


@cache
def sentences() -> Mapping[str, Any]:
    """Return the sentences that break something: by part, kind and language; and the frames by language."""
    found: Mapping[str, Any] = read_yaml((files(__package__) / "faults.yaml").read_text(encoding="utf-8"))
    return found
