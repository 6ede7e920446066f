"""Whose data: a customer by the helpdesk's ids, and the values by which they can be recognised in a text."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from inference.personal.masker import phone_parts
from inference.text import fold
from inference.types import Identifier, Record

FEWEST_CHARACTERS = 5
"""Letters and digits that a value needs: a shorter one stands in everybody's messages."""
_SEPARATORS = re.compile(r"[\W_]+")
EMAIL = re.compile(r"[a-z0-9._%+'-]+ ?@ ?[a-z0-9-]+(?: ?\. ?[a-z0-9-]+)*? ?\. ?[a-z]{2,24}(?![a-z0-9-]|\.[a-z0-9])")
"""An e-mail address in folded text."""
_DIGITS = re.compile(r"[0-9]{7,15}")


def joined(text: str) -> str:
    """Return a text's letters and digits, folded: what all spellings of one value share."""
    return _SEPARATORS.sub("", fold(text).text)


def _long_enough(text: str) -> str:
    if len(joined(text)) < FEWEST_CHARACTERS:
        msg = f"give at least {FEWEST_CHARACTERS} letters or digits: a shorter value stands in other people's messages"
        raise ValueError(msg)
    return text.strip()


def _email(text: str) -> str:
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text.strip()):
        msg = "this is no e-mail address"
        raise ValueError(msg)
    return _long_enough(text)


def _phone(text: str) -> str:
    if not _DIGITS.fullmatch(_digits(text)):
        msg = "a phone number has 7 to 15 digits"
        raise ValueError(msg)
    return text.strip()


def _full_name(text: str) -> str:
    if len(fold(text).text.split()) < 2:
        msg = "give the full name: a single name is shared by many customers"
        raise ValueError(msg)
    return _long_enough(text)


def _digits(text: str) -> str:
    return "".join(character for character in fold(text).text if character.isdigit())


Value = Annotated[str, Field(min_length=1, max_length=500)]


class Subject(Record):
    """A customer whose data is looked for.

    Attributes:
        customers: the helpdesk's ids of the customer: every conversation of theirs is found by them.
        conversations: the helpdesk's ids of conversations.
        drafts: ids of drafts, for what came in without a conversation.
        emails: addresses of the customer.
        phones: with or without a country's code; spelt at home and from abroad they are one.
        names: full names as the customer gives them; two customers of one name cannot be told apart by it.
        texts: anything else that identifies: an order, an IBAN, a street.
    """

    customers: tuple[Identifier, ...] = Field(default=(), max_length=100)
    conversations: tuple[Identifier, ...] = Field(default=(), max_length=1_000)
    drafts: tuple[Identifier, ...] = Field(default=(), max_length=1_000)
    emails: tuple[Annotated[Value, AfterValidator(_email)], ...] = Field(default=(), max_length=50)
    phones: tuple[Annotated[Value, AfterValidator(_phone)], ...] = Field(default=(), max_length=50)
    names: tuple[Annotated[Value, AfterValidator(_full_name)], ...] = Field(default=(), max_length=50)
    texts: tuple[Annotated[Value, AfterValidator(_long_enough)], ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not any(getattr(self, name) for name in Subject.model_fields):
            msg = "name at least one id or value of the customer"
            raise ValueError(msg)
        return self


def word_forms(subject: Subject) -> frozenset[str]:
    """Return what the subject's values come down to without spelling and separators; e-mail addresses are apart."""
    values = (*subject.emails, *subject.phones, *subject.names, *subject.texts)
    return frozenset(joined(value) for value in values if not EMAIL.fullmatch(fold(value).text))


def email_forms(subject: Subject) -> frozenset[str]:
    """Return the subject's e-mail addresses, in which each mark counts: a.b@x.com is not ab@x.com."""
    folded = (fold(value).text for value in (*subject.emails, *subject.texts))
    return frozenset(email_key(text) for text in folded if EMAIL.fullmatch(text))


def email_key(text: str) -> str:
    """Return a folded address without the spaces that people put around its marks."""
    return "".join(text.split())


def phone_forms(subject: Subject) -> frozenset[str]:
    """Return under which forms (``code:number``) the subject's phone numbers are known; see ``phone_keys``."""
    found = set[str]()
    for phone in subject.phones:
        code, local = phone_parts(fold(phone).text)
        # One given without its country's code is recognised with any, and the other way round.
        found |= {f"{code}:{local}", f":{local}"} if code else {f":{local}", f"*:{local}"}
    return frozenset(found)


def phone_keys(code: str, local: str) -> tuple[str, ...]:
    """Return the forms under which a number that stands in a text may be known."""
    return (f"{code}:{local}", f"*:{local}") if code else (f":{local}",)
