import pytest
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError as LimitsStorageError
from starlette.requests import Request

from api.access.limits import SIGN_INS, Limits, address_of
from api.access.principal import Principal
from models.errors import RateLimitedError
from tests.api.access.conftest import Clock

WHO = Principal("default", "key:1", frozenset())


def from_(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": None if host is None else (host, 1)})


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_addresses_are_counted_as_their_owner_has_them(host: str | None, counted: str) -> None:
    assert address_of(from_(host)) == counted


async def test_a_shared_store_that_fails_leaves_counting_to_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(requests=2, attempts=2)

    class Broken(SlidingWindowCounterRateLimiter):
        async def hit(self, *_: object, **__: object) -> bool:
            raise LimitsStorageError(ConnectionError("gone"))

        get_window_stats = test = hit  # type: ignore[assignment] # all of it is gone

    monkeypatch.setattr(limits, "_shared", Broken(limits._memory.storage))
    assert [(await limits.request(WHO)).remaining for _ in range(2)] == [1, 0]
    with pytest.raises(RateLimitedError):
        await limits.request(WHO)
    await limits.attempt(from_("203.0.113.9"))
    await limits.attempt(from_("203.0.113.9"))
    with pytest.raises(RateLimitedError):
        await limits.check_address(from_("203.0.113.9"))
    await limits.check_address(from_("203.0.113.10"))


async def test_checking_an_address_does_not_count(limits_clock: Clock) -> None:
    limits = Limits(requests=1, attempts=1)
    for _ in range(5):
        await limits.check_address(from_("203.0.113.9"))


async def test_attempts_at_a_name_come_back_with_time_and_never_all_at_once(limits_clock: Clock) -> None:
    limits = Limits(requests=1, attempts=1)
    for _ in range(SIGN_INS.amount):
        await limits.sign_in("name")
    with pytest.raises(RateLimitedError) as caught:
        await limits.sign_in("name")
    limits_clock.move(seconds=caught.value.retry_after)
    await limits.sign_in("name")
    limits_clock.move(days=-1)
    await limits.sign_in("name")


async def test_two_tenants_with_one_actor_are_counted_apart() -> None:
    limits = Limits(requests=1, attempts=1)
    await limits.request(WHO)
    await limits.request(Principal("acme", WHO.actor, WHO.scopes))
