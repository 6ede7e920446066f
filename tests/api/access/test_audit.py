import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from api.access.audit import Action, read_audit, record
from api.access.keyring import KEY_FILE, KeyedHash, load_keyed_hash
from api.access.opening import Access
from api.access.tables import AuditRow
from models.errors import ConfigurationError, StorageError
from tests.api.access.conftest import Clock, operator

KEY = "k" * 32


@pytest.mark.databases("sqlite", "postgres")
async def test_an_entry_shares_the_fate_of_what_it_tells_of(access: Access) -> None:
    async def interrupted() -> None:
        async with access.database.writing("default") as session:
            await record(session, operator(), Action.EXPORT, "one", now=access.now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await interrupted()
    assert (await read_audit(access.database, tenant="default")).items == ()
    await record(access.database, operator(), Action.EXPORT, "x" * 500, request_id="r1", details={"rows": 3})
    entry = (await read_audit(access.database, tenant="default")).items[0]
    assert (entry.actor, entry.action, entry.object, entry.request_id) == ("local", "export", "x" * 200, "r1")
    assert entry.details == {"rows": 3}


@pytest.mark.databases("sqlite", "postgres")
async def test_pages_are_the_newest_first_and_stand_still_while_entries_come(access: Access, clock: Clock) -> None:
    for number in range(5):
        clock.move(seconds=1)
        await record(access.database, operator(), Action.EXPORT, str(number), now=clock)
        await record(access.database, operator("acme"), Action.EXPORT, "theirs", now=clock)
    first = await read_audit(access.database, tenant="default", limit=2, action="export")
    await record(access.database, operator(), Action.EXPORT, "later", now=clock)
    second = await read_audit(access.database, tenant="default", limit=2, before=first.next, action="export")
    third = await read_audit(access.database, tenant="default", limit=2, before=second.next, action="export")
    assert [item.object for page in (first, second, third) for item in page.items] == ["4", "3", "2", "1", "0"]
    assert third.next is None


@pytest.mark.databases("sqlite", "postgres")
async def test_an_entry_is_never_changed(access: Access) -> None:
    await record(access.database, operator(), Action.EXPORT, "one")

    async def change() -> None:
        async with access.database.writing("default") as session:
            await session.execute(update(AuditRow).where(AuditRow.tenant == "default").values(object="two"))

    with pytest.raises(StorageError):
        await change()
    assert (await read_audit(access.database, tenant="default")).items[0].object == "one"


def test_keyed_hashes_are_equal_for_equal_values_and_tell_nothing_else() -> None:
    one, other = KeyedHash(b"1" * 32), KeyedHash(b"2" * 32)
    assert one.of("email", "a") == one.of("email", "a")
    assert len({one.of("email", "a"), one.of("phone", "a"), other.of("email", "a"), one.of("emaila", "")}) == 4


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    found: list[KeyedHash] = []
    threads = [
        threading.Thread(target=lambda: found.append(load_keyed_hash(None, tmp_path / "data"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({item.of("x", "y") for item in found}) == 1
    path = tmp_path / "data" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in path.parent.iterdir()] == [KEY_FILE]


def test_a_key_that_is_set_wins_and_must_be_long(tmp_path: Path) -> None:
    load_keyed_hash(KEY, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    with pytest.raises(ConfigurationError, match="RIFQ_AUDIT_KEY"):
        load_keyed_hash("short", tmp_path)
    (tmp_path / KEY_FILE).write_bytes(b"cut off")
    with pytest.raises(ConfigurationError, match="restore it"):
        load_keyed_hash(None, tmp_path)


def test_a_key_file_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("api.access.keyring.os.open", refuse)
    with pytest.raises(ConfigurationError, match="Permission denied"):
        load_keyed_hash(None, tmp_path)
