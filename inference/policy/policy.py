"""The policy as a whole: its sections, what must be complete in it, and what is asked of it."""

from collections.abc import Sequence
from string import Formatter
from typing import Annotated, Self, get_args

from pydantic import Field, PrivateAttr, model_validator

from inference.calendar import WorkCalendar
from inference.language import UNDETERMINED
from inference.policy.sections import (
    AngerRules,
    ChannelRules,
    Escalation,
    FactWording,
    ForbiddenList,
    Manner,
    Manners,
    Ownership,
    ReviewRules,
    Scope,
    SignalRules,
    SlotWording,
    Text,
    Tone,
    Undertaking,
)
from inference.types import Analysis, AngerLevel, Channel, LanguageCode, Message, Record, SignalName

_UPSET = tuple(level for level in AngerLevel if level is not AngerLevel.CALM)
PHRASES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("greet_salam", "greet", "greet_formal", "thanks", "greeting_only", "condolence"), frozenset()),
    **dict.fromkeys(("greet_named", "greet_formal_named"), frozenset({"name"})),
    **{f"listen_{level}": frozenset({"restatement", "history"}) for level in AngerLevel},
    **{f"{step}_{level}": frozenset() for step in ("empathise", "close") for level in AngerLevel},
    **{f"{apology}_{level}": frozenset() for apology in ("regret", "own") for level in _UPSET},
    **dict.fromkeys(("listen_generic", "second_issue", "about"), frozenset({"problem"})),
    "listen_about": frozenset({"problem", "history"}),
    "listen_call": frozenset({"restatement", "history"}),
    **dict.fromkeys(("history_repeat", "history_promise", "regret_repeat", "regret_promise"), frozenset()),
    **dict.fromkeys(("history_wait", "regret_wait"), frozenset({"period"})),
    "mention": frozenset({"slots"}),
    **dict.fromkeys(
        ("solve_lead_many", "solve_lead_safety", "solve_lead_second", "tried_some", "tried_all"), frozenset()
    ),
    **dict.fromkeys(("follow_up_generic", "still_unsolved", "solved", "private_invite"), frozenset()),
    "undertaking": frozenset({"owner", "due"}),
    "due_time": frozenset({"day", "hour"}),
    "ask_slot": frozenset({"slot"}),
    **dict.fromkeys(("ask_open", "ask_open_angry", "ask_bereaved", "ask_protect", "praise"), frozenset()),
    "ask_between": frozenset({"first", "second"}),
    "ask_confirm": frozenset({"first"}),
    "sign": frozenset({"brand"}),
}
"""The phrases that a policy must hold, each with the placeholders that it may use."""
NOTES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("out_of_scope", "empty", "uncertain", "ambiguous", "unanswered", "attachments", "failed_checks"), frozenset()
    ),
    **dict.fromkeys(("bereaved", "rising", "falling", "tried", "still_unsolved"), frozenset()),
    **{name.value: frozenset() for name in SignalName if name is not SignalName.THANKS},
    **dict.fromkeys(("stale", "due", "sent_back"), frozenset({"id", "date", "owner"})),
    "unverified": frozenset({"id", "date", "owner"}),
    "contradicted": frozenset({"id", "owner", "ours", "theirs"}),
    "other_language": frozenset({"id", "language"}),
    "unsupported_language": frozenset({"language"}),
    **dict.fromkeys(("also_asks", "answers_two"), frozenset({"id", "problem"})),
    **dict.fromkeys(("facts", "facts_withheld"), frozenset({"facts"})),
    "missing_slots": frozenset({"slots"}),
    "possible_signal": frozenset({"note"}),
    "overdue": frozenset({"promise", "date"}),
    "tone": frozenset({"level", "words"}),
    "route": frozenset({"route"}),
    "segments": frozenset({"count"}),
}
"""The notes to the agent that a policy must hold, each with the placeholders that it may use."""


class Policy(Record):
    """A validated policy; ``revision`` is a hash of its bytes and is named in every draft."""

    version: int = Field(ge=1, le=1, description="Of the schema.")
    brand: dict[LanguageCode, str]
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    default_language: LanguageCode
    scope: Scope
    anger: AngerRules
    signals: SignalRules
    review: ReviewRules = ReviewRules()
    ownership: Ownership = Ownership()
    manners: Manners = Manners()
    calendar: WorkCalendar | None = None
    undertaking: Undertaking | None = None
    channels: dict[Channel, ChannelRules]
    tone: dict[Manner, Tone]
    escalations: dict[SignalName, Escalation]
    facts: dict[str, FactWording] = Field(default_factory=dict)
    slots: dict[LanguageCode, dict[str, SlotWording]] = Field(default_factory=dict)
    levels: dict[LanguageCode, dict[AngerLevel, Text]] = Field(description="What the notes call the anger levels.")
    notes: dict[LanguageCode, dict[str, Text]]
    phrases: dict[LanguageCode, dict[str, Text | Annotated[tuple[Text, ...], Field(min_length=1)]]]
    forbidden: dict[str, ForbiddenList]
    _revision: str = PrivateAttr(default="")

    @property
    def revision(self) -> str:
        """Short hash of the policy file's bytes."""
        return self._revision

    @property
    def current(self) -> Self:
        """The policy itself: a policy in hand does not change."""
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.default_language not in self.languages:
            raise ValueError(
                f"default_language '{self.default_language}' is not among languages {list(self.languages)}"
            )
        if missing := sorted(set(Channel) - set(self.channels)):
            raise ValueError(f"channels: add {', '.join(missing)}")
        if absent := sorted(set(get_args(Manner)) - set(self.tone)):
            raise ValueError(f"tone: add {', '.join(absent)}")
        if self.undertaking is not None and self.calendar is None:
            raise ValueError("undertaking: add a calendar, by which its hours are counted")
        for language in self.languages:
            if lacking := sorted(set(PHRASES) - set(self.phrases.get(language, {}))):
                raise ValueError(f"phrases.{language}: add {', '.join(lacking)}")
            if lacking := sorted(set(NOTES) - set(self.notes.get(language, {}))):
                raise ValueError(f"notes.{language}: add {', '.join(lacking)}")
            if nameless := sorted(set(AngerLevel) - set(self.levels.get(language, {}))):
                raise ValueError(f"levels.{language}: add {', '.join(nameless)}")
        return self

    @model_validator(mode="after")
    def _fillable(self) -> Self:
        for language, phrases in self.phrases.items():
            for key, value in phrases.items():
                for line in (value,) if isinstance(value, str) else value:
                    _check_placeholders(f"phrases.{language}.{key}", line, PHRASES.get(key))
        for language, notes in self.notes.items():
            for key, line in notes.items():
                _check_placeholders(f"notes.{language}.{key}", line, NOTES.get(key))
        return self

    def reply_language(self, message: Message, detected: str) -> str:
        """The language to answer in: the caller's word, else the customer's, else the default."""
        if message.language and (detected == UNDETERMINED or message.language in self.languages):
            return message.language
        return self.default_language if detected == UNDETERMINED else detected

    def brand_suffix(self, language: str) -> str:
        """The brand as the signature names it, empty where policy names none."""
        name = self.brand.get(language)
        if not name:
            return ""
        return f"، {name}" if language == "ar" else f", {name}"

    def variants(self, language: str, key: str) -> Sequence[str]:
        """The variants of one phrase."""
        found = self.phrases[language][key]
        return (found,) if isinstance(found, str) else found

    def escalating(self, analysis: Analysis, *, answered: bool) -> dict[SignalName, Escalation]:
        """The escalations that a message's signals are confident enough for, in the policy's order.

        Args:
            analysis: What was understood of the message.
            answered: Whether a resolution answers it.
        """
        return {
            name: escalation
            for name, escalation in self.escalations.items()
            if analysis.has(name, least=escalation.least(answered=answered))
        }

    def forbidden_at(self, level: AngerLevel) -> tuple[str, ...]:
        """Names of the forbidden lists in force at an anger level."""
        return tuple(name for name, entry in self.forbidden.items() if entry.since.rank <= level.rank)


def _check_placeholders(place: str, line: str, known: frozenset[str] | None) -> None:
    """Refuse a phrase that could not be filled when it is needed."""
    if known is None:
        raise ValueError(f"{place}: there is no such phrase; remove it")
    try:
        names = {name for _, name, _, _ in Formatter().parse(line) if name is not None}
    except ValueError as error:
        raise ValueError(f"{place}: a brace is not closed ({error})") from error
    if unknown := sorted(names - known):
        allowed = f"it may hold {', '.join(f'{{{name}}}' for name in sorted(known))}" if known else "it may hold none"
        raise ValueError(f"{place}: nothing fills {{{unknown[0]}}}; {allowed}")
