"""What a run may be told to do otherwise: light to import, for the command line."""

from enum import StrEnum


class Part(StrEnum):
    """The part of each set that is asked."""

    TEST = "test"
    DEV = "dev"


class Writer(StrEnum):
    """Who words the reply: the composer, the best resolution as it stands, or one template for all."""

    COMPOSER = "composer"
    PASTE = "paste"
    TEMPLATE = "template"


class PageLanguage(StrEnum):
    """The language of a report's page."""

    AR = "ar"
    EN = "en"
