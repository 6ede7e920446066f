"""What is found, and what a tenant can set."""

from enum import StrEnum
from functools import lru_cache
from typing import Annotated

import re2  # type: ignore[import-untyped]
from pydantic import AfterValidator, Field

from inference.types import Probability, Record

_LONGEST_PATTERN = 200
_MEMORY = 1 << 20


class Kind(StrEnum):
    """Kinds of personal data; an ``account_id`` is one that a tenant's pattern names, or an account number."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    NATIONAL_ID = "national_id"
    ACCOUNT_ID = "account_id"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    IP = "ip"
    PLATE = "plate"
    URL = "url"
    SECRET = "secret"  # noqa: S105 - a kind's name


class Personal(Record):
    """Personal data at ``text[start:end]`` of the original text, in code points.

    The value itself is not kept here, so that logging what was found never logs it.
    """

    kind: Kind
    start: int = Field(ge=0)
    end: int = Field(gt=0)
    confidence: Probability
    reason: str = Field(description="A stable code of what decided: 'iban_checksum', 'name_title' ...")
    label: str = Field(description="How its placeholder is called: the kind, or the name of the tenant's pattern.")
    country: str | None = Field(default=None, description="ISO 3166 code, of a national id whose rule is known.")


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> "re2._Regexp":
    """Compile a tenant's pattern with RE2, which matches in linear time whatever the pattern.

    Raises:
        ValueError: RE2 refuses it (back-references, look-around, a state machine that is too large).
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        msg = "The pattern is not valid for RE2: use neither look-around nor back-references, and keep it small."
        raise ValueError(msg) from error


def _usable(pattern: str) -> str:
    if not pattern.isascii():
        raise ValueError("A pattern is written in ASCII: its digits match those of every script.")
    if compile_pattern(pattern).search("") is not None:
        raise ValueError("A pattern must not match the empty text.")
    return pattern


class IdPattern(Record):
    """A tenant's own kind of id: whole words that match ``pattern`` (RE2 syntax, case ignored) become ``[NAME_1]``."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")]
    pattern: Annotated[str, Field(min_length=2, max_length=_LONGEST_PATTERN), AfterValidator(_usable)]


class Settings(Record):
    """What a tenant can set.

    Attributes:
        kinds: kinds that are masked.
        least: the least confidence that is masked; from 0.6 on, numbers whose check digits are wrong stay.
        ids: the tenant's order, customer or ticket numbers; without them, order numbers stay.
    """

    kinds: frozenset[Kind] = frozenset(Kind)
    least: Probability = 0.5
    ids: Annotated[tuple[IdPattern, ...], Field(max_length=50)] = ()
