"""Hit rates of next questions, on made-up dialogues in the corpus's format."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.follow_ups import __main__ as command
from evaluation.follow_ups.dialogues import Dialogue, Known, kind_of, read
from evaluation.follow_ups.measure import by_chance, most_frequent, offered, rates
from evaluation.packed import unpacked
from models.errors import ConfigurationError


def turn(speaker: str, text: str, service: str, *slots: str, act: str = "REQUEST") -> dict[str, Any]:
    actions = [{"act": act, "slot": slot} for slot in slots]
    return {"speaker": speaker, "utterance": text, "frames": [{"service": service, "actions": actions}]}


def write(folder: Path, part: str, *dialogues: list[dict[str, Any]]) -> None:
    path = folder / "sgd_small" / f"{part}_001.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([{"turns": turns} for turns in dialogues]), encoding="utf-8")


def asked(service: str, kind: str, question: str = "?", first: str = "I need one") -> Dialogue:
    return Dialogue(service, first, question, frozenset({kind}))


PAST = [
    *[asked("Homes_1", "price", "How much is it?")] * 3,
    *[asked("Homes_1", "pets", "Are pets allowed?")] * 2,
    asked("Homes_1", "address", "Where is the house?"),
    asked("Homes_1", "garage", "Is there a garage?"),
    *[asked("Banks_1", "time", "When will it arrive?")] * 5,
]


def test_the_first_question_after_the_first_turn_is_read(tmp_path: Path) -> None:
    plain = [
        turn("USER", "Find a flat", "Homes_2", "area"),
        turn("SYSTEM", "Which area?", "Homes_2", "area"),
        turn("USER", "Another one?", "Homes_2", "", act="REQUEST_ALTS"),
        turn("USER", "What does it cost?", "Homes_2", "price_per_night"),
        turn("USER", "Phone?", "Homes_2", "phone_number"),
    ]
    silent = [turn("USER", "Find a flat", "Homes_2", "area"), turn("USER", "Thanks", "Homes_2")]
    write(tmp_path, "dev", plain, silent)
    assert read(tmp_path, "dev") == [Dialogue("Homes_2", "Find a flat", "What does it cost?", frozenset({"price"}))]
    with pytest.raises(ConfigurationError, match="RIFQ_SETS"):
        read(tmp_path, "test")


def test_slots_of_different_services_have_one_kind() -> None:
    assert kind_of("price_per_night") == kind_of("ride_fare") == "price"
    assert kind_of("venue_address") == kind_of("address") == "address"
    assert kind_of("pets_allowed") == "pets allowed"


def test_known_questions_of_the_domain_come_first_by_frequency() -> None:
    known = Known(PAST)
    assert known.own("Homes") == ["price", "pets", "address", "garage"]
    assert known.own("Hotels") == []
    assert known.words["Homes", "pets"] == "Are pets allowed?"
    new = asked("Homes_2", "pets")
    assert offered(new, known, 3) == most_frequent(new, known, 3) == ["price", "pets", "address"]
    assert offered(asked("Banks_2", "time"), known, 2) == most_frequent(asked("Banks_2", "time"), known, 2)


def test_what_the_first_turn_asks_is_not_offered_again() -> None:
    new = asked("Homes_2", "pets", first="A house where pets are allowed")
    assert "pets" not in offered(new, Known(PAST), 3)
    assert "pets" in most_frequent(new, Known(PAST), 3)


def test_chance_is_the_share_of_draws_that_hold_the_question() -> None:
    known = Known(PAST)
    assert by_chance(asked("Homes_2", "pets"), known, 1) == pytest.approx(1 / 4)
    assert by_chance(asked("Homes_2", "pets"), known, 3) == pytest.approx(3 / 4)
    assert by_chance(asked("Homes_2", "time"), known, 3) == 0.0
    assert by_chance(asked("Banks_2", "pets"), known, 3) == pytest.approx(2 / 4)


def test_rates_stand_beside_both_baselines() -> None:
    found = rates([asked("Homes_2", "price"), asked("Homes_2", "garage")], Known(PAST), group="all", seed=1)
    points = {(rate.way, rate.at): rate.point for rate in found}
    assert points["ours", 1] == points["most frequent", 1] == 0.5
    assert points["random", 3] == pytest.approx(0.75)
    assert all(rate.low <= rate.point <= rate.high for rate in found)


def test_the_command_skips_with_a_reason_where_the_data_are_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path))
    command.main(out=tmp_path / "out")
    assert "Skipped." in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_writes_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dialogue = [turn("USER", "A flat", "Homes_1"), turn("USER", "What does it cost?", "Homes_1", "price")]
    write(tmp_path, "dev", dialogue)
    write(tmp_path, "test", *[dialogue] * 20)
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path))
    command.main(out=tmp_path / "out")
    assert "| all (n=20)" in (tmp_path / "out" / "follow_ups.md").read_text(encoding="utf-8")
    content = json.loads(unpacked((tmp_path / "out" / "follow_ups.json.gz").read_bytes()))
    assert content["result"]["test"] == 20
