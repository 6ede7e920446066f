"""The one exception tree of Rifq; callers catch ``RifqError``.

RifqError
├── InputError              the caller's data is at fault; says which field and what to do (HTTP 422)
│   ├── MissingWordingError   a final response lacks wording that the law prescribes
│   └── NothingToReadError    a round of review would be empty; says how much was left out, and why
├── NotFoundError           an id that does not exist (HTTP 404)
├── ConflictError           the state does not allow it (HTTP 409)
│   └── StillRunningError   a request with the same key is being answered; try again after ``retry_after`` seconds
├── IdempotencyConflictError  the key was used for another request (HTTP 422)
├── PreconditionError       what was to be changed is not as the caller last read it (HTTP 412)
├── UnauthenticatedError    nobody is signed in, or what they signed in with does not hold (HTTP 401)
│   └── SignatureError      a delivery is not signed by the helpdesk that it names, or was signed long ago
├── ForbiddenError          whoever asks may not do this (HTTP 403)
├── RateLimitedError        too many requests; try again after ``retry_after`` seconds (HTTP 429)
├── OverloadedError         a bounded queue is full; try again after ``retry_after`` seconds (HTTP 503)
├── HelpdeskError           a helpdesk did not take what was left for its agents; says whether trying again helps
├── ConfigurationError      a setting, policy or environment is at fault
│   └── MissingExtraError   an optional dependency is not installed; names the command that installs it
├── ArtifactError           a model or index file is absent, corrupt or of another revision
└── StorageError            the database could not be read or written
"""

from collections.abc import Mapping
from typing import ClassVar


class RifqError(Exception):
    """Root of all errors that Rifq raises on purpose: a stable ``code`` and a sentence that says what to do."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InputError(RifqError):
    """The caller's data is at fault."""

    code = "invalid_input"


class MissingWordingError(InputError):
    """A final response to a complaint lacks paragraphs that must stand in it unchanged."""

    code = "missing_wording"


class NothingToReadError(InputError):
    """A round of review would be empty; ``left_out`` counts what was left out, by reason."""

    def __init__(self, left_out: Mapping[str, int]) -> None:
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items()) or "nothing there"
        super().__init__(
            f"There is nothing to read ({reasons}): choose another period, target or share.", field="since"
        )
        self.left_out = left_out


class NotFoundError(RifqError):
    """The thing named does not exist."""

    code = "not_found"


class ConflictError(RifqError):
    """The present state does not allow the request."""

    code = "conflict"


class StillRunningError(ConflictError):
    """A request with the same key is being answered; ``retry_after`` is in seconds."""

    code = "still_running"

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IdempotencyConflictError(RifqError):
    """A key was used for another request."""

    code = "idempotency_conflict"


class PreconditionError(RifqError):
    """What was to be changed is not as the caller last read it."""

    code = "precondition_failed"


class UnauthenticatedError(RifqError):
    """Nobody is signed in, or the key, password or session does not hold."""

    code = "unauthenticated"


class SignatureError(UnauthenticatedError):
    """A delivery does not prove that the helpdesk sent it."""

    code = "bad_signature"


class ForbiddenError(RifqError):
    """Whoever asks may not do this."""

    code = "forbidden"


class RateLimitedError(RifqError):
    """Too many requests; ``retry_after`` is in seconds."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OverloadedError(RifqError):
    """A bounded queue is full; ``retry_after`` is in seconds."""

    code = "overloaded"

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class HelpdeskError(RifqError):
    """A helpdesk did not take what was to be left there.

    Attributes:
        lasting: whether trying again cannot help: a wrong address or token, a conversation that is gone.
        unsure: whether it may have been taken all the same: the answer never came.
        retry_after: seconds that the helpdesk asks to be left alone; None where it did not say.
    """

    code = "helpdesk"

    def __init__(
        self, message: str, *, lasting: bool = False, unsure: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.lasting = lasting
        self.unsure = unsure
        self.retry_after = retry_after


class ConfigurationError(RifqError):
    """A setting, policy or environment is at fault."""

    code = "configuration"


class MissingExtraError(ConfigurationError):
    """An optional dependency is not installed."""

    code = "missing_extra"

    def __init__(self, extra: str) -> None:
        super().__init__(f"This needs the '{extra}' extra: run  pip install 'rifq[{extra}]'.")


class ArtifactError(RifqError):
    """A model or index file is absent, corrupt or of another revision."""

    code = "artifact"


class StorageError(RifqError):
    """The database could not be read or written."""

    code = "storage"
