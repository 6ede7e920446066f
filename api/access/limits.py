"""How often somebody may ask: each key and person by the minute, addresses and names with each attempt."""

import ipaddress
import math
import time
from dataclasses import dataclass

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import ConfigurationError as LimitsError
from limits.errors import StorageError as LimitsStorageError
from limits.storage import storage_from_string
from starlette.requests import Request

from api.access.principal import Principal
from models.errors import ConfigurationError, RateLimitedError

SIGN_INS = RateLimitItemPerMinute(10, 15)
"""Attempts at one person's password from one browser, in a quarter of an hour."""
_logger = structlog.stdlib.get_logger("rifq.access")


@dataclass(frozen=True)
class Allowance:
    """What is left: ``limit`` requests in ``window`` seconds, ``remaining`` of them, all again after ``reset``."""

    limit: int
    window: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the header fields of draft-ietf-httpapi-ratelimit-headers-10."""
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={self.window}',
            "RateLimit": f'"default";r={self.remaining};t={self.reset}',
        }


class Limits:
    """Counts requests in sliding windows (the kept library ``limits``).

    Args:
        requests: a minute, for each key and each person.
        attempts: a minute, for each address, that do not prove who asks.
        store: URL of a store that several processes share; memory if None. Where the store fails, memory counts on.

    Raises:
        ConfigurationError: the store's URL or its client is not right.
    """

    def __init__(self, *, requests: int, attempts: int, store: str | None = None) -> None:
        self._requests = RateLimitItemPerMinute(requests)
        self._attempts = RateLimitItemPerMinute(attempts)
        self._memory = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = None if store is None else SlidingWindowCounterRateLimiter(_open_store(store))

    async def request(self, principal: Principal) -> Allowance:
        """Count a request.

        Raises:
            RateLimitedError: the principal asks too often.
        """
        name = f"{principal.tenant}/{principal.actor}"
        allowance = await self._hit(self._requests, "request", name)
        if allowance is None:
            raise await self._refusal(self._requests, "request", name)
        return allowance

    async def check_address(self, request: Request) -> None:
        """Refuse an address from which too many attempts failed lately, before anything is computed for it.

        Raises:
            RateLimitedError: try later.
        """
        name = address_of(request)
        if not await self._test(self._attempts, "address", name):
            raise await self._refusal(self._attempts, "address", name)

    async def attempt(self, request: Request) -> None:
        """Count an attempt of an address that did not prove who asks.

        Raises:
            RateLimitedError: there were too many.
        """
        name = address_of(request)
        if await self._hit(self._attempts, "address", name) is None:
            raise await self._refusal(self._attempts, "address", name)

    async def sign_in(self, name: str) -> None:
        """Count an attempt at a person's password; ``name`` is hashed, and tells a known browser from all others.

        Raises:
            RateLimitedError: there were too many.
        """
        if await self._hit(SIGN_INS, "sign-in", name) is None:
            raise await self._refusal(SIGN_INS, "sign-in", name)

    async def _hit(self, item: RateLimitItem, *names: str) -> Allowance | None:
        for limiter in self._limiters():
            try:
                taken = await limiter.hit(item, *names)
                stats = await limiter.get_window_stats(item, *names)
            except LimitsStorageError as error:
                _tell(error)
                continue
            reset = max(0, round(stats.reset_time - time.time()))
            return Allowance(item.amount, item.get_expiry(), max(0, stats.remaining), reset) if taken else None
        return None

    async def _test(self, item: RateLimitItem, *names: str) -> bool:
        for limiter in self._limiters():
            try:
                return bool(await limiter.test(item, *names))
            except LimitsStorageError as error:
                _tell(error)
        return False

    async def _refusal(self, item: RateLimitItem, *names: str) -> RateLimitedError:
        wait = float(item.get_expiry())
        for limiter in self._limiters():
            try:
                # The window slides on from its reset: one place more is free a share of it later.
                share = item.get_expiry() / item.amount
                wait = (await limiter.get_window_stats(item, *names)).reset_time - time.time() + share
                break
            except LimitsStorageError as error:
                _tell(error)
        # Not beyond two windows, wherever the clock was set meanwhile.
        seconds = min(max(1, math.ceil(wait)), 2 * item.get_expiry())
        msg = f"Too many requests: try again in {seconds} seconds."
        return RateLimitedError(msg, retry_after=seconds)

    def _limiters(self) -> tuple[SlidingWindowCounterRateLimiter, ...]:
        return (self._memory,) if self._shared is None else (self._shared, self._memory)


def address_of(request: Request) -> str:
    """Return the client's address, for IPv6 its /64 network: a customer of a provider has all of that."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((int(address), 64), strict=False).network_address)
    return host


def _open_store(url: str) -> Storage:
    try:
        store = storage_from_string(f"async+{url}", wrap_exceptions=True)
    except (LimitsError, ImportError, ValueError) as error:
        msg = (
            "RIFQ_RATE_STORE cannot be used: give redis://HOST:PORT, and install its client with "
            "pip install 'limits[async-redis]'."
        )
        raise ConfigurationError(msg, field="rate_store") from error
    if not isinstance(store, Storage):
        msg = "RIFQ_RATE_STORE is not valid: give redis://HOST:PORT."
        raise ConfigurationError(msg, field="rate_store")
    return store


def _tell(error: LimitsStorageError) -> None:
    _logger.warning("rate_store_failed", error=type(error.storage_error).__name__)
