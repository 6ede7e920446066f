import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from api.access.audit import read_audit
from api.access.keyring import digest
from api.access.keys import USED, _parts, _whole
from api.access.opening import Access
from api.access.principal import Scope
from api.access.tables import KeyRow
from models.errors import ConflictError, InputError, NotFoundError, RifqError, UnauthenticatedError
from tests.api.access.conftest import Clock, operator

pytestmark = pytest.mark.databases("sqlite", "postgres")
DRAFT = (Scope.DRAFT, Scope.ANALYSE)


async def test_a_key_admits_as_what_it_was_made_for(access: Access) -> None:
    made = await access.keys.add("Helpdesk", DRAFT, by=operator("acme"))
    found = await access.keys.find(made.key)
    assert (found.tenant, found.actor, found.scopes) == ("acme", f"key:{made.id}", frozenset(DRAFT))


async def test_only_a_digest_is_stored(access: Access) -> None:
    made = await access.keys.add("Helpdesk", DRAFT, by=operator())
    secret = _parts(made.key)[1]
    async with access.database.reading() as session:
        row = (await session.scalars(select(KeyRow))).one()
    stored = " ".join(str(getattr(row, column.name)) for column in KeyRow.__table__.columns)
    assert secret not in stored
    assert digest(secret) in stored
    assert len(secret) * 4 >= 256
    entries = (await read_audit(access.database, tenant="default")).items
    assert [item.action for item in entries] == ["key.made"]
    assert secret not in repr(entries)


async def test_wrong_keys_are_told_alike_whether_the_id_exists_or_not(access: Access) -> None:
    made = await access.keys.add("Helpdesk", DRAFT, by=operator())
    told = set()
    for id_ in (made.id, "0" * 16):
        with pytest.raises(UnauthenticatedError) as caught:
            await access.keys.find(_whole(id_, "ab" * 32))
        told.add(caught.value.message)
    assert len(told) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "rifq_",
        "rifq_0011223344556677_",
        "Bearer",
        "rifq_00112233445566zz_" + "0" * 72,
        "é" * 40,
        "rifq_\0",
        "x" * 99,
    ],
)
async def test_what_is_no_key_is_told_without_the_database(access: Access, typed: str) -> None:
    await access.database.close()
    with pytest.raises(UnauthenticatedError, match="cut off or mistyped"):
        await access.keys.find(typed)


@given(st.data())
def test_every_slip_of_one_character_is_seen(data: st.DataObject) -> None:
    key = _whole("0123456789abcdef", "ab12" * 16)
    place = data.draw(st.integers(5, len(key) - 1))
    other = data.draw(st.sampled_from("0123456789abcdef").filter(lambda char: char != key[place]))
    with pytest.raises(UnauthenticatedError):
        _parts(key[:place] + other + key[place + 1 :])


async def test_expired_revoked_and_disabled_are_told_to_the_owner_only(access: Access, clock: Clock) -> None:
    short = await access.keys.add("short", DRAFT, by=operator(), expires_in=timedelta(days=1))
    ended = await access.keys.add("ended", DRAFT, by=operator())
    other = await access.keys.add("other", DRAFT, by=operator("acme"))
    await access.keys.revoke(ended.id, by=operator())
    await access.tenants.disable("acme", by=operator())
    clock.move(days=1)
    for made, word in ((short, "expired"), (ended, "revoked"), (other, "disabled")):
        with pytest.raises(UnauthenticatedError, match=word):
            await access.keys.find(made.key)
        with pytest.raises(UnauthenticatedError, match="not valid"):
            await access.keys.find(_whole(made.id, "ab" * 32))
    await access.tenants.enable("acme", by=operator())
    assert (await access.keys.find(other.key)).tenant == "acme"


async def test_the_old_secret_holds_for_the_overlap_and_no_longer(access: Access, clock: Clock) -> None:
    first = await access.keys.add("Helpdesk", DRAFT, by=operator())
    second = await access.keys.rotate(first.id, by=operator(), overlap=timedelta(hours=24))
    for key in (first.key, second.key):
        assert (await access.keys.find(key)).actor == f"key:{first.id}"
    with pytest.raises(ConflictError, match="overlap of 0"):
        await access.keys.rotate(first.id, by=operator(), overlap=timedelta(hours=1))
    clock.move(hours=24)
    with pytest.raises(UnauthenticatedError):
        await access.keys.find(first.key)
    third = await access.keys.rotate(first.id, by=operator(), overlap=timedelta(hours=1))
    last = await access.keys.rotate(first.id, by=operator(), overlap=timedelta(0))
    for key in (first.key, second.key, third.key):
        with pytest.raises(UnauthenticatedError):
            await access.keys.find(key)
    await access.keys.find(last.key)


async def test_of_two_rotations_at_once_one_wins_and_its_key_holds(access: Access) -> None:
    first = await access.keys.add("Helpdesk", DRAFT, by=operator())
    rotate = [access.keys.rotate(first.id, by=operator(), overlap=timedelta(hours=1)) for _ in range(5)]
    found = await asyncio.gather(*rotate, return_exceptions=True)
    won = [item for item in found if not isinstance(item, BaseException)]
    assert len(won) == 1
    assert all(isinstance(item, ConflictError) for item in found if item not in won)
    for key in (first.key, won[0].key):
        await access.keys.find(key)


async def test_use_is_written_down_once_a_minute_and_survives_clock_steps(access: Access, clock: Clock) -> None:
    made = await access.keys.add("Helpdesk", DRAFT, by=operator())

    async def used() -> object:
        await access.keys.find(made.key)
        return (await access.keys.list(tenant="default")).items[0].used_at

    first = clock.now
    assert await used() == first
    clock.move(seconds=30)
    assert await used() == first
    clock.move(seconds=31)
    assert await used() == first + timedelta(seconds=61)
    clock.move(days=-400)
    assert await used() == clock.now, "a clock set back leaves no use in the future"
    assert timedelta(minutes=1) == USED


async def test_names_scopes_and_overlaps_are_checked(access: Access) -> None:
    with pytest.raises(InputError, match="name"):
        await access.keys.add(" \u202e ", DRAFT, by=operator())
    with pytest.raises(InputError, match="scope"):
        await access.keys.add("x", (), by=operator())
    made = await access.keys.add("x", DRAFT, by=operator())
    for overlap in (timedelta(seconds=-1), timedelta(days=31)):
        with pytest.raises(InputError):
            await access.keys.rotate(made.id, by=operator(), overlap=overlap)


async def test_another_tenants_keys_are_not_there(access: Access) -> None:
    made = await access.keys.add("Helpdesk", DRAFT, by=operator("acme"))
    mine = operator()
    assert (await access.keys.list(tenant="default")).items == ()
    for attempt in (access.keys.rotate(made.id, by=mine, overlap=timedelta(0)), access.keys.revoke(made.id, by=mine)):
        with pytest.raises(NotFoundError):
            await attempt
    await access.keys.find(made.key)


async def test_a_revoked_key_cannot_be_rotated_back(access: Access) -> None:
    made = await access.keys.add("Helpdesk", DRAFT, by=operator())
    first = await access.keys.revoke(made.id, by=operator())
    assert await access.keys.revoke(made.id, by=operator()) == first
    with pytest.raises(ConflictError):
        await access.keys.rotate(made.id, by=operator(), overlap=timedelta(0))


async def test_listing_goes_on_where_it_ended(access: Access) -> None:
    made = {(await access.keys.add(f"k{number}", DRAFT, by=operator())).id for number in range(5)}
    seen: list[str] = []
    after = None
    while True:
        page = await access.keys.list(tenant="default", after=after, limit=2)
        seen += [item.id for item in page.items]
        if (after := page.next) is None:
            break
    assert seen == sorted(made)


async def test_a_key_of_an_unknown_tenant_cannot_be_made(access: Access) -> None:
    with pytest.raises(RifqError):
        await access.keys.add("x", DRAFT, by=operator("nobody"))
