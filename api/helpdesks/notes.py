"""From a stored draft to the note that is left: what an agent should know first, and the draft itself."""

from collections.abc import Sequence

from api.drafts import StoredDraft
from api.helpdesks.adapter import Note
from api.helpdesks.rendering import say
from inference.types import Analysis, AngerLevel, Draft, Severity, SignalName, SourceKind, Status

_MOST_SIGNALS = 4
_MOST_REMARKS = 12
_MOST_SOURCES = 5
_MOST_CHOICES = 3
_POLICY = "policy:"


def note_of(
    stored: StoredDraft,
    *,
    conversation: str,
    language: str,
    replaces: bool = False,
    beside: bool = False,
    customer_id: str | None = None,
) -> Note:
    """Return the note that leaves a stored draft with agents.

    Args:
        stored: the draft with its analysis.
        conversation: the helpdesk's id of the conversation.
        language: ``ar`` or ``en``: of what is said to agents.
        replaces: an earlier note is there.
        beside: an edited draft is there, which stays.
        customer_id: the helpdesk's id of the customer.
    """
    draft, analysis = stored.draft, stored.analysis
    return Note(
        id=stored.id,
        marker=marker_of(stored.id),
        conversation=conversation,
        status=draft.status,
        text=draft.text,
        heading=_heading(stored, language),
        remarks=_remarks(draft, language, beside=beside),
        direction=draft.direction,
        text_language=draft.language,
        language=language,
        replaces=replaces and not beside,
        beside=beside,
        tags=_tags(draft, analysis),
        customer_id=customer_id,
    )


def marker_of(draft_id: str) -> str:
    """Return the text by which a note is found again; the id is random, so nobody can have written it before."""
    return f"rifq-{draft_id}"


def is_courtesy(draft: Draft) -> bool:
    """Tell whether a draft only returns a greeting, thanks or praise: it rests on the policy's phrases alone."""
    cited = [source for step in draft.steps for source in step.sources]
    return draft.status is Status.READY and bool(cited) and all(source.startswith(_POLICY) for source in cited)


def _heading(stored: StoredDraft, language: str) -> str:
    """Return one line: status, urgency, tone where it is not calm, signals, the customer's language."""
    draft, analysis = stored.draft, stored.analysis
    parts = [say(language, f"status.{draft.status}")]
    if stored.urgent:
        parts.insert(0, say(language, "urgent"))
    if analysis.anger.level is not AngerLevel.CALM:
        parts.append(say(language, "tone").format(level=say(language, f"level.{analysis.anger.level}")))
    names = [name for name in _signals(analysis) if name is not SignalName.URGENCY]
    if names:
        said = say(language, "separator").join(say(language, f"signal.{name}") for name in names[:_MOST_SIGNALS])
        parts.append(say(language, "signals").format(names=said))
    parts.append(say(language, "language").format(name=_language(analysis, language)))
    return " · ".join(parts)


def _remarks(draft: Draft, language: str, *, beside: bool) -> tuple[str, ...]:
    remarks = [say(language, "beside")] if beside else []
    if draft.status is Status.NO_SAFE_DRAFT and draft.reason is not None:
        remarks.append(say(language, "why").format(reason=say(language, f"reason.{draft.reason}")))
    if draft.awaits_choice and draft.offered:
        names = say(language, "separator").join(f"«{offer.problem}»" for offer in draft.offered[:_MOST_CHOICES])
        remarks.append(say(language, "choices").format(names=names))
    remarks += draft.notes
    if draft.route is not None and not any(draft.route in note for note in draft.notes):
        remarks.append(say(language, "route").format(route=draft.route))
    remarks += [item.message for item in draft.findings if item.severity is Severity.WARN]
    cited = {source for step in draft.steps for source in step.sources}
    ids = [source.id for source in draft.sources if source.kind is SourceKind.RESOLUTION and source.id in cited]
    if ids:
        remarks.append(say(language, "sources").format(ids=say(language, "separator").join(ids[:_MOST_SOURCES])))
    return tuple(dict.fromkeys(remarks))[:_MOST_REMARKS]


def _signals(analysis: Analysis) -> Sequence[SignalName]:
    """Return the signals that an agent should see, the surest first; thanks says nothing that the draft does not."""
    found = sorted(analysis.signals, key=lambda signal: -signal.confidence)
    return [signal.name for signal in found if signal.name is not SignalName.THANKS]


def _language(analysis: Analysis, language: str) -> str:
    name = say(language, f"lang.{analysis.language}")
    return name if analysis.dialect is None else f"{name} ({say(language, f'dialect.{analysis.dialect}')})"


def _tags(draft: Draft, analysis: Analysis) -> tuple[str, ...]:
    """Return tags of the ticket, in the vendors' form: small letters, digits and underscores."""
    return (
        f"sentiment__{analysis.sentiment.label}",
        f"anger__{analysis.anger.level}",
        f"language__{analysis.language}",
        f"rifq__{draft.status}",
        *(f"signal__{name}" for name in _signals(analysis)[:_MOST_SIGNALS]),
    )
