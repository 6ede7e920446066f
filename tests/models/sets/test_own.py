import bz2
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.outputs import SIGNAL_NAMES, TARGETS, TECHNICAL_LEVELS
from models.sets.inspect import (
    keyword_accuracy,
    near_duplicates,
    openings,
    pairs_in_order,
    shared_words,
    surface_features,
    surface_ranking,
)
from models.sets.own import (
    CORPUS,
    NOT_ANSWERED,
    OWN_DATA,
    bank_messages,
    bank_questions,
    bank_stories,
    read_corpus,
    support_messages,
    support_signals,
    support_titles,
)
from models.sets.rows import ANGRY, CALM, FURIOUS, IRRITATED, LEVELS, SENTIMENTS, Row, text_key

_VARIETIES = {"msa", "gulf", "egyptian", "levantine", "maghrebi", "iraqi", "sudanese"}
_VARIETIES |= {"arabizi", "code_switched", "english", "english_resident"}
_REGIONS = {None, "moroccan", "algerian", "tunisian", "egyptian", "levantine", "gulf", "iraqi", "yemeni"}
_SPLITS = {"train", "dev", "test"}
_LABELS = "level target sentiment technical_level signals"
_FIELDS = {
    "support_messages": f"id problem variety region {_LABELS} text split",
    "support_signals": f"id block positive variety region {_LABELS} text span split",
}
_ID = {"support_messages": r"sm-\d{5}", "support_signals": r"ss-\d{4,5}"}
_POSITIVES = 60
_NEAR = 0.6
_CHANCE_BAND = 0.60

Line = dict[str, Any]
CORPORA = pytest.mark.parametrize("name", sorted(_FIELDS))


def _lines(name: str) -> list[Line]:
    return list(read_corpus(OWN_DATA / name))


@pytest.fixture(scope="module")
def corpora() -> dict[str, list[Line]]:
    return {name: _lines(name) for name in _FIELDS}


@pytest.fixture(scope="module")
def messages() -> list[Row]:
    return list(support_messages(OWN_DATA / "support_messages"))


@CORPORA
def test_every_line_follows_the_schema(corpora: dict[str, list[Line]], name: str) -> None:
    for line in corpora[name]:
        assert list(line) == _FIELDS[name].split(), line["id"]
        assert re.fullmatch(_ID[name], line["id"])
        assert line["variety"] in _VARIETIES, line["id"]
        assert line["region"] in _REGIONS, line["id"]
        assert line["level"] in LEVELS, line["id"]
        assert line["target"] in {None, *TARGETS}, line["id"]
        assert line["sentiment"] in SENTIMENTS, line["id"]
        assert line["level"] == "calm" or line["sentiment"] == "negative", line["id"]
        assert line["split"] in _SPLITS, line["id"]


@CORPORA
def test_signals_and_technical_level_are_known_or_null_together(corpora: dict[str, list[Line]], name: str) -> None:
    for line in corpora[name]:
        if line["signals"] is None:
            assert name == "support_messages", line["id"]
            assert line["technical_level"] is None, line["id"]
            assert line["split"] != "test", line["id"]
        else:
            assert set(line["signals"]) <= set(SIGNAL_NAMES), line["id"]
            assert len(line["signals"]) == len(set(line["signals"])), line["id"]
            assert line["technical_level"] in TECHNICAL_LEVELS, line["id"]


@CORPORA
def test_no_id_and_no_text_stands_twice(corpora: dict[str, list[Line]], name: str) -> None:
    for field in ("id", "text"):
        repeated = [value for value, count in Counter(line[field] for line in corpora[name]).items() if count > 1]
        assert not repeated


@CORPORA
def test_texts_are_as_typed_on_a_phone(corpora: dict[str, list[Line]], name: str) -> None:
    typographic_or_invisible = re.compile("[“”„«»‘’‚‹›\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
    for line in corpora[name]:
        assert line["text"].strip() == line["text"] != "", line["id"]
        assert not typographic_or_invisible.search(line["text"]), line["id"]


def test_each_problem_lies_in_one_split(corpora: dict[str, list[Line]]) -> None:
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for line in corpora["support_messages"]:
        splits[line["problem"]].add(line["split"])
    assert [problem for problem, found in splits.items() if len(found) > 1] == []


def test_every_group_that_measures_holds_all_four_levels(corpora: dict[str, list[Line]]) -> None:
    # Train groups may have lost a wording whose length or marks gave its level away.
    groups: defaultdict[tuple[str, str, str, str | None], set[str]] = defaultdict(set)
    for line in corpora["support_messages"]:
        groups[line["split"], line["problem"], line["variety"], line["region"]].add(line["level"])
    assert [group for group, found in groups.items() if group[0] != "train" and found != set(LEVELS)] == []
    assert [group for group, found in groups.items() if len(found) < 2] == []


def test_a_near_miss_lacks_its_signal_and_a_positive_has_it(corpora: dict[str, list[Line]]) -> None:
    for line in corpora["support_signals"]:
        assert (line["block"] in line["signals"]) is line["positive"], line["id"]
    blocks = {(line["block"], line["positive"], line["split"]) for line in corpora["support_signals"]}
    assert blocks == {
        (name, positive, split) for name in SIGNAL_NAMES for positive in (True, False) for split in _SPLITS
    }


def test_spans_mark_words_of_positives(corpora: dict[str, list[Line]]) -> None:
    for line in corpora["support_signals"]:
        if not line["positive"]:
            assert line["span"] is None, line["id"]
            continue
        start, end = line["span"]
        assert 0 <= start < end <= len(line["text"]), line["id"]
        marked = line["text"][start:end]
        assert marked == marked.strip() != "", line["id"]


def test_every_signal_has_enough_positives_to_be_measured(corpora: dict[str, list[Line]]) -> None:
    held = [line for line in corpora["support_signals"] if line["split"] != "train"]
    found = Counter((signal, line["variety"].startswith("english")) for line in held for signal in line["signals"])
    few = {(name, english): found[name, english] for name in SIGNAL_NAMES for english in (False, True)}
    assert {key: count for key, count in few.items() if count < _POSITIVES} == {}


def test_no_two_texts_are_near_duplicates(corpora: dict[str, list[Line]]) -> None:
    lines = [line for name in _FIELDS for line in corpora[name]]
    near = near_duplicates([line["text"] for line in lines], floor=_NEAR)
    assert [(score, lines[one]["id"], lines[other]["id"]) for score, one, other in near] == []


def test_the_probe_of_despair_is_apart_from_what_is_learned(corpora: dict[str, list[Line]]) -> None:
    probe = list(read_corpus(OWN_DATA / "despair_probe"))
    assert Counter((line["split"], line["danger"], line["hint"]) for line in probe) == {
        ("dev", True, False): 30,
        ("dev", True, True): 50,
        ("dev", False, False): 50,
        ("test", True, False): 20,
        ("test", True, True): 50,
        ("test", False, False): 80,
    }
    assert len({line["id"] for line in probe}) == len({line["text"] for line in probe}) == len(probe)
    texts = [line["text"] for lines in (probe, *corpora.values()) for line in lines]
    near = near_duplicates(texts, floor=_NEAR)
    assert [(score, texts[one]) for score, one, other in near if one < len(probe)] == []


def test_sources_stand_with_what_they_bear_out_and_what_they_do_not() -> None:
    lines = list(read_corpus(OWN_DATA / "borne_out"))
    assert Counter(line["language"] for line in lines) == {"en": 390, "ar": 360}
    assert len({line["id"] for line in lines}) == len({line["source"] for line in lines}) == len(lines)
    for line in lines:
        said = [*line["ok"], *(sentence for _, sentence in line["bad"])]
        assert (len(line["ok"]), len(line["bad"])) == (4, 6)
        assert len(set(said)) == len(said)


def test_length_and_marks_do_not_tell_the_level(messages: list[Row]) -> None:
    assert surface_ranking(messages) <= _CHANCE_BAND


def test_loaders_keep_the_labels(tmp_path: Path) -> None:
    shared = {"region": "moroccan", "sentiment": "negative", "technical_level": "layman", "variety": "maghrebi"}
    graded = {**shared, "problem": "p", "level": "angry", "target": "us", "signals": ["abuse"], "split": "dev"}
    blocked = {**graded, "block": "abuse", "positive": True, "span": [0, 5], "level": "calm", "sentiment": "neutral"}
    for text, line, load in (("مهزلة!", graded, support_messages), ("حمقى انتم", blocked, support_signals)):
        (tmp_path / CORPUS).write_bytes(bz2.compress(json.dumps({**line, "text": text}).encode()))
        (row,) = load(tmp_path)
        assert (row.text, row.split, row.language, row.signals) == (text, "dev", "ar", frozenset({"abuse"}))
        assert (row.variety, row.region, row.technical) == ("maghrebi", "moroccan", "layman")
        if load is support_messages:
            assert (row.level, row.anger, row.target) == (ANGRY, 1, "us")
            assert (row.problem, row.group) == ("p", "p/maghrebi/moroccan")
        else:
            # Whom a calm message is about is not whom anger is aimed at.
            assert (row.level, row.anger, row.target, row.span) == (CALM, 0, None, (0, 5))


def _graded(level: int, group: str = "g", text: str = "text") -> Row:
    return Row(text, "support_messages", "test", "en", level=level, group=group)


def test_pairs_in_order_compares_levels_within_a_group() -> None:
    rows = [_graded(CALM), _graded(FURIOUS), _graded(IRRITATED), _graded(IRRITATED), _graded(ANGRY, "alone")]
    assert pairs_in_order(rows, [0, 3, 1, 2, -9]) == 1
    assert pairs_in_order(rows, [3, 0, 2, 1, 9]) == 0
    assert pairs_in_order(rows, [1, 1, 1, 1, 1]) == 0.5
    assert pairs_in_order(rows, [0, 1, 1, 2, 0]) == pytest.approx((1 + 1 + 1 + 0.5 + 0) / 5)
    assert pairs_in_order(rows[-1:], [1]) != pairs_in_order(rows[-1:], [1])


def test_near_duplicates_share_most_character_runs() -> None:
    texts = ["where is my parcel", "no", "where is my parcel?", "the app does not open", "no", "where are my keys"]
    assert near_duplicates(texts, floor=0.6) == [(1.0, 1, 4), (pytest.approx(14 / 15), 0, 2)]


def test_near_duplicates_are_found_across_blocks() -> None:
    texts = [f"{number:05}" for number in range(1200)]
    assert near_duplicates([*texts, "00003"], floor=0.5) == [(1.0, 3, 1200)]


def test_shared_words_look_at_other_problems_only() -> None:
    texts = ["my card was declined at the shop", "MY CARD was declined at noon", "a b c d e f", "a b c d e g", "short"]
    assert shared_words(texts, ["p", "q", "r", "r", "s"]) == pytest.approx(2 / 5)


def test_openings_are_counted_by_two_words() -> None:
    assert openings(["my card is lost", "my card", "hello there"], top=1) == {"my card": 2}


def test_surface_features_see_length_and_marks() -> None:
    assert surface_features("AB cd, 12!\n؟") == [12, 4, 1, 1, 0, 1, 0, 2 / 12, 1, 2, 1, 3]


def test_keywords_that_give_the_level_away_are_found() -> None:
    words = ("question", "tired", "blame", "lawyer")
    rows = [
        Row(f"{word} {filler}", "support_messages", split, "en", level=level)
        for level, word in enumerate(words)
        for split in ("train", "test")
        for filler in ("one", "two", "three")
    ]
    assert keyword_accuracy(rows) == 1
    blurred = [Row(row.text.split()[1], row.source, row.split, "en", level=row.level) for row in rows]
    assert keyword_accuracy(blurred) == 0.25


def test_bank_messages_name_the_resolutions_that_answer_them() -> None:
    rows = list(bank_messages(OWN_DATA / "bank_messages"))
    corpus = {row.text: row for row in support_messages(OWN_DATA / "support_messages")}
    known = {path.stem for path in (Path(__file__).parents[3] / "retrieval" / "sample").glob("*.yaml")}

    assert all((corpus[row.text].problem or "").startswith("banking-") for row in rows)
    assert Counter(row.split for row in rows) == {"dev": 417, "test": 460}
    splits = defaultdict(set)
    for row in rows:
        splits[row.problem].add(row.split)
    assert all(len(parts) == 1 for parts in splits.values()), "split by problem"
    for row in rows:
        right = set() if row.intent == NOT_ANSWERED else set((row.intent or "").split("|"))
        near = set(filter(None, (row.near or "").split("|")))
        assert right | near <= known
        assert not right & near
        assert row.told or not right, "nobody can answer what is not said"


def test_every_intent_of_the_sample_has_35_stories_and_every_problem_four_titles() -> None:
    known = {path.stem for path in (Path(__file__).parents[3] / "retrieval" / "sample").glob("*.yaml")}
    # The latest problems wait for the next encoder, and for titles.
    titled = (line for line in read_corpus(OWN_DATA / "support_messages") if line["id"] <= "sm-08305")
    problems = {line["problem"] for line in titled}
    stories, titles = list(bank_stories(OWN_DATA / "bank_stories")), list(support_titles())

    for split, count in (("train", 10), ("dev", 5), ("test", 20)):
        assert Counter(row.intent for row in stories if row.split == split) == dict.fromkeys(known, count)
    assert Counter(problem for problem, _ in titles) == dict.fromkeys(problems, 4)
    for texts in ([row.text for row in stories], [text for _, text in titles]):
        assert len(set(texts)) == len(texts)


def test_dialect_questions_are_spread_over_matters_and_varieties_and_stand_nowhere_else() -> None:
    sample = Path(__file__).parents[3] / "retrieval" / "sample"
    known = {path.stem for path in sample.glob("*.yaml")}
    rows = list(bank_questions(OWN_DATA / "bank_questions"))

    for split, least in (("train", 7), ("dev", 1), ("test", 1)):
        counts = Counter((row.intent, row.variety) for row in rows if row.split == split)
        assert {intent for intent, _ in counts} == known
        assert len(counts) == len(known) * 9
        assert min(counts.values()) >= least
    keys = [text_key(row.text) for row in rows]
    assert len(set(keys)) == len(keys)
    others = (*bank_messages(OWN_DATA / "bank_messages"), *bank_stories(OWN_DATA / "bank_stories"))
    assert not set(keys) & {text_key(row.text) for row in others}
    cases = {text_key(text) for path in sample.glob("*.yaml") for text in _cases(path)}
    assert not set(keys) & cases


def _cases(path: Path) -> list[str]:
    page = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [text for language in ("ar", "en") for text in (page[language]["problem"], *page[language]["cases"])]


def test_stories_are_no_bank_messages_and_not_shown_by_the_sample() -> None:
    rows = list(bank_stories(OWN_DATA / "bank_stories"))
    stories = {text_key(row.text) for row in rows}

    assert not stories & {text_key(row.text) for row in bank_messages(OWN_DATA / "bank_messages")}
    for path in (Path(__file__).parents[3] / "retrieval" / "sample").glob("*.yaml"):
        page = path.read_text(encoding="utf-8")
        assert not any(row.text in page for row in rows)
