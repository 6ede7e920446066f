"""What our own measures say of a text, and what anybody could say who only counts."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.people.labels import MECHANISMS, Judged
from inference.analysis import Analyzer
from inference.checks import CheckInput
from inference.checks.base import Check
from inference.checks.steps import read_steps
from inference.checks.tone import check_apologies, check_blame, check_forbidden, check_warmth
from inference.complaint import complaint_ground
from inference.plain import plainness
from inference.policy import ComplaintRules, Policy
from inference.types import Analysis, AngerLevel, Channel, Message, StepName, TonePlan

Floats = NDArray[np.float64]

TONE: tuple[Check, ...] = (check_blame, check_forbidden, check_warmth, check_apologies)
"""The checks that find something impolite: blame, a forbidden phrase, coldness, a second or a conditional apology."""
_STEPS = (
    StepName.LISTEN,
    StepName.EMPATHISE,
    StepName.APOLOGISE,
    StepName.EXPLAIN,
    StepName.SOLVE,
    StepName.FOLLOW_UP,
)
_COURTESY = re.compile(r"\b(?:please|thanks?|thank you|من فضل\w*|لو سمحت\w*|شكرا)\b", re.IGNORECASE)
_SYMPATHY = re.compile(r"\b(?:sorry|feel\w*|hope)\b", re.IGNORECASE)
_BATCH = 256


def analyses(analyzer: Analyzer, rows: Sequence[Judged]) -> list[Analysis]:
    """Return what is read in each text, taken as a customer's message."""
    messages = [Message(text=row.text, channel=Channel.SOCIAL_PUBLIC) for row in rows]
    parts = (messages[start : start + _BATCH] for start in range(0, len(messages), _BATCH))
    return [understood.analysis for part in parts for understood in analyzer.analyze(part)]


def mood(read: Sequence[Analysis]) -> Floats:
    """Return the sentiment scores [n], -1 to 1."""
    return np.array([item.sentiment.score for item in read])


def intensity(read: Sequence[Analysis]) -> Floats:
    """Return the intensities of anger [n], 0 to 1."""
    return np.array([item.anger.intensity for item in read])


def level(read: Sequence[Analysis]) -> Floats:
    """Return the levels of anger [n]: 0 calm, 1 irritated, 2 angry, 3 furious."""
    return np.array([float(item.anger.level.rank) for item in read])


def rude_findings(rows: Sequence[Judged], policy: Policy) -> Floats:
    """Count what the checks of tone find impolite in each text [n], read as a reply to an irritated customer."""
    given = [_reply(row, policy) for row in rows]
    return np.array([sum(1 for check in TONE for _ in check(item)) for item in given], dtype=np.float64)


def step_seen(rows: Sequence[Judged], mechanism: str, policy: Policy) -> Floats:
    """Tell of each reply [n] whether the check of steps sees the step that is nearest to a mechanism of empathy."""
    wanted = StepName(MECHANISMS[mechanism])
    taken = (read_steps(_reply(row, policy)) for row in rows)
    return np.array([any(step.name is wanted for step in steps) for steps in taken], dtype=np.float64)


def raised(rows: Sequence[Judged], read: Sequence[Analysis], rules: ComplaintRules) -> Floats:
    """Tell of each message [n] whether it would be registered as a formal complaint."""
    grounds = (complaint_ground(row.text, item, rules) for row, item in zip(rows, read, strict=True))
    return np.array([ground is not None for ground in grounds], dtype=np.float64)


def hardness(rows: Sequence[Judged]) -> Floats:
    """Return the plainness score turned round [n]: more is harder."""
    return np.array([-plainness(row.text, "ar").score for row in rows])


def counted(rows: Sequence[Judged]) -> dict[str, Floats]:
    """Return the simple measures that ours must beat [n each], by name."""
    texts = [row.text for row in rows]
    words = np.array([float(len(text.split())) for text in texts])
    letters = np.array([sum(map(str.isalpha, text)) for text in texts])
    return {
        "more words": words,
        "fewer words": -words,
        "letters a word": letters / np.maximum(words, 1.0),
        "question marks": np.array([float(text.count("?") + text.count("؟")) for text in texts]),
        "exclamation marks": np.array([float(text.count("!")) for text in texts]),
        "please and thanks": np.array([float(len(_COURTESY.findall(text))) for text in texts]),
        "sorry, feel, hope": np.array([float(len(_SYMPATHY.findall(text))) for text in texts]),
    }


def _reply(row: Judged, policy: Policy) -> CheckInput:
    """Return a text as an agent's reply to an irritated customer, with all steps planned and no source."""
    message = Message(text=row.asked or row.text, channel=Channel.CHAT)
    plan = TonePlan(
        steps=_STEPS,
        language="en",
        level=AngerLevel.IRRITATED,
        max_characters=policy.channels[message.channel].max_characters,
        numbered=False,
        apology="regret",
        forbidden=policy.forbidden_at(AngerLevel.IRRITATED),
    )
    return CheckInput(row.text, "en", (), policy, message, plan)
