import re
from collections.abc import Sequence

import numpy as np
import pytest

from inference.analysis import Analyzer
from inference.types import (
    AngerLevel,
    AngerTarget,
    Author,
    Channel,
    Dialect,
    Message,
    SentimentLabel,
    SignalName,
    TechnicalLevel,
    Trajectory,
    Turn,
)
from models.encoder import Encoded, TokenWeight
from models.outputs import DIALECTS, SIGNAL_NAMES
from tests.inference.builders import FUSION, POLICY


def asked(text: str, name: str) -> int | None:
    """The number that a text asks for: 2 for ``level`` in ``where is it level=2``."""
    found = re.search(rf"{name}=(\d+)", text)
    return int(found.group(1)) if found else None


def likely(count: int, index: int | None, chance: float = 0.9) -> list[float]:
    """Probabilities with one likely class, or all alike."""
    if index is None:
        return [1 / count] * count
    return [chance if place == index else (1 - chance) / (count - 1) for place in range(count)]


class ScriptedEncoder:
    """Answers as a text asks: ``level=2`` makes it angry, ``signal=7`` urgent; an ``x`` weighs for everything."""

    name = "scripted"
    revision = "0"

    def __init__(self, *, dialect: int | None = None, polarity: Sequence[float] = (0.7, 0.2, 0.1)) -> None:
        self._dialect = dialect
        self._polarity = polarity

    def encode(self, texts: Sequence[str]) -> Encoded:
        count = len(texts)
        ranks = np.array([asked(text, "level") or 0 for text in texts], np.int64)

        def rows(values: list[list[float]], width: int) -> np.ndarray:
            return np.array(values, np.float32).reshape(count, width)

        return Encoded(
            vectors=np.eye(count, 384, dtype=np.float32),
            search=np.eye(count, 384, dtype=np.float32)[::-1].copy(),
            sentiment=rows([list(self._polarity)] * count, 3),
            anger=(ranks / 3).astype(np.float32),
            intensity=(ranks / 3).astype(np.float32),
            level=rows([likely(4, int(rank)) for rank in ranks], 4),
            called=ranks,
            margin=np.array([0.1 if "margin=0" in text else 2.0 for text in texts], np.float32),
            target=rows([likely(3, asked(text, "target") or 0) for text in texts], 3),
            signals=rows([self._signals(text) for text in texts], len(SIGNAL_NAMES)),
            dialect=rows([likely(len(DIALECTS), self._dialect)] * count, len(DIALECTS)),
            technical=rows([likely(3, asked(text, "technical") or 0) for text in texts], 3),
            tokens=tuple(self._tokens(text) for text in texts),
        )

    @staticmethod
    def _signals(text: str) -> list[float]:
        return [0.95 if place == asked(text, "signal") else 0.2 for place in range(len(SIGNAL_NAMES))]

    @staticmethod
    def _tokens(text: str) -> tuple[TokenWeight, ...]:
        def weight(start: int) -> float:
            return 2.0 if text[start] == "x" else -0.5

        return tuple(
            TokenWeight(start, start + 1, weight(start), 0.1, (weight(start),) * len(SIGNAL_NAMES))
            for start in range(len(text))
        )


@pytest.fixture(autouse=True)
def fused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.analysis.load_fusion", lambda: FUSION)


@pytest.fixture
def analyzer(fused: None) -> Analyzer:
    return Analyzer(ScriptedEncoder(), POLICY)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("بطاقتي ما وصلت، تعبت من الانتظار level=0", AngerLevel.IRRITATED),
        ("my card never came, I'm fed up level=0", AngerLevel.IRRITATED),
        ("بطاقتي ما وصلت level=0", AngerLevel.CALM),
        ("توفي والدي الأسبوع الماضي وتعبت من الإجراءات level=0", AngerLevel.CALM),
        ("my father died last week and I'm tired of it all level=0", AngerLevel.CALM),
    ],
)
def test_ones_own_frustration_in_words_is_irritation_unless_it_is_grief(
    analyzer: Analyzer, text: str, level: AngerLevel
) -> None:
    (understood,) = analyzer.analyze([Message(text=text)])
    assert understood.analysis.anger.level is level


@pytest.mark.parametrize(("rank", "level"), list(enumerate(AngerLevel)))
def test_the_level_is_the_one_that_the_cuts_call(analyzer: Analyzer, rank: int, level: AngerLevel) -> None:
    (understood,) = analyzer.analyze([Message(text=f"where is it level={rank}")])
    assert understood.analysis.anger.level is level
    assert understood.analysis.anger.intensity == pytest.approx(rank / 3, abs=1e-4)
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


def test_contempt_makes_an_upset_customer_furious_but_a_calm_one_is_left_calm(analyzer: Analyzer) -> None:
    upset, calm = analyzer.analyze([Message(text="you are idiots level=1"), Message(text="you are idiots level=0")])
    assert upset.analysis.has(SignalName.ABUSE)
    assert upset.analysis.anger.level is AngerLevel.FURIOUS
    assert calm.analysis.anger.level is AngerLevel.CALM


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("level=2 target=0", AngerTarget.US),
        ("level=2 target=1", AngerTarget.THIRD_PARTY),
        ("level=1 target=2", AngerTarget.SELF),
        ("level=0 target=1", None),
    ],
)
def test_the_target_is_named_only_where_there_is_anger(
    analyzer: Analyzer, text: str, target: AngerTarget | None
) -> None:
    (understood,) = analyzer.analyze([Message(text=text)])
    assert understood.analysis.anger.target is target


@pytest.mark.parametrize(("index", "level"), list(enumerate(TechnicalLevel)))
def test_the_technical_level_is_the_likeliest(analyzer: Analyzer, index: int, level: TechnicalLevel) -> None:
    (understood,) = analyzer.analyze([Message(text=f"my card technical={index}")])
    assert understood.analysis.technical_level is level


@pytest.mark.parametrize(("index", "name"), list(enumerate(SignalName)))
def test_a_head_alone_finds_a_signal_and_shows_its_words(analyzer: Analyzer, index: int, name: SignalName) -> None:
    text = f"a xx b signal={index} missing nothing"  # words that fraud and despair need
    (understood,) = analyzer.analyze([Message(text=text)])
    (signal,) = understood.analysis.signals
    assert signal.name is name
    assert signal.confidence == pytest.approx(0.95, abs=1e-3)
    assert [span.text for span in signal.evidence] == ["xx"]


def test_a_rule_lifts_what_the_head_doubts_and_names_the_words(analyzer: Analyzer) -> None:
    (understood,) = analyzer.analyze([Message(text="xx my lawyer will sue you")])
    signal = next(signal for signal in understood.analysis.signals if signal.name is SignalName.LEGAL_THREAT)
    assert 0.6 <= signal.confidence < 0.95
    assert all("xx" not in span.text for span in signal.evidence)


def test_the_dialect_joins_head_and_markers_and_needs_arabic() -> None:
    def spoken(text: str, dialect: int | None) -> Dialect | None:
        return Analyzer(ScriptedEncoder(dialect=dialect), POLICY).analyze([Message(text=text)])[0].analysis.dialect

    assert spoken("وين بطاقتي", DIALECTS.index("iraqi")) is Dialect.IRAQI
    assert spoken("وين بطاقتي", None) is None
    assert spoken("عايز اعرف ليه الفلوس اتسحبت مرتين", None) is Dialect.EGYPTIAN
    assert spoken("where is my card", DIALECTS.index("iraqi")) is None


@pytest.mark.parametrize(
    ("text", "polarity", "uncertain"),
    [
        ("where is my card", (0.7, 0.2, 0.1), False),
        ("where is my card margin=0", (0.7, 0.2, 0.1), True),
        ("where is my card", (0.4, 0.35, 0.25), True),
        ("😡😡", (0.7, 0.2, 0.1), True),
    ],
)
def test_doubt_is_said(text: str, polarity: tuple[float, ...], uncertain: bool) -> None:
    (understood,) = Analyzer(ScriptedEncoder(polarity=polarity), POLICY).analyze([Message(text=text)])
    assert understood.analysis.uncertain is uncertain


def test_evidence_names_words_of_the_original_and_only_what_raised_anger(analyzer: Analyzer) -> None:
    text = "a xx b level=2"
    (understood,) = analyzer.analyze([Message(text=text)])
    anger = [item for item in understood.analysis.evidence if item.head == "anger"]
    assert [item.span.text for item in anger] == ["xx"]
    assert text[anger[0].span.start : anger[0].span.end] == "xx"


def test_quoted_history_is_not_the_customer_s_own_and_spans_point_into_the_message(analyzer: Analyzer) -> None:
    quoted = "> level=3 signal=4\n> older words\n"
    text = f"{quoted}my xx card level=1 signal=7"
    (understood,) = analyzer.analyze([Message(text=text, channel=Channel.EMAIL)])
    analysis = understood.analysis
    assert analysis.anger.level is AngerLevel.IRRITATED
    assert [signal.name for signal in analysis.signals] == [SignalName.URGENCY]
    spans = [*analysis.signals[0].evidence, *(item.span for item in analysis.evidence)]
    assert spans
    assert all(span.start >= len(quoted) and text[span.start : span.end] == span.text for span in spans)


@pytest.mark.parametrize(
    ("before", "now", "trajectory"),
    [(0, 3, Trajectory.RISING), (3, 0, Trajectory.FALLING), (2, 2, Trajectory.STEADY), (None, 3, Trajectory.STEADY)],
)
def test_trajectory_follows_the_customer_s_own_turns(
    analyzer: Analyzer, before: int | None, now: int, trajectory: Trajectory
) -> None:
    turns = () if before is None else (Turn(author=Author.CUSTOMER, text=f"level={before}"),)
    history = (*turns, Turn(author=Author.AGENT, text="level=3"))
    (understood,) = analyzer.analyze([Message(text=f"level={now}", history=history)])
    assert understood.analysis.trajectory is trajectory
    course = [(turn.turn, round(3 * turn.intensity)) for turn in understood.analysis.course]
    assert course == [*([] if before is None else [(0, before)]), (None, now)]


def test_a_message_does_not_depend_on_its_neighbours(analyzer: Analyzer) -> None:
    alone = analyzer.analyze([Message(text="وين بطاقتي level=1")])[0].analysis
    turn = Turn(author=Author.CUSTOMER, text="level=3")
    batch = [Message(text="level=3", history=(turn,)), Message(text="وين بطاقتي level=1"), Message(text="")]
    assert analyzer.analyze(batch)[1].analysis == alone


def test_nothing_in_nothing_out(analyzer: Analyzer) -> None:
    assert analyzer.analyze([]) == []
