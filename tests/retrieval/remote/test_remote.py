import sys

import pytest

from models.errors import ConfigurationError, MissingExtraError
from retrieval.remote import open_remote
from retrieval.remote.common import place, storage_name


@pytest.mark.parametrize("url", ["", "redis://host", "localhost:6333", "http://user:secret@host:6333"])
def test_an_unknown_store_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="starts with") as caught:
        open_remote(url, name="any", dimension=4)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [("postgresql+psycopg://host/x", "pgvector", "postgres"), ("qdrant://host", "qdrant_client", "qdrant")],
)
def test_a_missing_client_names_its_extra(monkeypatch: pytest.MonkeyPatch, url: str, package: str, extra: str) -> None:
    for name in [name for name in sys.modules if name.startswith((package, "retrieval.remote."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"rifq\[{extra}\]"):
        open_remote(url, name="any", dimension=4)


def test_storage_names_are_safe_and_never_shared() -> None:
    names = ["shop/rev-a", "shop_rev-a", "Shop/rev-a", "متجر", "متجر٢", "", 'a"; DROP TABLE x', "x" * 500]
    stored = [storage_name(name) for name in names]
    assert len(set(stored)) == len(names)
    assert all(name.replace("_", "").isalnum() and name.isascii() and len(name) <= 46 for name in stored)
    assert stored[0].startswith("rifq_shop_rev_a_")


def test_a_host_that_may_hold_a_password_is_not_printed() -> None:
    assert place("db.internal", 5432) == "db.internal:5432"
    assert place("half-of-a@password", 5432) == place(None, None) == "the address of the setting"
