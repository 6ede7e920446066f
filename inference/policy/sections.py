"""The sections of a policy, each with what it decides."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from inference.calendar import MonthNames
from inference.types import AngerLevel, Dialect, LanguageCode, Probability, Reason, Record, SignalName, StepName

Lowered = Annotated[str, StringConstraints(to_lower=True)]
Text = Annotated[str, Field(min_length=1)]
Manner = Literal["calm", "irritated", "angry", "furious", "worried", "bereaved", "safety"]


class Scope(Record):
    """How relevant a finding must be, and which resolutions protect money.

    Attributes:
        refuse_below: Relevance under which a message is out of scope.
        name_above: Relevance from which a question back names what was found.
        tied_within: How close the scores of the two nearest lie where neither is drafted from.
        doubted_within: How close they lie where the agent is told of the second beside a draft from the first.
        ask_up_to_words: Who has written more words is not asked what happened or is meant: the agent chooses.
        safety_tags: Tags of resolutions whose first steps protect the customer's money.
        bereavement_tags: Tags of resolutions that say what happens after a death; others are not offered unasked then.
    """

    refuse_below: Probability
    name_above: Probability
    tied_within: Probability = 0.01
    doubted_within: Probability = 0.05
    ask_up_to_words: int = Field(default=14, ge=0, le=10_000)
    safety_tags: tuple[str, ...] = ()
    bereavement_tags: tuple[str, ...] = ()


class AngerRules(Record):
    """Signals that raise the anger level of a customer who is not calm, by definition of its anchors."""

    raise_to_furious: tuple[SignalName, ...] = ()


class SignalRules(Record):
    """How confident a signal must be before a draft acts on it; an agent is told of a less confident one as possible.

    Attributes:
        speak_of_from: Confidence from which a reply names a broken promise or a repeated contact.
        protect_from: Confidence of fraud or theft from which what protects the customer's money goes first.
        withhold_from: Confidence of fraud or theft from which nothing is drafted that protects no money.
        wait_from_days: Days of waiting, in the customer's words, from which a reply names the wait.
    """

    speak_of_from: Probability
    protect_from: Probability
    withhold_from: Probability = 0.3
    wait_from_days: float = Field(default=2.0, gt=0, le=365)


class ReviewRules(Record):
    """When agents' rejections send a resolution back to review.

    Attributes:
        rejections: Drafts rejected or edited as incorrect or outdated since the last verification.
        within_days: Span of days in which they count.
    """

    rejections: int = Field(default=2, ge=1, le=1_000)
    within_days: int = Field(default=90, ge=1, le=3_650)


class Ownership(Record):
    """What says that the company erred: only then does a reply apologise for its own fault instead of regretting.

    Attributes:
        facts: Names of supplied facts that say so, where their value is not a "no".
        tags: Tags of resolutions about a fault of the company's own, such as an outage.
    """

    facts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Manners(Record):
    """How a reply writes what is no phrase: digits, dates, a greeting in the customer's dialect.

    Attributes:
        digits: ``as_customer`` writes digits as the customer does, ``ascii`` leaves them as the source has them.
        hijri: Whether a Hijri date stands beside a Gregorian one.
        months: Which names the months have in Arabic.
        explain_terms: Most technical terms that a reply explains in brackets or replaces.
        restate_from_words: A calm question of fewer words is answered without saying first what was understood of it.
        dialect_greetings: Greetings in place of the friendly one where the dialect is known; none: standard Arabic.
    """

    digits: Literal["as_customer", "ascii"] = "as_customer"
    hijri: bool = False
    months: MonthNames = "gulf"
    explain_terms: int = Field(default=3, ge=0, le=10)
    restate_from_words: int = Field(default=12, ge=0, le=1_000)
    dialect_greetings: dict[Dialect, Text] = Field(default_factory=dict)


class Undertaking(Record):
    """What the company undertakes at the end of a reply to an unhappy customer: who writes back, and by when.

    Attributes:
        levels: Anger levels at which it is said.
        owner: Who does it, by language, as the reply names them.
        working_hours: Within how many opening hours, by ``calendar``.
    """

    levels: tuple[AngerLevel, ...] = Field(min_length=1)
    owner: dict[LanguageCode, Text]
    working_hours: int = Field(ge=1, le=400)


class SlotWording(Record):
    """How a reply speaks of something that the customer named: by ``mention`` with ``{value}``, or ``ask`` for it."""

    mention: Text | None = None
    ask: Text


class FactWording(Record):
    """How a reply states a fact that the calling system supplied.

    Attributes:
        account: Whether it is about this customer's account, so that only an identified customer is told.
        tags: Tags of the resolutions that it belongs to; it is said beside these alone, or beside all where empty.
        say: The sentence, by language, with ``{value}``; without one the fact only fills placeholders.
        values: How values are said, by value (in lower case) and language; others are repeated if they hold no words.
    """

    account: bool = True
    tags: tuple[str, ...] = ()
    say: dict[LanguageCode, Text] = Field(default_factory=dict)
    values: dict[Lowered, dict[LanguageCode, Text]] = Field(default_factory=dict)


class ChannelRules(Record):
    """Length, formality and formatting of one channel; ``private`` invites the customer to a private channel.

    ``max_segments`` limits a text message: 70 characters each as soon as one of them is Arabic (67 in several parts).
    """

    max_characters: int = Field(gt=0)
    max_segments: int | None = Field(default=None, ge=1, le=10)
    numbered: bool
    formality: Literal["formal", "friendly"]
    explanation: Literal["short", "full"]
    greet: bool = False
    sign: bool = False
    private: bool = False
    drop: tuple[StepName, ...] = ()
    drop_calm: tuple[StepName, ...] = ()


class Tone(Record):
    """The steps of one manner of answering, in order, and its apology."""

    steps: tuple[StepName, ...]
    apology: Literal["none", "regret"]


class Escalation(Record):
    """A signal that a person must answer, with the note that tells the agent what to do.

    Attributes:
        escalate_from: Confidence from which no customer text is drafted; a less confident signal gets a note only.
        escalate_answered_from: The same for a message that a resolution answers; as ``escalate_from`` if left out.
        reason: The draft's reason.
        route: Who takes over: a team, a queue or an address of the company's, told to the agent.
        note: What the agent is told, by language.
    """

    escalate_from: Probability
    escalate_answered_from: Probability | None = None
    reason: Reason
    route: str | None = Field(default=None, max_length=200)
    note: dict[LanguageCode, Text]

    def least(self, *, answered: bool) -> float:
        """Return the confidence from which a person takes over."""
        surely = self.escalate_answered_from
        return self.escalate_from if surely is None or not answered else surely


class ForbiddenList(Record):
    """Phrases that may not appear once the anger level reaches ``since``; keys of ``phrases`` are languages."""

    since: AngerLevel
    phrases: dict[LanguageCode, tuple[Text, ...]]

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, raw: Any) -> Any:  # noqa: ANN401 - raw YAML
        if isinstance(raw, dict) and "from" in raw:
            return {"since": raw["from"], "phrases": {key: value for key, value in raw.items() if key != "from"}}
        return raw
