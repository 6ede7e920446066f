"""Notes to the agent, in the agent's language: what is missing, stale or unsure, and what the customer signals."""

from collections.abc import Iterable, Sequence

from inference.bereavement import deaths
from inference.compose.choice import close_second
from inference.compose.writing import as_name
from inference.exposure import exposure
from inference.lexicons import load_lexicon
from inference.overdue import overdue
from inference.policy import Policy
from inference.thread import own_words
from inference.tone_evidence import tone_phrases
from inference.types import Analysis, AngerLevel, Contradiction, Freshness, Hit, Message, SignalName, Trajectory

_SEPARATOR = {"ar": "، "}


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
    notes += _signal_notes(analysis, policy, language, answered=answered)
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
    heard = any(item.head == "anger" for item in analysis.evidence)
    phrases = [span.text for span in tone_phrases(message.text, analysis.evidence)] if heard else []
    shown = phrases or level is AngerLevel.FURIOUS or analysis.signals
    if level is AngerLevel.IRRITATED and not phrases:
        return []  # "maybe irritated, judge for yourself" tells nothing to somebody who has read the message
    if analysis.uncertain or (heard and not shown):
        return [note(policy, language, "uncertain", level=policy.levels[language][level])]
    if not heard:
        return []
    words = _SEPARATOR.get(language, ", ").join(phrases) or load_lexicon("evidence")["whole"].get(language)
    return [note(policy, language, "tone", level=policy.levels[language][level], words=words)] if words else []


def _signal_notes(analysis: Analysis, policy: Policy, language: str, *, answered: bool) -> list[str]:
    """A note on each signal that does not escalate; one that a reply may not speak of is called possible."""
    escalating = policy.escalating(analysis, answered=answered)
    notes = []
    for signal in analysis.signals:
        if signal.name in escalating or signal.name is SignalName.THANKS:
            continue
        said = note(policy, language, signal.name.value)
        sure = signal.confidence >= policy.signals.speak_of_from
        notes.append(said if sure else note(policy, language, "possible_signal", note=said))
    return notes


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
