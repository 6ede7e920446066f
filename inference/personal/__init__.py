"""Personal data in customers' words: found and replaced by typed placeholders before anything is stored or indexed.

presidio was weighed and left: it brings spaCy (hundreds of MB) and has no recogniser for the ids, phones and names of
the Arab world, so that all of this would have to be written for it too. ``phonenumbers`` refuses mistyped and
unallocated numbers, which are personal all the same; names-dataset was drawn from a leak of people's profiles.
"""

from inference.personal.find import find
from inference.personal.masker import Masked, Masker
from inference.personal.types import IdPattern, Kind, Personal, Settings

__all__ = ["IdPattern", "Kind", "Masked", "Masker", "Personal", "Settings", "find"]
