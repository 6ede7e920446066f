import contextlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.types import Resolution
from models.errors import InputError
from retrieval.clean import clean, clean_text, text_fault
from retrieval.parsing import Reader
from retrieval.rows import COLUMNS, RowFault, make_row
from tests.retrieval.conftest import TODAY

TEXTS = st.text(alphabet=st.characters(), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
GOOD_ROWS = st.fixed_dictionaries(
    {"problem": TEXTS, "answer": TEXTS}, optional={"cases": TEXTS, "tags": TEXTS, "id": TEXTS}
)
ROWS = st.dictionaries(st.sampled_from(COLUMNS), JSON | TEXTS)


def build(row: dict[str, Any], today: date = TODAY) -> Resolution:
    return make_row(row, tenant="default", today=today, detect=lambda _: "en")


def outcome(row: dict[str, Any]) -> Resolution | RowFault:
    try:
        return build(row)
    except RowFault as fault:
        return fault


@given(st.one_of(ROWS, ROWS.map(lambda row: {"problem": "p", "answer": "a"} | row), GOOD_ROWS))
@settings(max_examples=300)
def test_any_row_gives_a_storable_resolution_or_a_fault(row: dict[str, Any]) -> None:
    result = outcome(row)
    if isinstance(result, Resolution):
        assert clean(result) == result
    else:
        assert result.field is None or result.field in COLUMNS
        assert result.message.endswith(".")
        assert json.loads(result.at(1).model_dump_json())["code"] == result.code


@given(st.binary(max_size=300), st.sampled_from(["csv", "ndjson", "bin"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_can_be_read(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"in.{suffix}"
    path.write_bytes((b"problem,answer\n" if suffix == "csv" else b"") + content)
    with contextlib.suppress(InputError):
        assert all(row.line >= 1 for row in Reader(path).rows())


@given(TEXTS)
def test_cleaning_is_idempotent_and_leaves_no_bidi_controls(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not set(cleaned) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_cleaning_keeps_what_has_meaning() -> None:
    text = "مش شغّااال!! 👨‍👩‍👧 ١٢٣ \u200cنیم‌فاصله\n\tok"
    assert clean_text(text) == text.strip()
    assert text_fault(text) is None


def test_an_id_is_derived_from_lasting_content_only() -> None:
    row = {"problem": "p", "answer": "a"}
    first = build(row)
    verified = build({**row, "verified_by": "me", "verified_at": str(TODAY), "outcome": {"solved": 1}})
    assert first.id == verified.id
    assert first.id != build({**row, "answer": "b"}).id


def test_verified_today_is_no_future() -> None:
    row = {"problem": "p", "answer": "a", "verified_by": "me", "verified_at": str(TODAY)}
    assert build(row).verified_at == TODAY
    assert build(row, TODAY + timedelta(days=1)).verified_at == TODAY
