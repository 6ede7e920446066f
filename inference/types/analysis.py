"""What was understood of a message: language, sentiment, anger, signals."""

from enum import StrEnum

from pydantic import Field

from inference.types.base import LanguageCode, Probability, Record, Score, Span


class Script(StrEnum):
    """The writing system of a message; Arabizi is Arabic in Latin letters and digits."""

    ARABIC = "arabic"
    LATIN = "latin"
    ARABIZI = "arabizi"
    MIXED = "mixed"
    OTHER = "other"


class Dialect(StrEnum):
    """Varieties of Arabic that are told apart."""

    MSA = "msa"
    GULF = "gulf"
    EGYPTIAN = "egyptian"
    LEVANTINE = "levantine"
    MAGHREBI = "maghrebi"
    IRAQI = "iraqi"
    SUDANESE = "sudanese"
    OTHER = "other"


class SentimentLabel(StrEnum):
    """Polarity of a message."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class AngerLevel(StrEnum):
    """Anger on an ordered scale; irritated names one's own frustration, furious holds contempt, threat or rupture."""

    CALM = "calm"
    IRRITATED = "irritated"
    ANGRY = "angry"
    FURIOUS = "furious"

    @property
    def rank(self) -> int:
        """0 for calm to 3 for furious."""
        return tuple(AngerLevel).index(self)


class AngerTarget(StrEnum):
    """Whom the anger is aimed at."""

    US = "us"
    THIRD_PARTY = "third_party"
    SELF = "self"


class SignalName(StrEnum):
    """What a careful agent would notice besides the problem itself."""

    BROKEN_PROMISE = "broken_promise"
    REPEAT_CONTACT = "repeat_contact"
    CHURN_RISK = "churn_risk"
    PUBLIC_THREAT = "public_threat"
    LEGAL_THREAT = "legal_threat"
    REGULATOR_THREAT = "regulator_threat"
    ABUSE = "abuse"
    URGENCY = "urgency"
    FRAUD_OR_THEFT = "fraud_or_theft"
    SELF_HARM = "self_harm"
    QUIET_DISSATISFACTION = "quiet_dissatisfaction"
    CONFUSION = "confusion"
    THANKS = "thanks"


class TechnicalLevel(StrEnum):
    """How much technical language the customer uses."""

    LAYMAN = "layman"
    COMFORTABLE = "comfortable"
    EXPERT = "expert"


class Trajectory(StrEnum):
    """How the customer's tone moves over the conversation."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


class Sentiment(Record):
    """Polarity with its probabilities; ``score`` is P(positive) - P(negative), in [-1, 1]."""

    label: SentimentLabel
    score: Score = Field(ge=-1.0, le=1.0)
    probabilities: dict[SentimentLabel, Probability]


class Anger(Record):
    """Anger: whether it is present, how strong, and at whom."""

    probability: Probability
    intensity: Probability
    level: AngerLevel
    target: AngerTarget | None = None


class Signal(Record):
    """One signal found, with the words that show it."""

    name: SignalName
    confidence: Probability
    evidence: tuple[Span, ...] = ()


class Evidence(Record):
    """A span that moved a head, with its contribution to that head's logit."""

    head: str
    span: Span
    weight: Score


class ToneTurn(Record):
    """How intense one of the customer's turns is, and whether the trajectory counts it (mere courtesy says nothing)."""

    turn: int | None = Field(default=None, ge=0, description="Index into the history; null for the message itself.")
    intensity: Probability
    counted: bool = True


class Analysis(Record):
    """Everything understood of one message."""

    language: LanguageCode
    dialect: Dialect | None = None
    script: Script
    sentiment: Sentiment
    anger: Anger
    signals: tuple[Signal, ...] = ()
    technical_level: TechnicalLevel = TechnicalLevel.LAYMAN
    trajectory: Trajectory = Trajectory.STEADY
    course: tuple[ToneTurn, ...] = Field(default=(), description="The turns behind the trajectory, oldest first.")
    evidence: tuple[Evidence, ...] = ()
    uncertain: bool = False
    model: str
    revision: str

    def has(self, name: SignalName, *, least: float = 0.0) -> bool:
        """Tell whether a signal was found, with a confidence of at least ``least``."""
        return any(signal.name == name and signal.confidence >= least for signal in self.signals)
