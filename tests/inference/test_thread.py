import importlib
import re
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference import mail_marks
from inference.lexicons import load_lexicon
from inference.text import fold_pattern
from inference.thread import OwnText, Removal, own_text
from inference.types import MAX_TEXT, Channel
from tests.inference.thread_cases import GMAIL_AR, GMAIL_EN, KEPT, LEGAL_EN, OLD_AR, OUTLOOK_EN, QUOTE_EN, REMOVED

# There is no public way to look into an expression.
_constants, _parser = (importlib.import_module(name) for name in ("re._constants", "re._parser"))

EXPORT = (
    "[12/03/2025, 10:11] Acme: your card is on its way\n[12/03/2025, 10:12] Sara: ok\nand when?\n"
    "[12/03/2025, 10:13] Acme: soon"
)


def _consistent(own: OwnText) -> bool:
    """Kept and removed stretches tile the original, but for white space at the edges of the own words."""
    covered = {index for piece in own.removed for index in range(piece.span.start, piece.span.end)}
    positions = [own.span(index, index + 1).start for index in range(len(own.text))]
    rest = set(range(len(own.original))) - covered - set(positions)
    return (
        "".join(own.original[position] for position in positions) == own.text
        and positions == sorted(positions)
        and covered.isdisjoint(positions)
        and not "".join(own.original[index] for index in rest).strip()
        and all(own.original[piece.span.start : piece.span.end] == piece.span.text for piece in own.removed)
    )


@pytest.mark.parametrize(("text", "words"), [case[1:] for case in REMOVED], ids=[case[0] for case in REMOVED])
def test_only_the_customer_s_words_stay(text: str, words: str) -> None:
    own = own_text(text, Channel.EMAIL)
    assert own.text == words
    assert own.original == text
    assert own.removed
    assert _consistent(own)


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.CHAT])
@pytest.mark.parametrize("text", [case[1] for case in KEPT], ids=[case[0] for case in KEPT])
def test_what_only_looks_like_a_mail_stays_whole(text: str, channel: Channel) -> None:
    own = own_text(text, channel)
    assert own.text == text
    assert own.removed == ()


def test_each_removal_says_why() -> None:
    text = f"Late again.\n\nBest regards,\nSara Ali\n\n{LEGAL_EN}\n\n{OUTLOOK_EN}\n\n{OLD_AR}"
    reasons = [piece.reason for piece in own_text(text, Channel.EMAIL).removed]
    assert reasons == [Removal.SIGNATURE, Removal.DISCLAIMER, Removal.FORWARDED_HEADER, Removal.QUOTED_HISTORY]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{GMAIL_EN}\n\n{QUOTE_EN}", f"{GMAIL_EN}\n\n{QUOTE_EN}"),
        (f"{GMAIL_AR}\n\n{OLD_AR}", f"{GMAIL_AR}\n\n{OLD_AR}"),
        (f"---------- Forwarded message ---------\n{OUTLOOK_EN}\n\n{OLD_AR}", OLD_AR),
        (f"{OUTLOOK_EN}\n\n{OLD_AR}", OLD_AR),
        (EXPORT, EXPORT),
        ("Sent from my iPhone", "Sent from my iPhone"),
        (LEGAL_EN, LEGAL_EN),
        ("##- Please type your reply above this line -##", "##- Please type your reply above this line -##"),
        ("-- \nSara", "-- \nSara"),
        ("", ""),
        (" \n ", " \n "),
    ],
)
def test_a_message_that_carries_nothing_else_keeps_its_text(text: str, words: str) -> None:
    assert own_text(text, Channel.EMAIL).text == words


@pytest.mark.parametrize("channel", [Channel.WHATSAPP, Channel.EMAIL])
@pytest.mark.parametrize(
    "pasted",
    [
        EXPORT,
        "[10:11 AM, 3/12/2025] Acme: your card is on its way",
        "[١٢/٠٣/٢٠٢٥، ١٠:١١ ص] أكمي: بطاقتكم في الطريق",
        "12/03/2025, 10:11 - Acme: on its way\n12/03/2025, 10:12 - Sara: ok\n12/03/2025, 10:13 - Acme: soon",
        "Acme, [12.03.25 10:11]\nyour card is on its way",
    ],
)
def test_a_pasted_conversation_is_set_aside(pasted: str, channel: Channel) -> None:
    own = own_text(f"Look what you told me:\n{pasted}\n\nand where is it?", channel)
    assert own.text == "Look what you told me:\nand where is it?"
    assert [piece.reason for piece in own.removed] == [Removal.QUOTED_HISTORY]


@pytest.mark.parametrize(
    "text", ["> one\n> two\nthree", "Bad.\n--\nSara", "Bad.\n\nRegards,\nSara Ali\nTel: 0501234567"]
)
def test_signs_that_people_type_in_a_chat_count_in_email_only(text: str) -> None:
    assert own_text(text, Channel.CHAT).text == text
    assert own_text(text, Channel.EMAIL).text != text


def test_unmistakable_history_goes_in_every_channel() -> None:
    assert own_text(f"No card.\n\n{GMAIL_EN}\n\n{QUOTE_EN}", Channel.CHAT).text == "No card."
    assert own_text(f"No card.\n\n{OUTLOOK_EN}\n\n{OLD_AR}", Channel.CHAT).text == "No card."


def test_spans_lead_back_into_the_original() -> None:
    own = own_text(f"{GMAIL_EN}\n> when?\nOn Sunday.\n> how?\nI am furious", Channel.EMAIL)
    start = own.text.index("furious")
    span = own.span(start, start + len("furious"))
    assert own.original[span.start : span.end] == span.text == "furious"


@given(
    st.lists(
        st.sampled_from(
            [*GMAIL_EN.split(), *OUTLOOK_EN.split("\n"), "> a", "--", "Regards,", "", "\u202b", " ", "🙂", "x", "\r"]
        )
        | st.text(max_size=20),
        max_size=30,
    ),
    st.sampled_from(Channel),
)
def test_any_text_is_survived_and_never_emptied(lines: list[str], channel: Channel) -> None:
    text = "\n".join(lines)
    own = own_text(text, channel)
    assert _consistent(own)
    assert bool(own.text.strip()) == bool(text.strip())


ADVERSARIAL = [
    "On 2025 10:12 ",
    "On 1\n",
    ">",
    "> a\n",
    "\n",
    "-",
    "_" * 40 + "\n",
    "From: a@b.c\n",
    "From: a\nTo: b\n",
    "[12/03/2025, 10:11] ",
    "12/03/2025, 10:11 - a: b\n",
    "a@",
    "<a@b",
    "1 ",
    "A ",
    "Sara\nRegards,\n",
    "--\n",
    "this e-mail is ",
    "هذه الرسالة ",
    "في 1 كتب ",
    "sent from my iphone ",
]


@pytest.mark.parametrize("unit", ADVERSARIAL)
def test_work_grows_with_the_length_only(unit: str) -> None:
    def steps(length: int) -> int:
        count = 0

        def tick(frame: FrameType, event: str, argument: Any) -> None:
            nonlocal count
            count += 1

        text = (unit * length)[:length]
        previous = sys.getprofile()
        sys.setprofile(tick)
        try:
            own_text(text, Channel.EMAIL)
        finally:
            sys.setprofile(previous)
        return count

    steps(100)  # expressions are compiled once
    assert steps(MAX_TEXT // 2) <= 2.2 * steps(MAX_TEXT // 4) + 200


def _expressions(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield fold_pattern(node)
    else:
        for item in node.values() if isinstance(node, dict) else node:
            yield from _expressions(item)


def _repeats_in_repeats(parsed: Any, outer: int = 1) -> bool:
    """Whether an open repeat stands within any repeat, or any within an open one: what makes matching explode."""
    for operation, argument in parsed:
        inner = outer
        if operation in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            most = int(argument[1])
            if most > 1 and outer > 1 and _constants.MAXREPEAT in {most, outer}:
                return True
            inner = max(outer, most)
        parts = argument if isinstance(argument, (tuple, list)) else [argument]
        for part in [sub for item in parts for sub in (item if isinstance(item, list) else [item])]:
            if isinstance(part, _parser.SubPattern) and _repeats_in_repeats(part, inner):
                return True
    return False


def test_no_expression_can_explode() -> None:
    own = [value.pattern for value in vars(mail_marks).values() if isinstance(value, re.Pattern)]
    expressions = [*_expressions(load_lexicon("mail")), mail_marks._device().pattern, *own]
    assert len(expressions) > 100
    assert [item for item in expressions if _repeats_in_repeats(_parser.parse(item))] == []
    assert _repeats_in_repeats(_parser.parse("(?:a|b+)*c"))
    assert _repeats_in_repeats(_parser.parse("(?:(a+)b?){0,9}"))
