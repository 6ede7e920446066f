"""The learned tagger: what it reads of a word, how tags become names, and names that no list holds."""

from itertools import pairwise

import numpy as np
import pytest

from inference.personal import Kind, find
from inference.personal.found import Candidate
from inference.personal.nameness import listed, words
from inference.personal.people import people
from inference.personal.tagger import BUCKETS, FLAGS, REACH, RULES, TAGS, WIDTH, buckets, flags, tag, weights, window
from inference.text import fold


def named(text: str) -> list[str]:
    return [text[item.start : item.end] for item in find(text) if item.kind is Kind.NAME]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Thandokazi Mbuyisa and my parcel is lost", "Thandokazi Mbuyisa"),
        ("Regards,\nEzinwanne Obikwelu", "Ezinwanne Obikwelu"),
        ("the parcel was signed for by Yevheniya Shcherbak", "Yevheniya Shcherbak"),
        ("i spoke with ignatzio yesterday", "ignatzio"),
        ("اسمي زعفران الكمشيري ورقمي تحت", "زعفران الكمشيري"),
        ("حكيت مع صبية اسمها تشيارا", "تشيارا"),
    ],
)
def test_a_name_of_no_list_is_found(text: str, name: str) -> None:
    assert not any(listed(fold(word).text) for word in name.split())
    assert named(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "I hope this gets fixed soon",
        "Will you refund me in May or June?",
        "the rose one and the amber one are sold out",
        "عندي أمل تحلون الموضوع اليوم",
        "أنا سعيد جدا بالخدمة",
        "النور قطع عندنا من الصبح",
        "DOB: 12/3",
        "PNR KX7P2M",
    ],
)
def test_words_that_are_names_elsewhere_stay(text: str) -> None:
    assert named(text) == []


def test_only_a_common_word_has_a_bucket_of_its_own() -> None:
    assert all(0 <= place < BUCKETS for place in buckets("refund"))
    # Sequences of 2, 3 and 4 signs of "<refund>", and the word itself.
    assert len(buckets("refund")) == 7 + 6 + 5 + 1
    assert len(buckets("thandokazi")) == 11 + 10 + 9


def test_the_weights_fit_together() -> None:
    learned = weights()
    assert learned.grams.shape == (BUCKETS, WIDTH)
    assert learned.hidden.shape == ((2 * REACH + 1) * (WIDTH + FLAGS), len(learned.hidden_bias))
    assert learned.out.shape == (len(learned.hidden_bias), len(TAGS))


def test_a_window_holds_the_neighbours_and_nothing_beyond_the_ends() -> None:
    read = window(np.arange(1, 6, dtype=np.float32)[:, None])
    assert read.shape == (5, 2 * REACH + 1)
    assert read[0].tolist() == [0, 0, 0, 1, 2, 3, 4]
    assert read[4].tolist() == [2, 3, 4, 5, 0, 0, 0]


def test_flags_tell_where_a_rule_sees_a_name() -> None:
    folded = fold("call Zofia Kot now")
    found = words(folded)
    seen = flags(folded, found, [Candidate(Kind.NAME, 5, 14, 0.86, "name_title")])
    assert seen.shape == (4, FLAGS)
    assert seen[:, RULES].tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def _shares(*tags: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array([[0.91 if other == name else 0.03 for other in TAGS] for name in tags], np.float32)


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("call Zofia Kot now", ("outside", "begin", "inside", "outside"), [(1, 3, False)]),
        ("call Zofia, Kot now", ("outside", "begin", "inside", "outside"), [(1, 2, False), (2, 3, False)]),
        ("call Zofia Kot now", ("outside", "begin", "begin", "outside"), [(1, 2, False), (2, 3, False)]),
        ("حولت لتشيارا امس", ("outside", "behind", "outside"), [(1, 2, True)]),
        ("حجز تشيارا ولوكيان امس", ("outside", "begin", "inside", "outside"), [(1, 2, False), (2, 3, True)]),
        ("اتصلت ليلى امس", ("outside", "behind", "outside"), [(1, 2, False)]),
    ],
)
def test_tags_become_names(text: str, tags: tuple[str, ...], expected: list[tuple[int, int, bool]]) -> None:
    folded = fold(text)
    found = words(folded)
    bound = ["," not in folded.text[word.end : word.end + 1] for word in found]
    marked = tag(_shares(*tags), found, bound, 0.6)
    assert [(item.first, item.last, item.behind) for item in marked] == expected


def test_names_do_not_overlap() -> None:
    found = sorted((item.start, item.end) for item in people(fold("Dear Mr Olumide Bakare-Jones, Dr. Ana de la Cruz")))
    assert found
    assert all(end <= start for (_, end), (start, _) in pairwise(found))
