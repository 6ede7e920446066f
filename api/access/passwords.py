"""Passwords: argon2id with the parameters of RFC 9106 for little memory, off the event loop, few at a time."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.turns import Turns
from models.errors import InputError

MIN_LENGTH = 12
MAX_LENGTH = 256
_AT_ONCE = 2
"""Each hash takes 64 MiB while it is computed."""
_WAITING = 32
_REFUSAL = "Too many people sign in at this moment: try again."
Result = TypeVar("Result")


class Passwords:
    """Hashes and verifies passwords.

    Args:
        hasher: argon2id; tests hand in a cheap one.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = Turns(at_once=_AT_ONCE, waiting=_WAITING, refusal=_REFUSAL)
        self._nobody: str | None = None

    async def hash(self, password: str, *, field: str = "password") -> str:
        """Return the hash of a password that fits the rules.

        Raises:
            InputError: it is too short or too long.
        """
        return await self._run(self._hasher.hash, _bytes(check_password(password, field=field)))

    async def verify(self, hash_: str | None, password: str) -> bool:
        """Tell whether a password is right; without a hash it takes the same time, and is wrong.

        Raises:
            OverloadedError: too many verifications wait.
        """
        if self._nobody is None:
            self._nobody = await self._run(self._hasher.hash, secrets.token_hex(16))
        # One that is too long was never taken; it must not cost more than another either.
        normal = _normal(password)
        matches = await self._run(self._matches, hash_ or self._nobody, _bytes(normal[:MAX_LENGTH]))
        return matches and hash_ is not None and len(normal) <= MAX_LENGTH

    def is_outdated(self, hash_: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hash_)

    def _matches(self, hash_: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(hash_, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., Result], *given: str | bytes) -> Result:
        async with self._turns.turn():
            return await asyncio.to_thread(work, *given)


def check_password(password: str, *, field: str = "password") -> str:
    """Return a password in its normal form (NFKC: keyboards compose Arabic and accents in different ways).

    Length is the only rule (NIST SP 800-63B, 3.1.1.2).

    Raises:
        InputError: it is too short or too long.
    """
    normal = _normal(password)
    if not MIN_LENGTH <= len(normal) <= MAX_LENGTH:
        msg = f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters: a few unrelated words are a good one."
        raise InputError(msg, field=field)
    return normal


def new_password() -> str:
    """Return a password to hand over once: 100 random bits in letters and digits that are not mistaken for others."""
    return "-".join("".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(5)) for _ in range(4))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _bytes(normal: str) -> bytes:
    # Half of a surrogate pair can come in by a terminal; it is no reason to fail.
    return normal.encode("utf-8", "surrogatepass")
