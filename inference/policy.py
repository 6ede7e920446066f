"""The tenant's policy: a YAML file with a schema; every phrase, limit and route that is not knowledge stands there."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import yaml
from pydantic import Field, PrivateAttr, ValidationError, model_validator

from inference.language import UNDETERMINED
from inference.types import (
    Analysis,
    AngerLevel,
    Channel,
    LanguageCode,
    Message,
    Probability,
    Reason,
    Record,
    SignalName,
    StepName,
)
from models.errors import ConfigurationError

Text = Annotated[str, Field(min_length=1)]
Manner = Literal["calm", "irritated", "angry", "furious", "worried", "bereaved", "safety"]

PHRASES = frozenset(
    {
        "greet_salam", "greet_named", "greet", "greet_formal_named", "greet_formal",
        *(f"{step}_{level}" for step in ("listen", "empathise", "close") for level in AngerLevel),
        "listen_generic", "history_repeat", "history_promise", "regret_irritated", "regret_angry", "regret_furious",
        "solve_lead_many", "solve_lead_safety", "follow_up_generic", "sign", "thanks", "greeting_only",
        "ask_open", "ask_open_angry", "ask_between", "ask_confirm", "private_invite", "condolence", "ask_bereaved",
    }
)  # fmt: skip
NOTES = frozenset(
    {
        "stale", "due", "unverified", "sent_back", "contradicted",
        "other_language", "out_of_scope", "unsupported_language", "empty", "uncertain",
        "ambiguous", "attachments", "facts", "failed_checks", "possible_signal", "rising", "falling", "bereaved",
        "also_asks",
        *(name.value for name in SignalName if name is not SignalName.THANKS),
    }
)  # fmt: skip


class Scope(Record):
    """How relevant a finding must be, and which resolutions protect money.

    Attributes:
        refuse_below: Relevance under which a message is out of scope.
        name_above: Relevance from which a question back names what was found.
        safety_tags: Tags of resolutions whose first steps protect the customer's money.
        bereavement_tags: Tags of resolutions that say what happens after a death; others are not offered unasked then.
    """

    refuse_below: Probability
    name_above: Probability
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
    """

    speak_of_from: Probability
    protect_from: Probability


class ReviewRules(Record):
    """When agents' rejections send a resolution back to review.

    Attributes:
        rejections: Drafts rejected or edited as incorrect or outdated since the last verification.
        within_days: Span of days in which they count.
    """

    rejections: int = Field(default=2, ge=1, le=1_000)
    within_days: int = Field(default=90, ge=1, le=3_650)


class ChannelRules(Record):
    """Length, formality and formatting of one channel; ``private`` invites the customer to a private channel."""

    max_characters: int = Field(gt=0)
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
    apology: Literal["none", "regret", "own"]


class Escalation(Record):
    """A signal that a person must answer, with the note that tells the agent what to do.

    Attributes:
        escalate_from: Confidence from which no customer text is drafted; a less confident signal gets a note only.
        reason: The draft's reason.
        note: What the agent is told, by language.
    """

    escalate_from: Probability
    reason: Reason
    note: dict[LanguageCode, Text]


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


class Policy(Record):
    """A validated policy; ``revision`` is a hash of its bytes and is named in every draft."""

    version: Literal[1]
    brand: dict[LanguageCode, str]
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    default_language: LanguageCode
    scope: Scope
    anger: AngerRules
    signals: SignalRules
    review: ReviewRules = ReviewRules()
    channels: dict[Channel, ChannelRules]
    tone: dict[Manner, Tone]
    escalations: dict[SignalName, Escalation]
    notes: dict[LanguageCode, dict[str, Text]]
    phrases: dict[LanguageCode, dict[str, Text | Annotated[tuple[Text, ...], Field(min_length=1)]]]
    forbidden: dict[str, ForbiddenList]
    _revision: str = PrivateAttr(default="")

    @property
    def revision(self) -> str:
        """Short hash of the policy file's bytes."""
        return self._revision

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
        for language in self.languages:
            if lacking := sorted(PHRASES - set(self.phrases.get(language, {}))):
                raise ValueError(f"phrases.{language}: add {', '.join(lacking)}")
            if lacking := sorted(NOTES - set(self.notes.get(language, {}))):
                raise ValueError(f"notes.{language}: add {', '.join(lacking)}")
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

    def escalating(self, analysis: Analysis) -> dict[SignalName, Escalation]:
        """The escalations that a message's signals are confident enough for, in the policy's order."""
        return {
            name: escalation
            for name, escalation in self.escalations.items()
            if analysis.has(name, least=escalation.escalate_from)
        }

    def forbidden_at(self, level: AngerLevel) -> tuple[str, ...]:
        """Names of the forbidden lists in force at an anger level."""
        return tuple(name for name, entry in self.forbidden.items() if entry.since.rank <= level.rank)


def load_policy(path: Path | None = None) -> Policy:
    """Read and validate a policy file (the default one when ``path`` is None).

    Raises:
        ConfigurationError: The file is absent, is not YAML or does not fit the schema; names the place at fault.
    """
    source = files("inference.policies") / "default.yaml" if path is None else path
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The policy file {path} cannot be read ({error.strerror}): set RIFQ_POLICY to a readable file."
        ) from error
    try:
        policy = Policy.model_validate(yaml.safe_load(raw))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise ConfigurationError(
            f"The policy file is not valid YAML{where}: {getattr(error, 'problem', error)}."
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigurationError(f"The policy does not fit its schema at {place}: {first['msg']}.") from error
    policy._revision = hashlib.sha256(raw).hexdigest()[:12]
    return policy
