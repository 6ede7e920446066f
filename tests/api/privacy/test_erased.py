"""A restored backup is cleaned again by keyed hashes alone."""

import shutil
from pathlib import Path

from api.privacy.erased import ErasedList, reapply
from api.privacy.opening import installation_key, reapply_erasures
from api.privacy.subject import Subject
from retrieval.store import database_url, open_database
from tests.api.privacy.conftest import ADMIN, OMAR_WORDS, Desk, everything
from tests.api.privacy.test_erasing import PIECES, SARA


async def test_what_was_erased_is_erased_again_from_a_copy_of_before(desk: Desk, tmp_path: Path) -> None:
    old = desk.settings.data / "rifq.sqlite3"
    await desk.tenants.database.empty_log()
    shutil.copy(old, tmp_path / "rifq.sqlite3")
    await desk.eraser.erase(SARA, by=ADMIN, whole=True)
    restored = await open_database(database_url(tmp_path))
    try:
        assert any(piece.encode() in everything(tmp_path) for piece in PIECES)
        keyed = installation_key(desk.settings)
        assert await reapply(restored, keyed=keyed, directory=desk.settings.data) > 0
        assert await reapply(restored, keyed=keyed, directory=desk.settings.data) == 0
    finally:
        await restored.close()
    content = everything(tmp_path)
    assert [piece for piece in PIECES if piece.encode() in content and piece != "سارة"] == []


async def test_the_list_holds_hashes_and_is_its_owners_alone(desk: Desk) -> None:
    await desk.eraser.erase(SARA, by=ADMIN)
    file = desk.settings.data / "erased.jsonl"
    assert file.stat().st_mode & 0o077 == 0
    assert all(piece not in file.read_text(encoding="utf-8") for piece in PIECES)
    lines = ErasedList(desk.settings.data).read()
    assert [line.receipt.tenant for line in lines] == ["default"]
    with file.open("a", encoding="utf-8") as open_file:
        open_file.write('{"receipt": {"id"')  # a crash in the middle of a line
    assert ErasedList(desk.settings.data).read() == lines


async def test_nothing_else_goes_when_it_is_reapplied(desk: Desk) -> None:
    await desk.eraser.erase(Subject(customers=("c-77",)), by=ADMIN)
    assert await reapply_erasures(desk.settings) == 0
    assert (await desk.copilot.drafts.get(desk.omar, tenant="default")).message.text == OMAR_WORDS
