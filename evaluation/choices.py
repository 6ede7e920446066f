"""What a run may be told to do otherwise: light to import, for the command line."""

from enum import StrEnum


class Part(StrEnum):
    """The part of each set that is asked."""

    TEST = "test"
    DEV = "dev"


class Writer(StrEnum):
    """Who words the reply: the composer, the best resolution as it stands, one template for all, or a language model.

    The language model is the one that RIFQ_WRITER names; nothing checks what it writes.
    """

    COMPOSER = "composer"
    PASTE = "paste"
    TEMPLATE = "template"
    LLM = "llm"


class PageLanguage(StrEnum):
    """The language of a report's page."""

    AR = "ar"
    EN = "en"
