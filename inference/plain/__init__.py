"""Plain language: jargon explained once in everyday words, the comparison that fits, and how plain a text is.

textstat and other readability formulas were weighed and left: they count English syllables, know no Arabic clitics, and
cannot tell jargon that was explained from jargon that was not.
"""

from inference.plain.comparison import comparison
from inference.plain.explain import Explained, Explanation, explain, unexplained
from inference.plain.glossary import Entry, Wording, glossary, locked_names
from inference.plain.plainness import Plainness, plainness

__all__ = [
    "Entry",
    "Explained",
    "Explanation",
    "Plainness",
    "Wording",
    "comparison",
    "explain",
    "glossary",
    "locked_names",
    "plainness",
    "unexplained",
]
