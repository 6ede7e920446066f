import asyncio
from datetime import timedelta
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from api.access.audit import read_audit
from api.access.keyring import digest
from api.access.opening import Access
from api.access.passwords import Passwords
from api.access.people import PersonStore
from api.access.principal import ROLE_SCOPES, Role
from api.access.sessions import Session, SessionStore
from api.access.tables import PersonRow, SessionRow
from models.errors import InputError, OverloadedError, UnauthenticatedError
from tests.api.access.conftest import PASSWORD, Clock, operator

pytestmark = pytest.mark.databases("sqlite", "postgres")
EMAIL = "sara@example.com"
OTHER = "another long password"
COMPOSED, DECOMPOSED = "مؤسسةٌ آمنة جدًا é", "مؤسسةٌ آمنة جدًا e\u0301"


async def person(access: Access, email: str = EMAIL, role: Role = Role.AGENT) -> str:
    return (await access.people.add(email, role, by=operator(), password=PASSWORD)).id


async def sign_in(access: Access, email: str = EMAIL, password: str = PASSWORD, **named: str) -> str:
    return await access.sessions.sign_in(email, password, **{"tenant": "default", **named})


async def alive(access: Access, token: str) -> Session | None:
    try:
        return await access.sessions.find(token)
    except UnauthenticatedError:
        return None


async def test_a_session_carries_the_role_and_only_its_digest_is_stored(access: Access) -> None:
    id_ = await person(access)
    token = await sign_in(access, " Sara@EXAMPLE.com")
    found = await access.sessions.find(token)
    assert found is not None
    assert found.principal.actor == f"user:{id_}"
    assert found.principal.scopes == ROLE_SCOPES[Role.AGENT]
    async with access.database.reading() as session:
        row = (await session.scalars(select(SessionRow))).one()
        stored = (await session.scalars(select(PersonRow))).one()
    assert row.token_hash == digest(token)
    assert token not in repr(vars(row))
    assert (stored.password_hash or "").startswith("$argon2id$")


async def test_unknown_locked_wrong_and_elsewhere_do_the_same_work_and_hear_the_same(access: Access) -> None:
    await person(access)
    locked = await person(access, "locked@example.com")
    await access.people.change(locked, by=operator(), locked=True)
    await access.people.add("oidc@example.com", Role.AGENT, by=operator(), without_password=True)
    told, work = set(), []
    for email, password, tenant in (
        (EMAIL, "wrong wrong wrong", "default"),
        ("nobody@example.com", PASSWORD, "default"),
        ("locked@example.com", PASSWORD, "default"),
        ("oidc@example.com", PASSWORD, "default"),
        ("no address", PASSWORD, "default"),
        (EMAIL, PASSWORD, "acme"),
        (EMAIL, PASSWORD, "no-such-tenant"),
        (EMAIL, "x" * 10_000, "default"),
    ):
        with patch.object(Passwords, "_matches", autospec=True, side_effect=Passwords._matches) as verify:
            with pytest.raises(UnauthenticatedError) as caught:
                await access.sessions.sign_in(email, password, tenant=tenant)
            work.append(verify.call_count)
        told.add(caught.value.message)
    assert len(told) == 1
    assert set(work) == {1}


async def test_failures_are_written_down_without_what_was_typed(access: Access) -> None:
    id_ = await person(access)
    for email in (EMAIL, "my secret password"):
        with pytest.raises(UnauthenticatedError):
            await sign_in(access, email, "wrong wrong wrong")
    newest, older = (await read_audit(access.database, tenant="default", action="sign_in.failed")).items
    assert (older.object, newest.object) == (id_, None)
    assert older.details["email"] == access.keyed_hash.of("email", EMAIL)
    assert "secret" not in repr((newest, older))
    assert EMAIL not in repr((newest, older))


async def test_sessions_end_when_idle_and_at_the_latest(access: Access, clock: Clock) -> None:
    await person(access)
    token = await sign_in(access)
    for _ in range(9):
        clock.move(hours=7.9)
        assert await alive(access, token), "in use, it lives on"
    clock.move(hours=1)
    assert await alive(access, token) is None, "72 hours at most"
    token = await sign_in(access)
    clock.move(hours=8)
    assert await alive(access, token) is None, "8 hours idle"


async def test_a_clock_set_back_ends_sessions_rather_than_prolonging_them(access: Access, clock: Clock) -> None:
    await person(access)
    token = await sign_in(access)
    clock.move(minutes=-4)
    assert await alive(access, token)
    clock.move(days=-30)
    assert await alive(access, token) is None


async def test_each_sign_in_is_a_new_session_and_ends_the_browsers_old_one(access: Access) -> None:
    await person(access)
    first = await sign_in(access)
    second = await sign_in(access, old=first)
    third = await sign_in(access)
    assert first != second
    assert await alive(access, first) is None
    assert await alive(access, second)
    assert await alive(access, third)


async def test_a_token_that_was_planted_is_never_taken_over(access: Access) -> None:
    await person(access)
    planted = "ab" * 32
    token = await sign_in(access, old=planted)
    assert token != planted
    with pytest.raises(UnauthenticatedError):
        await access.sessions.find(planted)


async def test_signing_out_ends_one_session_or_all(access: Access) -> None:
    await person(access)
    await person(access, "other@example.com")
    one, two, three = [await sign_in(access) for _ in range(3)]
    other = await sign_in(access, "other@example.com")
    found = await access.sessions.find(one)
    assert found is not None
    assert await access.sessions.count(found) == 3
    await access.sessions.sign_out(found, everywhere=False)
    assert [bool(await alive(access, token)) for token in (one, two, three, other)] == [False, True, True, True]
    found = await access.sessions.find(two)
    assert found is not None
    await access.sessions.sign_out(found, everywhere=True)
    assert [bool(await alive(access, token)) for token in (two, three, other)] == [False, False, True]


async def test_locks_resets_roles_and_disabled_tenants_count_at_once(access: Access) -> None:
    id_ = await person(access)
    token = await sign_in(access)
    await access.people.change(id_, by=operator(), role=Role.REVIEWER)
    found = await access.sessions.find(token)
    assert found is not None
    assert found.principal.scopes == ROLE_SCOPES[Role.REVIEWER]
    await access.people.change(id_, by=operator(), locked=True)
    assert await alive(access, token) is None
    await access.people.change(id_, by=operator(), locked=False)
    assert await alive(access, token) is None, "a lock ends sessions for good"
    token = await sign_in(access)
    await access.people.reset(id_, by=operator(), password=OTHER)
    assert await alive(access, token) is None
    other = (await access.people.add(EMAIL, Role.AGENT, by=operator("acme"), password=PASSWORD)).id
    token = await access.sessions.open(other, tenant="acme")
    await access.tenants.disable("acme", by=operator())
    assert await access.sessions.find(token) is None
    with pytest.raises(UnauthenticatedError):
        await access.sessions.open(other, tenant="acme")
    with pytest.raises(UnauthenticatedError):
        await access.sessions.sign_in(EMAIL, PASSWORD, tenant="acme")


async def test_a_reset_while_a_sign_in_runs_leaves_no_session_of_the_old_password(access: Access) -> None:
    id_ = await person(access)
    verify = access.people.passwords.verify

    async def slow(hash_: str | None, password: str) -> bool:
        right = await verify(hash_, password)
        await access.people.reset(id_, by=operator(), password=OTHER)
        return right

    with patch.object(access.people.passwords, "verify", slow), pytest.raises(UnauthenticatedError):
        await sign_in(access)
    async with access.database.reading() as session:
        assert (await session.scalars(select(SessionRow))).all() == []


async def test_a_temporary_password_opens_nothing_but_its_own_change(access: Access) -> None:
    made = await access.people.add(EMAIL, Role.ADMIN, by=operator())
    assert made.password is not None
    token = await sign_in(access, password=made.password)
    found = await access.sessions.find(token)
    assert found is not None
    assert (found.temporary, found.principal.scopes) == (True, frozenset())
    fresh = await access.sessions.change_password(found, made.password, PASSWORD)
    assert await alive(access, token) is None
    changed = await access.sessions.find(fresh)
    assert changed is not None
    assert changed.principal.scopes == ROLE_SCOPES[Role.ADMIN]


async def test_changing_a_password_needs_the_old_one_and_ends_other_sessions(access: Access) -> None:
    await person(access)
    one, two = [await sign_in(access) for _ in range(2)]
    found = await access.sessions.find(one)
    assert found is not None
    with pytest.raises(UnauthenticatedError, match="old password"):
        await access.sessions.change_password(found, "wrong wrong wrong", OTHER)
    with pytest.raises(InputError):
        await access.sessions.change_password(found, PASSWORD, "short")
    with pytest.raises(InputError, match="choose another"):
        await access.sessions.change_password(found, PASSWORD, PASSWORD)
    fresh = await access.sessions.change_password(found, PASSWORD, OTHER)
    assert [bool(await alive(access, token)) for token in (one, two, fresh)] == [False, False, True]
    with pytest.raises(UnauthenticatedError):
        await sign_in(access)
    await sign_in(access, password=OTHER)


async def test_composed_and_decomposed_letters_are_one_password(access: Access) -> None:
    await access.people.add(EMAIL, Role.AGENT, by=operator(), password=COMPOSED)
    await sign_in(access, password=DECOMPOSED)


async def test_an_outdated_hash_is_renewed_at_sign_in(access: Access) -> None:
    id_ = await person(access)
    people = PersonStore(
        access.database, Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)), access.now
    )
    sessions = SessionStore(people, access.keyed_hash, idle=timedelta(hours=1), lifetime=timedelta(hours=1))
    token = await sessions.sign_in(EMAIL, PASSWORD, tenant="default")
    async with access.database.reading() as session:
        row = await session.get(PersonRow, ("default", id_))
    assert row is not None
    assert "m=16,t=2" in (row.password_hash or "")
    assert await sessions.find(token)


async def test_too_many_at_once_are_refused_rather_than_queued_without_end() -> None:
    passwords = Passwords()
    found = await asyncio.gather(*(passwords.verify(None, PASSWORD) for _ in range(200)), return_exceptions=True)
    refused = [item for item in found if isinstance(item, BaseException)]
    assert refused
    assert all(isinstance(item, OverloadedError) for item in refused)
    assert not any(item is True for item in found)


async def test_rows_of_ended_sessions_are_swept(access: Access, clock: Clock) -> None:
    await person(access)
    await sign_in(access)
    clock.move(days=5)
    await sign_in(access)
    async with access.database.reading() as session:
        assert len((await session.scalars(select(SessionRow))).all()) == 1
