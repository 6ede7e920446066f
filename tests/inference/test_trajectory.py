import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.trajectory import WINDOW, CustomerTurn, direction, earlier_turns, follow
from inference.types import Author, Channel, Message, Trajectory, Turn

R, S, F = Trajectory.RISING, Trajectory.STEADY, Trajectory.FALLING
INTENSITY = st.floats(0, 1, allow_nan=False)


@pytest.mark.parametrize(
    ("intensities", "expected"),
    [
        ([], S),
        ([0.9], S),
        ([0.2, 0.9], R),
        ([0.9, 0.2], F),
        ([0.5, 0.6], S),
        ([0.3, 0.4, 0.5], R),
        ([0.5, 0.4, 0.3], F),
        ([0.3, 0.35, 0.4], S),
        ([0.2, 0.25, 0.3, 0.35, 0.4, 0.45], R),
        ([0.2, 0.2, 0.2, 0.2, 0.2, 0.9], R),
        ([0.9, 0.9, 0.9, 0.9, 0.9, 0.2], F),
        ([0.2, 0.9, 0.9], R),
        # one odd turn
        ([0.2, 0.9, 0.2], S),
        ([0.2, 0.2, 0.9, 0.2], S),
        ([0.8, 0.1, 0.8, 0.8], S),
        ([0.2, 0.2, 0.2, 0.2, 0.9, 0.2], S),
        ([0.2, 0.5, 0.1, 0.8], R),
        ([0.9, 0.7, 1.0, 0.3], F),
        # what is long past
        ([0.9, 0.2, 0.2, 0.2, 0.2, 0.2], S),
        ([0.9] * 20 + [0.2] * 6, S),
        ([0.2] * 49 + [0.9], R),
        ([0.3, 0.34] * 25, S),
    ],
)
def test_the_direction_follows_the_rule(intensities: list[float], expected: Trajectory) -> None:
    assert direction(intensities) is expected


@given(st.lists(INTENSITY, min_size=1, max_size=50))
def test_a_tone_that_only_mounts_never_falls(intensities: list[float]) -> None:
    assert direction(sorted(intensities)) in {R, S}
    assert direction(sorted(intensities, reverse=True)) in {F, S}


@given(INTENSITY, st.integers(4, 50), st.data())
def test_one_odd_turn_before_the_last_changes_nothing(level: float, count: int, data: st.DataObject) -> None:
    values = [level] * count
    values[data.draw(st.integers(0, count - 2))] = data.draw(INTENSITY)
    assert direction(values) is S


def _turns(*texts: str) -> list[CustomerTurn]:
    return [CustomerTurn(index, text) for index, text in enumerate(texts)]


def test_courtesy_between_does_not_count_but_is_shown() -> None:
    course = follow(_turns("where is my card", "ok thanks", "شكرا لكم"), [0.8, 0.05, 0.02, 0.8], "still no card")
    assert course.trajectory is S
    assert [turn.counted for turn in course.turns] == [True, False, False, True]
    assert [turn.intensity for turn in course.turns] == [0.8, 0.05, 0.02, 0.8]
    assert [turn.turn for turn in course.turns] == [0, 1, 2, None]


@pytest.mark.parametrize(
    ("last", "expected"), [("ok", S), ("تمام", S), ("thank you so much", F), ("شكرا جزيلا لكم", F)]
)
def test_a_last_ok_says_nothing_and_last_thanks_do(last: str, expected: Trajectory) -> None:
    assert follow(_turns("no card", "I am furious"), [0.8, 0.8, 0.05], last).trajectory is expected


def test_one_intensity_a_turn() -> None:
    with pytest.raises(ValueError, match="argument"):
        follow(_turns("no card"), [0.5], "still none")


def test_earlier_turns_are_the_customer_s_own_words() -> None:
    quoted = "No.\n\nOn Tue, Jun 3, 2025 at 10:12 AM Acme <support@acme.example> wrote:\n\n> I am furious"
    history = (
        Turn(author=Author.CUSTOMER, text="first"),
        Turn(author=Author.AGENT, text="agent"),
        Turn(author=Author.CUSTOMER, text=" "),
        Turn(author=Author.CUSTOMER, text=quoted),
    )
    message = Message(text="now", channel=Channel.EMAIL, history=history)
    assert earlier_turns(message) == (CustomerTurn(0, "first"), CustomerTurn(3, "No."))
    assert earlier_turns(message, most=1) == (CustomerTurn(3, "No."),)
    assert earlier_turns(message, most=0) == ()


def test_fifty_turns_are_followed() -> None:
    history = tuple(Turn(author=Author.CUSTOMER, text=f"turn {index}") for index in range(50))
    message = Message(text="still no card", history=history)
    assert len(earlier_turns(message)) == WINDOW - 1
    everything = earlier_turns(message, most=50)
    course = follow(everything, [0.2] * 50 + [0.9], message.text)
    assert len(course.turns) == 51
    assert course.trajectory is R
