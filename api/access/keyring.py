"""Secrets: making them, their digests, and the key with which personal data is hashed for the audit log."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from models.errors import ConfigurationError

KEY_FILE = "audit.key"
_KEY_BYTES = 32


def new_secret() -> str:
    """Return 256 random bits as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, hexadecimal.

    A slow hash makes guessing dear where secrets are guessable. Nobody guesses 256 random bits, however fast the hash
    is, and each request pays for it.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Tell whether two digests are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


class KeyedHash:
    """Hashes personal data with a key (HMAC-SHA256): equal values can be found again, nobody without the key can try.

    Args:
        key: at least 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, value: str) -> str:
        """Return the hash of a value, 32 hexadecimal digits; ``kind`` keeps hashes of different things apart."""
        return hmac.new(self._key, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:32]


def load_keyed_hash(key: str | None, directory: Path) -> KeyedHash:
    """Return the installation's keyed hash.

    Args:
        key: what the operator set; must be the same in all processes and is part of a backup of secrets.
        directory: where the key file is read, or made with mode 0600, if no key is set.

    Raises:
        ConfigurationError: the key is short, or its file cannot be read or made.
    """
    if key is not None:
        if len(key.encode()) < _KEY_BYTES:
            msg = "RIFQ_AUDIT_KEY needs at least 32 characters: make one with  openssl rand -hex 32."
            raise ConfigurationError(msg, field="audit_key")
        return KeyedHash(key.encode())
    try:
        return KeyedHash(_read_or_make(directory / KEY_FILE))
    except OSError as error:
        msg = f"The key file {directory / KEY_FILE} cannot be used ({error.strerror}): mend it, or set RIFQ_AUDIT_KEY."
        raise ConfigurationError(msg, field="audit_key") from error


def _read_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside, then linked: of two processes that start at once, both read what the first one made, and whole.
    if not path.exists():
        aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    key = path.read_bytes()
    if len(key) < _KEY_BYTES:
        msg = f"The key file {path} is shorter than {_KEY_BYTES} bytes: restore it, or delete it to begin anew."
        raise ConfigurationError(msg, field="audit_key")
    return key
