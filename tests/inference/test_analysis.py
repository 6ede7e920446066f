from collections.abc import Sequence

import numpy as np
import pytest

from inference.analysis import Analyzer
from inference.types import AngerLevel, AngerTarget, Author, Message, SentimentLabel, Trajectory, Turn
from models.encoder import Encoded, TokenWeight
from tests.inference.builders import POLICY


class ScriptedEncoder:
    """Returns the level that a text asks for: ``level=2`` in a text makes it angry."""

    name = "scripted"
    revision = "0"

    def encode(self, texts: Sequence[str]) -> Encoded:
        count = len(texts)
        ranks = [int(text[text.index("level=") + 6]) if "level=" in text else 0 for text in texts]
        level = np.full((count, 4), 0.1, dtype=np.float32)
        for row, rank in enumerate(ranks):
            level[row, rank] = 0.7
        return Encoded(
            vectors=np.eye(count, 384, dtype=np.float32),
            sentiment=np.tile(np.array([0.7, 0.2, 0.1], dtype=np.float32), (count, 1)),
            anger=np.array([rank / 3 for rank in ranks], dtype=np.float32),
            intensity=np.array([rank / 3 for rank in ranks], dtype=np.float32),
            level=level,
            tokens=tuple(self._tokens(text) for text in texts),
        )

    @staticmethod
    def _tokens(text: str) -> tuple[TokenWeight, ...]:
        return tuple(
            TokenWeight(start=start, end=start + 1, anger=2.0 if text[start] == "x" else -0.5, sentiment=0.1)
            for start in range(len(text))
        )


ANALYZER = Analyzer(ScriptedEncoder(), POLICY)


@pytest.mark.parametrize(("rank", "level"), list(enumerate(AngerLevel)))
def test_the_level_is_the_ordinal_median(rank: int, level: AngerLevel) -> None:
    (understood,) = ANALYZER.analyze([Message(text=f"where is it level={rank}")])
    assert understood.analysis.anger.level is level
    assert understood.analysis.sentiment.label is SentimentLabel.NEGATIVE
    assert understood.analysis.sentiment.score == pytest.approx(-0.6)
    assert understood.vector.shape == (384,)


def test_courtesy_alone_is_calm_whatever_the_head_says() -> None:
    encoder = ScriptedEncoder()
    encoder.encode = lambda texts: ScriptedEncoder().encode(["level=2"] * len(texts))  # type: ignore[method-assign]
    thanks, complaint = Analyzer(encoder, POLICY).analyze(
        [Message(text="شكرا جزيلا لكم"), Message(text="thanks, idle lot")]
    )
    assert thanks.analysis.anger.level is AngerLevel.CALM
    assert complaint.analysis.anger.level is AngerLevel.ANGRY


def test_contempt_makes_furious_and_a_broken_promise_at_least_irritated() -> None:
    insult, promise = ANALYZER.analyze([Message(text="you are idiots"), Message(text="I was promised a call")])
    assert insult.analysis.anger.level is AngerLevel.FURIOUS
    assert promise.analysis.anger.level is AngerLevel.IRRITATED


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("you lost my card level=2", AngerTarget.US),
        ("they stole my phone, curse the thief level=2", AngerTarget.THIRD_PARTY),
        ("it is my own fault level=1", AngerTarget.SELF),
        ("my phone was stolen level=0", None),
    ],
)
def test_the_target_of_anger(text: str, target: AngerTarget | None) -> None:
    (understood,) = ANALYZER.analyze([Message(text=text)])
    assert understood.analysis.anger.target is target


def test_evidence_names_words_of_the_original_and_only_what_raised_anger() -> None:
    text = "a xx b level=2"
    (understood,) = ANALYZER.analyze([Message(text=text)])
    anger = [item for item in understood.analysis.evidence if item.head == "anger"]
    assert [item.span.text for item in anger] == ["xx"]
    assert text[anger[0].span.start : anger[0].span.end] == "xx"


@pytest.mark.parametrize(
    ("before", "now", "trajectory"),
    [(0, 3, Trajectory.RISING), (3, 0, Trajectory.FALLING), (2, 2, Trajectory.STEADY), (None, 3, Trajectory.STEADY)],
)
def test_trajectory_follows_the_customer_s_own_turns(before: int | None, now: int, trajectory: Trajectory) -> None:
    turns = () if before is None else (Turn(author=Author.CUSTOMER, text=f"level={before}"),)
    history = (*turns, Turn(author=Author.AGENT, text="level=3"))
    (understood,) = ANALYZER.analyze([Message(text=f"level={now}", history=history)])
    assert understood.analysis.trajectory is trajectory


def test_a_message_does_not_depend_on_its_neighbours() -> None:
    alone = ANALYZER.analyze([Message(text="وين بطاقتي level=1")])[0].analysis
    turn = Turn(author=Author.CUSTOMER, text="level=3")
    batch = [Message(text="level=3", history=(turn,)), Message(text="وين بطاقتي level=1"), Message(text="")]
    assert ANALYZER.analyze(batch)[1].analysis == alone


def test_nothing_in_nothing_out() -> None:
    assert ANALYZER.analyze([]) == []
