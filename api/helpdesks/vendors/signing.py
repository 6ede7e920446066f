"""Signatures of deliveries: compared in constant time, and refused where a signed time is not fresh."""

import hashlib
import hmac
from datetime import datetime

from models.errors import SignatureError

FRESH = 300.0
"""Seconds by which a signed time may lie before or after ours."""
_REFUSED = "The delivery is not signed as this connection expects: compare the secret on both sides, and the clocks."


def digest(secret: str, signed: bytes, algorithm: str = "sha256") -> "hmac.HMAC":
    """Return the HMAC of what was signed.

    Args:
        secret: the key, as UTF-8.
        signed: over which the helpdesk signs.
        algorithm: ``sha256``, or ``sha1`` where the helpdesk offers nothing else.
    """
    return hmac.new(secret.encode(), signed, getattr(hashlib, algorithm))


def check_signature(expected: str, given: str | None) -> None:
    """Compare a signature in constant time.

    Raises:
        SignatureError: it is missing or another one.
    """
    if given is None or not hmac.compare_digest(expected.encode(), given.strip().encode("utf-8", "replace")):
        raise refusal()


def check_fresh(stamp: str | None, at: datetime) -> None:
    """Compare the time that was signed (seconds since 1970, as text) with the time of arrival.

    Raises:
        SignatureError: it is missing, no number, or more than ``FRESH`` seconds away.
    """
    if stamp is None or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 13):
        raise refusal()
    if abs(at.timestamp() - int(stamp)) > FRESH:
        raise refusal()


def refusal() -> SignatureError:
    """Return the one error of every delivery that proves nothing: it does not say what was wrong with it."""
    return SignatureError(_REFUSED)
