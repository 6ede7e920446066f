"""The policy as a whole: its sections, what must be complete in it, and what is asked of it."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, model_validator

from inference.calendar import WorkCalendar
from inference.language import UNDETERMINED
from inference.policy.checking import Grant, LedgerRules, Ruling
from inference.policy.complete import check_complete, check_placeholders
from inference.policy.duties import ComplaintRules
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
from inference.types import Analysis, AngerLevel, Channel, LanguageCode, Message, Record, Severity, SignalName


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
    checks: dict[str, Ruling] = Field(description="What each fault does, by the finding's code.")
    authority: tuple[Grant, ...] = Field(default=(), description="What a role may grant; all else is others' to grant.")
    ledger: LedgerRules = LedgerRules()
    complaints: ComplaintRules | None = None
    names: tuple[Text, ...] = Field(default=(), description="Product names, written this way in every language.")
    _revision: str = PrivateAttr(default="")

    @property
    def revision(self) -> str:
        """Short hash of the policy file's bytes."""
        return self._revision

    @property
    def current(self) -> Self:
        """The policy itself: a policy in hand does not change."""
        return self

    def of(self, tenant: str) -> Self:  # noqa: ARG002 - one policy for every tenant
        """Return the policy itself, whoever asks."""
        return self

    @model_validator(mode="after")
    def _checked(self) -> Self:
        check_complete(self)
        check_placeholders(self)
        return self

    def reply_language(self, message: Message, detected: str) -> str:
        """The language to answer in: the caller's word, else the customer's, else the default."""
        if message.language and (detected == UNDETERMINED or message.language in self.languages):
            return message.language
        return self.default_language if detected == UNDETERMINED else detected

    def severity(self, code: str) -> Severity | None:
        """How severe a fault is; None where it is turned off."""
        ruling = self.checks[code]
        return None if ruling == "off" else Severity(ruling)

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
