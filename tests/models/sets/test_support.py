import json
from pathlib import Path

from models.sets.support import dstc11, multidogo


def test_bare_slot_values_and_greetings_are_no_questions(tmp_path: Path) -> None:
    header = "conversationId\tturnNumber\tutteranceId\tutterance\tslot-labels\tintent"
    lines = [
        header,
        "c\t0\tu\tI want to change my seat\tO\tchangeseatassignment",
        "c\t1\tu\tmy name is John Smith\tO\tcontentonly",
        "c\t2\tu\thello\tO\topeninggreeting",
        "c\t3\tu\tsomething without an intent\tO\t",
        "c\t4\tshort line",
    ]
    (tmp_path / "airline").mkdir()
    (tmp_path / "airline" / "dev.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (row,) = multidogo(tmp_path)
    assert (row.text, row.split, row.intent) == ("I want to change my seat", "dev", "changeseatassignment")
    assert (row.level, row.anger, row.sentiment) == (0, 0, None)


def test_spoken_questions_are_split_by_their_file(tmp_path: Path) -> None:
    for name in ("insurance", "banking-test"):
        line = {"utterance": f"uh about {name}", "intent": "GetQuote"}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert {row.text: row.split for row in dstc11(tmp_path)} == {
        "uh about insurance": "train",
        "uh about banking-test": "test",
    }
