"""What must be complete in a policy, and fillable: a fault is found when the file is read, not at the first message."""

from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING, get_args

from inference.lexicons import load_lexicon
from inference.policy.phrases import NOTES, PHRASES
from inference.policy.sections import Manner
from inference.types import AngerLevel, Channel

if TYPE_CHECKING:
    from inference.policy.policy import Policy

_VALUE = frozenset({"value"})


def check_complete(policy: "Policy") -> None:
    """Refuse a policy that lacks something that a message may need.

    Raises:
        ValueError: names the place and what to add.
    """
    if policy.default_language not in policy.languages:
        raise ValueError(
            f"default_language '{policy.default_language}' is not among languages {list(policy.languages)}"
        )
    if missing := sorted(set(Channel) - set(policy.channels)):
        raise ValueError(f"channels: add {', '.join(missing)}")
    if absent := sorted(set(get_args(Manner)) - set(policy.tone)):
        raise ValueError(f"tone: add {', '.join(absent)}")
    if policy.undertaking is not None and policy.calendar is None:
        raise ValueError("undertaking: add a calendar, by which its hours are counted")
    codes = set(load_lexicon("findings"))
    if unruled := sorted(codes - set(policy.checks)):
        raise ValueError(f"checks: add {', '.join(unruled)}")
    if unknown := sorted(set(policy.checks) - codes):
        raise ValueError(f"checks: there is no such finding as {', '.join(unknown)}; remove it")
    for language in policy.languages:
        if lacking := sorted(set(PHRASES) - set(policy.phrases.get(language, {}))):
            raise ValueError(f"phrases.{language}: add {', '.join(lacking)}")
    for language in dict.fromkeys((*policy.languages, *policy.notes)):
        _check_notes(policy, language)


def _check_notes(policy: "Policy", language: str) -> None:
    """Agents can be told in any language that has notes."""
    if lacking := sorted(set(NOTES) - set(policy.notes.get(language, {}))):
        raise ValueError(f"notes.{language}: add {', '.join(lacking)}")
    if nameless := sorted(set(AngerLevel) - set(policy.levels.get(language, {}))):
        raise ValueError(f"levels.{language}: add {', '.join(nameless)}")
    for name, escalation in policy.escalations.items():
        if language not in escalation.note:
            raise ValueError(f"escalations.{name}.note: add {language}")


def check_placeholders(policy: "Policy") -> None:
    """Refuse a text that could not be filled when it is needed.

    Raises:
        ValueError: names the place and what it may hold.
    """
    for place, line, known in _formatted(policy):
        _check(place, line, known)


def _formatted(policy: "Policy") -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """Yield every text of a policy that is filled: its place, itself, and what may fill it."""
    for language, phrases in policy.phrases.items():
        for key, value in phrases.items():
            for line in (value,) if isinstance(value, str) else value:
                yield f"phrases.{language}.{key}", line, PHRASES.get(key)
    for language, notes in policy.notes.items():
        yield from ((f"notes.{language}.{key}", line, NOTES.get(key)) for key, line in notes.items())
    for name, fact in policy.facts.items():
        yield from ((f"facts.{name}.say.{language}", line, _VALUE) for language, line in fact.say.items())
    for language, slots in policy.slots.items():
        for name, slot in slots.items():
            yield f"slots.{language}.{name}.mention", slot.mention or "", _VALUE


def _check(place: str, line: str, known: frozenset[str] | None) -> None:
    if known is None:
        raise ValueError(f"{place}: there is no such phrase; remove it")
    try:
        fields = [item[1:] for item in Formatter().parse(line) if item[1] is not None]
    except ValueError as error:
        raise ValueError(f"{place}: a brace is not closed ({error})") from error
    if any(spec or conversion for _, spec, conversion in fields):
        raise ValueError(f"{place}: write a placeholder as {{name}}, without '!' or ':'")
    if unknown := sorted({str(name) for name, _, _ in fields} - known):
        allowed = f"it may hold {', '.join(f'{{{name}}}' for name in sorted(known))}" if known else "it may hold none"
        raise ValueError(f"{place}: nothing fills {{{unknown[0]}}}; {allowed}")
