import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from inference.types import FollowUp, Outcome
from models.errors import InputError
from retrieval import importer, parsing
from retrieval.importer import ImportReport, import_file
from retrieval.store import ResolutionStore
from tests.retrieval.conftest import TODAY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "in.csv"


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)


async def load(store: ResolutionStore, path: Path, content: str | bytes) -> ImportReport:
    write(path, content)
    return await import_file(path, store, today=TODAY)


def ndjson(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


async def test_problem_and_answer_alone_suffice(store: ResolutionStore, path: Path) -> None:
    report = await load(
        store,
        path,
        "problem,answer\nبطاقتي لم تصل بعد,تصل خلال أسبوع\nMy card has not arrived,Cards arrive within a week\n",
    )
    assert (report.kept, report.added, report.rejected, report.unverified) == (2, 2, 0, 2)
    assert report.complete
    items = (await store.list()).items
    assert {item.language for item in items} == {"ar", "en"}
    assert all(item.id.startswith("r-") for item in items)


async def test_importing_again_changes_nothing(store: ResolutionStore, path: Path) -> None:
    content = "problem,answer\nWhere is it,There\n,\nأين هي,هناك\n"
    await load(store, path, content)
    before = await store.generation()
    again = await load(store, path, content)
    assert (again.kept, again.unchanged, again.added) == (2, 2, 0)
    assert await store.generation() == before


async def test_all_columns_of_csv(store: ResolutionStore, path: Path) -> None:
    follow_ups = '[{""question"": ""And then?"", ""answer"": ""Wait.""}]'
    content = (
        "\ufeffID,problem,cases,answer,steps,language,tags,product,owner,verified_by,verified_at,review_by,"
        "restatement,empathy,short,if_unsolved,follow_ups,outcome,provenance,colour\r\n"
        '7,أين بطاقتي؟,"وين البطاقة|الكارت فين\nshlon",الشرح,"1. افتحوا التطبيق\n٢) اختاروا 2.5 ريال",'
        'AR-sa,"بطاقة، توصيل",'
        f'debit_card,Cards,Amal,٢٠٢٥-٠٦-٠١,2025-12-01T00:00:00Z,أن بطاقتكم,مقلق,أسبوع,راسلونا,"{follow_ups}",'
        '"{""solved"": 3}",ticket 9,blue\r\n'
    )
    report = await load(store, path, content)
    assert report.errors == ()
    assert report.unverified == 0
    assert report.warnings == ("These columns are not read: colour.",)
    item = await store.get("7")
    assert item.cases == ("وين البطاقة", "الكارت فين", "shlon")
    assert item.steps == ("افتحوا التطبيق", "اختاروا 2.5 ريال")
    assert item.tags == ("بطاقة", "توصيل")
    assert item.language == "ar"
    assert (str(item.verified_at), str(item.review_by)) == ("2025-06-01", "2025-12-01")
    assert item.follow_ups == (FollowUp(question="And then?", answer="Wait."),)
    assert item.outcome == Outcome(solved=3)


async def test_ndjson(store: ResolutionStore, tmp_path: Path) -> None:
    row = {"id": 5, "problem": "p", "answer": "a", "tags": "x, y", "cases": ["one | two", "three"], "steps": "s1|s2"}
    report = await load(
        store, tmp_path / "in.ndjson", "\ufeff" + ndjson(row, {"problem": "q", "answer": "a", "tags": []})
    )
    assert report.kept == 2
    item = await store.get("5")
    assert (item.tags, item.cases, item.steps) == (("x", "y"), ("one | two", "three"), ("s1", "s2"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_delimiters(store: ResolutionStore, path: Path, delimiter: str) -> None:
    content = f'id{delimiter}problem{delimiter}answer\nx{delimiter}"a, b; c"{delimiter}d\n'
    assert (await load(store, path, content)).kept == 1
    assert (await store.get("x")).problem == "a, b; c"


async def test_a_file_without_suffix_is_sniffed(store: ResolutionStore, tmp_path: Path) -> None:
    assert (await load(store, tmp_path / "one", ndjson({"problem": "p", "answer": "a"}))).kept == 1
    assert (await load(store, tmp_path / "two", "problem,answer\np2,a\n")).kept == 1


BAD_CELLS = [
    ({"problem": ""}, "problem", "missing"),
    ({"answer": "  "}, "answer", "missing"),
    ({"problem": 5}, "problem", "wrong_type"),
    ({"cases": [5]}, "cases", "wrong_type"),
    ({"cases": {"a": 1}}, "cases", "wrong_type"),
    ({"problem": "a\0b"}, "problem", "nul"),
    ({"answer": "\ud83d"}, "answer", "lone_surrogate"),
    ({"problem": "x" * 1_001}, "problem", "too_long"),
    ({"cases": ["x" * 2_001]}, "cases", "too_long"),
    ({"cases": ["x"] * 201}, "cases", "too_many"),
    ({"language": "العربية"}, "language", "invalid_language"),
    ({"verified_at": "01/02/2025"}, "verified_at", "invalid_date"),
    ({"verified_at": "2025-06-16"}, "verified_at", "date_in_future"),
    ({"verified_at": "2025-06-01", "review_by": "2025-05-01"}, "review_by", "review_before_verification"),
    ({"id": "x" * 201}, "id", "too_long"),
    ({"id": "a\u202eb"}, "id", "control_character"),
    ({"id": True}, "id", "wrong_type"),
    ({"follow_ups": [{"question": "q"}]}, "follow_ups", "wrong_type"),
    ({"follow_ups": "no json"}, "follow_ups", "wrong_type"),
    ({"outcome": {"solved": -1}}, "outcome", "invalid"),
]


@pytest.mark.parametrize(("cells", "field", "code"), BAD_CELLS)
async def test_bad_cells(store: ResolutionStore, tmp_path: Path, cells: dict[str, Any], field: str, code: str) -> None:
    good = {"problem": "p", "answer": "a"}
    lines = "".join(
        json.dumps(row) + "\n" for row in ({**good, "id": "first"}, {**good, **cells}, {**good, "id": "last"})
    )
    report = await load(store, tmp_path / "in.ndjson", lines)
    assert [(error.line, error.field, error.code) for error in report.errors] == [(2, field, code)]
    assert report.errors[0].message.endswith(".")
    assert not report.complete
    assert [item.id for item in (await store.list()).items] == ["first", "last"]


async def test_bad_lines_of_ndjson(store: ResolutionStore, tmp_path: Path) -> None:
    lines = [
        b'{"problem": "p", "answer": "a"}',
        b"{broken",
        b"[1, 2]",
        b'{"problem": "\xff", "answer": "a"}',
        b"",
        b"[" * 100_000,
        b'{"a": ' + b"1" * 5_000 + b"}",
        '{"problem": "س", "answer": "ج"}'.encode(),
    ]
    report = await load(store, tmp_path / "in.jsonl", b"\n".join(lines))
    found = [(error.line, error.code) for error in report.errors]
    assert found == [
        (2, "invalid_json"),
        (3, "not_an_object"),
        (4, "invalid_utf8"),
        (6, "invalid_json"),
        (7, "invalid_json"),
    ]
    assert report.kept == 2


async def test_bad_lines_of_csv(store: ResolutionStore, path: Path) -> None:
    lines = [
        b"id,problem,answer",
        b"a,p,x,more",
        b"b,\xff,x",
        b'c,"two\nlines",x',
        b"d,p",
        b"e," + b"y" * 200_000 + b",x",
        "f,سؤال,جواب".encode(),
    ]
    report = await load(store, path, b"\n".join(lines))
    found = [(error.line, error.field, error.code) for error in report.errors]
    assert found == [
        (2, None, "too_many_fields"),
        (3, "problem", "invalid_utf8"),
        (6, "answer", "missing"),
        (7, None, "invalid_csv"),
    ]
    assert [item.id for item in (await store.list()).items] == ["c", "f"]


async def test_overlong_lines_are_skipped(
    store: ResolutionStore, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "MAX_LINE", 100)
    report = await load(store, path, f"id,problem,answer\na,p,{'x' * 1_000}\nb,p,x\n")
    assert [(error.line, error.code) for error in report.errors] == [(2, "too_long")]
    report = await load(
        store, tmp_path / "in.ndjson", f"{'x' * 250}\n" + ndjson({"id": "c", "problem": "p", "answer": "x"})
    )
    assert [(error.line, error.code) for error in report.errors] == [(1, "too_long")]
    assert [item.id for item in (await store.list()).items] == ["b", "c"]


async def test_an_id_twice(store: ResolutionStore, path: Path) -> None:
    report = await load(store, path, "id,problem,answer\na,p,x\na,p,x\na,other,x\nb,p,x\n")
    assert [(error.line, error.field, error.code) for error in report.errors] == [(4, "id", "duplicate_id")]
    assert (report.added, report.unchanged) == (2, 1)
    assert (await store.get("a")).problem == "p"


async def test_equal_problems_or_answers_are_no_error(store: ResolutionStore, path: Path) -> None:
    report = await load(store, path, "problem,answer\np,x\np,y\nq,x\n")
    assert (report.kept, report.rejected) == (3, 0)
    assert await store.count() == 3


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("question,reply\na,b\n", "problem"),
        ("problem,text\na,b\n", "answer"),
        ("problem,answer,answer\na,b,c\n", "answer"),
        ("problem,answer\na,b\n".encode("utf-16"), "path"),
    ],
)
async def test_unreadable_files(store: ResolutionStore, path: Path, content: str | bytes, field: str) -> None:
    with pytest.raises(InputError) as caught:
        await load(store, path, content)
    assert caught.value.field == field


async def test_absent_and_empty_files(store: ResolutionStore, path: Path) -> None:
    with pytest.raises(InputError):
        await import_file(path, store, today=TODAY)
    assert (await load(store, path, "")).kept == 0
    assert (await load(store, path, "problem,answer\n")).kept == 0


async def test_verification_survives_a_second_import(store: ResolutionStore, path: Path) -> None:
    content = "id,problem,answer\na,p,x\nb,q,y\n"
    assert (await load(store, path, content)).unverified == 2
    await store.verify_all(by="Amal", on=TODAY, review_by=TODAY + timedelta(days=180))
    again = await load(store, path, content)
    assert (again.unchanged, again.unverified) == (2, 0)
    changed = await load(store, path, content.replace("y", "z"))
    assert (changed.replaced, changed.unverified) == (1, 1)


async def test_a_failing_batch_leaves_whole_batches_only(
    store: ResolutionStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "BATCH", 2)
    write(path, "id,problem,answer\n" + "".join(f"r{number},p,x\n" for number in range(5)))
    seen: list[int] = []

    def fail_later(count: int) -> None:
        seen.append(count)
        if count >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_file(path, store, today=TODAY, progress=fail_later)
    assert seen == [2, 4]
    assert await store.count() == 4


async def test_the_error_list_is_bounded(store: ResolutionStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "MAX_ERRORS", 3)
    report = await load(store, path, "problem,answer\n" + "x,\n" * 10)
    assert (report.rejected, len(report.errors)) == (10, 3)
    assert report.warnings == ("Only the first 3 errors are listed.",)


async def test_import_goes_to_its_tenant(store: ResolutionStore, path: Path) -> None:
    write(path, "id,problem,answer\na,p,x\n")
    await import_file(path, store, tenant="one", today=TODAY)
    assert await store.count(tenant="one") == 1
    assert await store.count() == 0
