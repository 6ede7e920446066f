import asyncio

import pytest

from api.access.audit import read_audit
from api.access.opening import Access
from api.access.people import normal_email
from api.access.principal import Role
from models.errors import ConflictError, InputError, NotFoundError
from tests.api.access.conftest import PASSWORD, Clock, operator

pytestmark = pytest.mark.databases("sqlite", "postgres")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Sara@Example.COM ", "sara@example.com"),
        ("سارة@مثال.إختبار", "سارة@مثال.إختبار"),
        ("straße@example.com", "straße@example.com"),
        ("o'neil+tag@sub.example.com", "o'neil+tag@sub.example.com"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_addresses_are_compared_in_lower_case(typed: str, kept: str) -> None:
    assert normal_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "sara", "sara@", "@example.com", "a@b@c.com", "sa ra@example.com",
        "sara@exa\u202emple.com", "sara@example..com",
        "ⓐdmin@example.com", "ａdmin@example.com", "ﬁ@example.com", "sara\u200b@example.com", "sara@example.com\0",
        "sara@example.com\nbcc:x@y.z", "a" * 65 + "@example.com", "\ud800@example.com", "\u212a@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_or_looks_like_another_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        normal_email(typed)


async def test_one_address_is_one_person_in_a_tenant(access: Access) -> None:
    await access.people.add("sara@example.com", Role.AGENT, by=operator())
    with pytest.raises(ConflictError):
        await access.people.add("SARA@example.com", Role.AGENT, by=operator())
    other = await access.people.add("sara@example.com", Role.AGENT, by=operator("acme"))
    assert (await access.people.list(tenant="acme")).items[0].id == other.id


async def test_two_additions_at_once_make_one_person(access: Access) -> None:
    add = [access.people.add("sara@example.com", Role.AGENT, by=operator()) for _ in range(4)]
    found = await asyncio.gather(*add, return_exceptions=True)
    assert sum(isinstance(item, ConflictError) for item in found) == 3
    assert len((await access.people.list(tenant="default")).items) == 1


async def test_passwords_are_ruled_by_length_alone(access: Access) -> None:
    for length, fits in ((11, False), (12, True), (256, True), (257, False)):
        add = access.people.add(f"p{length}@example.com", Role.AGENT, by=operator(), password="ك" * length)
        if fits:
            assert (await add).password is None
        else:
            with pytest.raises(InputError, match="12 to 256"):
                await add
    with pytest.raises(InputError):
        await access.people.add("empty@example.com", Role.AGENT, by=operator(), password="")


async def test_a_made_up_password_is_handed_over_once_and_temporary(access: Access) -> None:
    made = await access.people.add("sara@example.com", Role.AGENT, by=operator())
    assert made.temporary
    assert made.password is not None
    assert len(made.password) >= 20
    given = await access.people.add("huda@example.com", Role.AGENT, by=operator(), password=PASSWORD)
    assert (given.temporary, given.password) == (False, None)
    assert made.password not in repr((await read_audit(access.database, tenant="default")).items)
    assert "example.com" not in repr((await read_audit(access.database, tenant="default")).items)


async def test_the_last_administrator_keeps_their_place(access: Access) -> None:
    one = await access.people.add("one@example.com", Role.ADMIN, by=operator())
    for change in ({"role": Role.AGENT}, {"locked": True}):
        with pytest.raises(ConflictError, match="Nobody would be left"):
            await access.people.change(one.id, by=operator(), **change)
    assert (await access.people.get(one.id, tenant="default")).locked_at is None
    await access.people.add("other@example.com", Role.ADMIN, by=operator("acme"))
    with pytest.raises(ConflictError):
        await access.people.change(one.id, by=operator(), locked=True)


async def test_two_administrators_cannot_lock_each_other_at_once(access: Access) -> None:
    ids = [(await access.people.add(f"{n}@example.com", Role.ADMIN, by=operator())).id for n in "ab"]
    found = await asyncio.gather(
        *(access.people.change(id_, by=operator(), locked=True) for id_ in ids), return_exceptions=True
    )
    assert sum(isinstance(item, ConflictError) for item in found) == 1


async def test_agents_can_be_locked_where_nobody_administers(access: Access, clock: Clock) -> None:
    """The first people are made on the command line, in any order."""
    agent = await access.people.add("agent@example.com", Role.AGENT, by=operator())
    clock.move(seconds=1)
    locked = await access.people.change(agent.id, by=operator(), locked=True)
    assert locked.locked_at is not None
    clock.move(seconds=1)
    assert (await access.people.change(agent.id, by=operator(), locked=False)).locked_at is None
    assert (await access.people.change(agent.id, by=operator(), role=Role.AGENT)).role is Role.AGENT
    actions = [item.action for item in (await read_audit(access.database, tenant="default")).items]
    assert actions == ["person.unlocked", "person.locked", "person.made"]


async def test_another_tenants_people_are_not_there(access: Access) -> None:
    made = await access.people.add("sara@example.com", Role.AGENT, by=operator("acme"))
    assert (await access.people.list(tenant="default")).items == ()
    assert await access.people.find("sara@example.com", tenant="default") is None
    for attempt in (
        access.people.get(made.id, tenant="default"),
        access.people.change(made.id, by=operator(), locked=True),
        access.people.reset(made.id, by=operator()),
    ):
        with pytest.raises(NotFoundError):
            await attempt
