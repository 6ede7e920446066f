"""Every column of every table has a treatment, and the treatments say what the columns' types allow."""

from pathlib import Path

import pytest
from sqlalchemy import LargeBinary

from api.privacy.datamap import data_map
from api.privacy.retention import DEFAULT_DAYS
from api.privacy.treatments import Content, Mention, Own, treated, treatments, undeclared
from retrieval.store import Base

PAGE = Path(__file__).parents[3] / "docs" / "privacy.md"
TEXTUAL = {"TEXT", "JSON", "BLOB"}


def test_every_column_is_declared() -> None:
    assert undeclared() == []


def test_a_column_that_is_not_declared_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = treatments()["drafts"]
    fewer = {name: content for name, content in drafts.columns.items() if name != "message"}
    lacking = {**treatments(), "drafts": drafts.model_copy(update={"columns": fewer})}
    monkeypatch.setattr("api.privacy.treatments.treatments", lambda: lacking)
    assert undeclared() == ["drafts.message"]


def test_free_text_is_never_plain() -> None:
    ours = {
        "commitments.source", "desk_notes.answers", "feedback.reasons", "audit.details", "erasures.receipt",
        "api_keys.scopes", "resolutions.outcome", "desk_connections.cursor",
    }  # fmt: skip
    for table, treatment in treated():
        for column in table.columns:
            free = isinstance(column.type, LargeBinary) or str(column.type) in TEXTUAL
            if free and f"{table.name}.{column.name}" not in ours:
                assert treatment.columns[column.name] is not Content.PLAIN, f"{table.name}.{column.name}"


def test_tables_with_words_say_what_becomes_of_mentions() -> None:
    for name, treatment in treatments().items():
        assert bool(treatment.words) == (treatment.mention is not Mention.NONE), name
        if treatment.links:
            assert treatment.own is not Own.KEPT, name


def test_every_table_has_a_tenant_and_every_class_a_term() -> None:
    for table in Base.metadata.sorted_tables:
        assert "tenant" in table.columns
    for treatment in treatments().values():
        if treatment.keep is not None:
            assert treatment.keep.term in DEFAULT_DAYS
            assert treatment.keep.moment in treatment.columns


def test_the_page_holds_the_data_map_as_it_is() -> None:
    assert data_map() in PAGE.read_text(encoding="utf-8")
