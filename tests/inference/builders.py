"""Small domain values for the tests of the inference layer."""

from datetime import date
from typing import Any

from inference.fusion import Fusion, parse_fusion
from inference.language import detect, marker_dialect
from inference.policy import Policy, load_policy
from inference.signals import rule_signals
from inference.types import (
    Analysis,
    Anger,
    AngerLevel,
    FollowUp,
    Hit,
    Match,
    MatchKind,
    Resolution,
    SearchResult,
    Sentiment,
    SentimentLabel,
    SignalName,
)

TODAY = date(2026, 11, 21)
POLICY: Policy = load_policy()
FUSED: dict[str, Any] = {
    "signals": {name.value: {"head": 1.0, "rule": 3.0, "bias": 0.0, "cut": 0.6} for name in SignalName},
    "level": {name: {"head": 1.0, "anger": 0.0, "bias": 0.0, "cut": 0.5} for name in ("angry", "furious")},
    "dialect": {"weight": 0.5, "cut": 0.5},
    "uncertain": {"margin": 0.5, "sentiment": 0.45},
}
"""How heads and rules are joined in tests: a rule lifts a head's even chance to 0.95."""
FUSION: Fusion = parse_fusion(FUSED)

ARABIC: dict[str, Any] = {
    "id": "late.ar",
    "problem": "بطاقتي لم تصل",
    "answer": "نرسل البطاقة مع شركة توصيل، وتصل خلال 7 أيام عمل.",
    "short": "تصل البطاقة خلال 7 أيام عمل.",
    "steps": ("افتحوا التطبيق واختاروا «تتبع البطاقة».", "راجعوا عنوانكم المسجل."),
    "restatement": "أن بطاقتكم لم تصل إليكم بعد",
    "empathy": "انتظار البطاقة دون خبر عنها أمر مقلق.",
    "if_unsolved": "إذا لم تصل بعد ذلك فراسلونا من «المساعدة» لنصدر لكم بديلة.",
    "follow_ups": (FollowUp(question="هل أستطيع الشراء الآن؟", answer="نعم، ببطاقة افتراضية."),),
    "language": "ar",
    "tags": ("card",),
    "owner": "Cards team",
    "verified_by": "Cards team",
    "verified_at": date(2026, 11, 1),
    "review_by": date(2027, 5, 1),
}
ENGLISH: dict[str, Any] = {
    **ARABIC,
    "id": "late.en",
    "problem": "My card hasn't arrived",
    "answer": "A courier brings the card, usually within 7 working days.",
    "short": "Cards arrive within 7 working days.",
    "steps": ("Open the app and tap Track Card.", "Check the address on your account."),
    "restatement": "that your card hasn't reached you yet",
    "empathy": "Waiting for a card without any news is worrying.",
    "if_unsolved": "If it still isn't there, message us under Help and we'll send a replacement.",
    "follow_ups": (FollowUp(question="Can I shop now?", answer="Yes, with a virtual card."),),
    "language": "en",
}


def resolution(base: dict[str, Any] | None = None, **changes: Any) -> Resolution:
    """Build a resolution out of the Arabic one (or ``base``)."""
    return Resolution(**{**(base or ARABIC), **changes})


def found(*resolutions: Resolution, relevance: float = 0.9, scores: tuple[float, ...] = ()) -> SearchResult:
    """Build a search result; scores fall by 0.05 unless given."""
    falling = scores or tuple(0.9 - 0.05 * index for index in range(len(resolutions)))
    hits = tuple(
        Hit(
            resolution=item,
            score=score,
            match=Match(kind=MatchKind.PROBLEM, text=item.problem),
            freshness=item.freshness(TODAY),
        )
        for item, score in zip(resolutions, falling, strict=True)
    )
    return SearchResult(hits=hits, relevance=relevance, answerable=relevance >= 0.5, generation="1")


def analysis(
    text: str,
    level: AngerLevel = AngerLevel.CALM,
    sentiment: SentimentLabel = SentimentLabel.NEUTRAL,
    **changes: Any,
) -> Analysis:
    """Build the analysis of a text with a given anger level and sentiment; the rest is detected."""
    detected = detect(text)
    probabilities = {label: 0.8 if label is sentiment else 0.1 for label in SentimentLabel}
    score = probabilities[SentimentLabel.POSITIVE] - probabilities[SentimentLabel.NEGATIVE]
    values: dict[str, Any] = {
        "language": detected.language,
        "dialect": marker_dialect(text),
        "script": detected.script,
        "sentiment": Sentiment(label=sentiment, score=score, probabilities=probabilities),
        "anger": Anger(probability=0.5, intensity=0.5, level=level),
        "signals": rule_signals(text),
        "model": "test",
        "revision": "0",
    }
    return Analysis(**{**values, **changes})
