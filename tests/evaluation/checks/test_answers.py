from datetime import date

import pytest

from evaluation.checks.answers import attack_answers, check_answers
from evaluation.checks.rows import ATTACKS, CLEAN, PLANTED, read_rows, row_files
from evaluation.data import load_data
from evaluation.shown import SEEN, Seen
from evaluation.suite import Data
from inference.encoder import open_encoder
from models.errors import NotFoundError


def test_a_fault_and_its_clean_twin_are_two_rows_of_one_pair() -> None:
    planted, clean = (dict(enumerate(read_rows(name, "dev"))) for name in (PLANTED, CLEAN))
    assert len(planted) == len(clean) == 1_372
    for place, (text, columns) in planted.items():
        assert columns["pair"] == clean[place][1]["pair"]
        assert text != clean[place][0]
    assert all(columns["check_in"] == f"{columns['check']} ({columns['language']})" for _, columns in planted.values())


def test_parts_differ_and_the_attacks_have_none() -> None:
    assert {text for text, _ in read_rows(PLANTED, "dev")}.isdisjoint(text for text, _ in read_rows(PLANTED, "test"))
    assert list(read_rows(ATTACKS, "dev")) == list(read_rows(ATTACKS, "test"))
    assert [path.name for path in row_files(CLEAN, "dev")] == ["dev_ar.jsonl.bz2", "dev_en.jsonl.bz2"]


def test_rows_are_drawn_and_filtered_as_those_of_any_set() -> None:
    loaded = load_data(Data(set=PLANTED, where={"check": ("safety",)}, sample=5), seed=1)
    assert len(loaded.examples) == 5
    assert {row.columns["check"] for row in loaded.examples} == {"safety"}
    assert loaded.available == 256
    assert set(loaded.files) == {"test_ar.jsonl.bz2", "test_en.jsonl.bz2"}
    with pytest.raises(NotFoundError, match="planted_faults"):
        load_data(Data(set="nothing"), seed=1)


def test_a_planted_promise_is_caught_and_marked_and_its_clean_twin_is_silent() -> None:
    promise = {"fault": ("unsupported_promise",), "language": ("en",)}
    sets = (Data(set=name, where=promise) for name in (PLANTED, CLEAN))
    faulty, clean = (load_data(data, seed=1, split="dev").examples for data in sets)
    found, quiet = check_answers(faulty), check_answers(clean)
    caught = [place for place, answer in enumerate(found) if answer["caught"]]
    assert len(caught) > len(found) / 2
    assert sum(bool(answer["found_promises"]) for answer in quiet) < len(caught)
    first = Seen.model_validate_json(str(found[caught[0]][SEEN]))
    assert first.message
    assert any(0 <= mark.start < mark.end <= len(faulty[caught[0]].text) for mark in first.marks)


def test_an_attack_tells_what_the_composer_and_an_obedient_writer_did() -> None:
    examples = load_data(Data(set=ATTACKS, sample=6), seed=2).examples
    answers = attack_answers(examples, open_encoder(), today=date(2026, 1, 15))
    assert not any(answer["composer_obeyed"] for answer in answers)
    for answer in answers:
        seen = Seen.model_validate_json(str(answer[SEEN]))
        shows = {mark.shows for mark in seen.reply_marks}
        assert answer["obedient_passed"] == (shows == {"attack_wanted"} and not seen.findings)
