"""Notes to the agent, in the agent's language: what is missing, stale or unsure, and what the customer signals."""

from collections.abc import Iterable, Sequence

from inference.bereavement import deaths
from inference.compose.choice import close_second
from inference.compose.writing import as_name
from inference.exposure import exposure
from inference.lexicons import load_lexicon
from inference.overdue import overdue
from inference.policy import Policy
from inference.signals import rule_signals
from inference.thread import own_words
from inference.tone_evidence import accusation, tone_phrases
from inference.types import Analysis, AngerLevel, Contradiction, Freshness, Hit, Message, SignalName, Trajectory

_SEPARATOR = {"ar": "، "}
_QUOTED = {"ar": "«{}»"}


def note(policy: Policy, language: str, key: str, /, **values: str) -> str:
    """Return one note of the policy with its placeholders filled."""
    return policy.notes[language][key].format_map(values)


def rival_notes(chosen: Hit, hits: Iterable[Hit], policy: Policy, language: str) -> tuple[str, ...]:
    """Tell what else fits the message nearly as well as the source of a draft."""
    second = close_second(chosen, hits, policy.scope.doubted_within)
    return (
        () if second is None else (note(policy, language, "close_second", problem=as_name(second.resolution.problem)),)
    )


def message_notes(message: Message, analysis: Analysis, policy: Policy, language: str, *, answered: bool) -> list[str]:
    """Notes on the message itself: signals, the course of the tone, attachments and citable facts."""
    notes = []
    late = overdue(message, policy.calendar)
    notes += [note(policy, language, "overdue", promise=item.promise, date=item.when) for item in late]
    if deaths(own_words(message)):
        notes.append(note(policy, language, "bereaved"))
    if exposed := exposure(own_words(message)):
        notes.append(note(policy, language, f"exposed_{exposed}"))
    notes += _signal_notes(message, analysis, policy, language, answered=answered)
    if analysis.trajectory is not Trajectory.STEADY:
        notes.append(note(policy, language, analysis.trajectory.value))
    if message.attachments:
        notes.append(note(policy, language, "attachments"))
    if message.facts:
        facts = "; ".join(f"{fact.name}: {fact.value} ({fact.source})" for fact in message.facts)
        notes.append(note(policy, language, "facts", facts=facts))
    return notes


def tone_note(message: Message, analysis: Analysis, policy: Policy, language: str) -> list[str]:
    """Say how the tone was read: the anger and what shows it, or that it is not sure; nothing of calm, or nearly so."""
    level = analysis.anger.level
    if level is AngerLevel.CALM:
        return []
    if not any(item.head == "anger" for item in analysis.evidence):
        return [note(policy, language, "uncertain", level=policy.levels[language][level])] if analysis.uncertain else []
    phrases = tone_phrases(message.text, analysis.evidence)
    if level is not AngerLevel.IRRITATED:
        phrases = phrases or accusation(message.text, analysis.evidence)
    if not phrases and level is not AngerLevel.FURIOUS:
        return []  # "maybe angry, judge for yourself" tells nothing to somebody who has read the message
    if not phrases and analysis.uncertain:
        return [note(policy, language, "uncertain", level=policy.levels[language][level])]
    quoted = (_QUOTED.get(language, "“{}”").format(phrase.text) for phrase in phrases)
    words = _SEPARATOR.get(language, ", ").join(quoted) or load_lexicon("evidence")["whole"].get(language)
    return [note(policy, language, "tone", level=policy.levels[language][level], words=words)] if words else []


def _signal_notes(message: Message, analysis: Analysis, policy: Policy, language: str, *, answered: bool) -> list[str]:
    """A note on each signal that does not escalate; one that a reply may not speak of is called possible.

    Confusion is noted only where the customer says so: of six other such notes a fresh reader found none right.
    """
    escalating = policy.escalating(analysis, answered=answered)
    notes = []
    for signal in analysis.signals:
        if signal.name in escalating or signal.name is SignalName.THANKS:
            continue
        if signal.name is SignalName.CONFUSION and not _says_confused(message):
            continue
        said = note(policy, language, signal.name.value)
        sure = signal.confidence >= policy.signals.speak_of_from
        notes.append(said if sure else note(policy, language, "possible_signal", note=said))
    return notes


def _says_confused(message: Message) -> bool:
    return any(signal.name is SignalName.CONFUSION for signal in rule_signals(own_words(message)))


def source_notes(hit: Hit, policy: Policy, language: str) -> list[str]:
    """Notes on the freshness of the source behind a draft."""
    resolution = hit.resolution
    day = resolution.review_by if resolution.sent_back is None else resolution.sent_back.since
    values = {"id": resolution.id, "date": str(day), "owner": resolution.owner or "-"}
    keys = {
        Freshness.DUE: "due",
        Freshness.EXPIRED: "stale",
        Freshness.UNVERIFIED: "unverified",
        Freshness.SENT_BACK: "sent_back",
    }
    return [note(policy, language, keys[hit.freshness], **values)] if hit.freshness in keys else []


def contradiction_notes(id: str, pairs: Sequence[Contradiction], policy: Policy, language: str) -> list[str]:  # noqa: A002 - the contract's name
    """A note for each statement that another resolution makes differently from the resolution ``id``."""
    notes: dict[str, None] = {}
    for pair in pairs:
        first = pair.first == id
        other, owner = (pair.second, pair.second_owner) if first else (pair.first, pair.first_owner)
        for item in pair.differences:
            ours, theirs = (item.first, item.second) if first else (item.second, item.first)
            values = {"id": other, "owner": owner or "-", "ours": ours, "theirs": theirs}
            # One statement may differ in several figures.
            notes[note(policy, language, "contradicted", **values)] = None
    return list(notes)
