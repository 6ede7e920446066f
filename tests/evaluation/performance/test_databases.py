import pytest

from evaluation.performance.databases import measure, to_markdown


@pytest.mark.databases("sqlite", "postgres")
async def test_a_small_run_measures_writes_and_a_backup(address: str) -> None:
    found = await measure(address, writes=16, resolutions=20, drafts=30)
    assert [(item.writers, item.tenants, item.each.n) for item in found.writes] == [(1, 1, 16), (8, 1, 16), (8, 8, 16)]
    assert (found.backups.resolutions, found.backups.drafts) == (20, 30)
    assert found.backups.mib > 0
    assert f"# {found.database}" in to_markdown(found)
