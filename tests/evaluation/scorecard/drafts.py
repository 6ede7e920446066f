"""Composed drafts to score: an angry customer's card has not come, in Arabic and English."""

from inference.checks import CheckInput
from inference.compose import compose
from inference.policy import load_policy
from inference.types import Analysis, AngerLevel, Draft, Message, SentimentLabel, Status
from tests.inference.builders import ARABIC, ENGLISH, analysis, found, resolution

ASKED = {"ar": "وين بطاقتي؟ أنتظرها وما وصلت، خدمة سيئة", "en": "Where is my card? It still hasn't come, this is bad"}
POLICY = load_policy()


def drafted(language: str, level: AngerLevel = AngerLevel.ANGRY) -> tuple[Message, Analysis, Draft]:
    """Compose a ready draft from the right resolution."""
    message = Message(text=ASKED[language])
    mood = SentimentLabel.NEUTRAL if level is AngerLevel.CALM else SentimentLabel.NEGATIVE
    understood = analysis(message.text, level, mood, language=language)
    hits = found(resolution(ARABIC if language == "ar" else ENGLISH))
    draft = compose(message, understood, hits, POLICY)
    assert draft.status is Status.READY
    return message, understood, draft


def given(message: Message, draft: Draft, text: str | None = None, *, sent: bool = False) -> CheckInput:
    """Return a draft's text, or another in its place, with what backs it."""
    steps = () if sent or text is not None else draft.steps
    words = draft.text if text is None else text
    return CheckInput(words, draft.language, draft.sources, POLICY, message, draft.plan, steps)
