"""What every check is given, and how a finding is made."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from inference.checks.reading import SENTENCE, Reading, reading_of
from inference.lexicons import load_lexicon
from inference.policy import Policy
from inference.text import Folded, fold
from inference.types import DraftStep, Edit, Finding, Message, Severity, Source, Span, TonePlan
from inference.untrusted import trusted

__all__ = ["INITIALS", "SENTENCE", "Check", "CheckInput", "folded_text"]

INITIALS = re.compile(r"[\^*~][ ]?[A-Za-z]{1,15}(?: [A-Z])?\s*$")
"""How agents of social teams sign: "^AB"."""


@lru_cache(maxsize=4_096)  # the same resolutions and phrases back thousands of replies
def folded_text(text: str) -> str:
    """Return folded text that backs many replies."""
    return fold(text).text


@dataclass(frozen=True)
class CheckInput:
    """A reply's text with all that may back it; ``plan`` and ``steps`` are absent for text that was not composed.

    Attributes:
        role: Who is about to send it, as the policy's ``authority`` names roles.
        notes_language: In which language the agent is told what was found.
    """

    text: str
    language: str
    sources: tuple[Source, ...]
    policy: Policy
    message: Message
    plan: TonePlan | None = None
    steps: tuple[DraftStep, ...] = ()
    role: str = "agent"
    notes_language: str = "en"

    @cached_property
    def folded(self) -> Folded:
        """The text, folded."""
        return fold(self.text)

    @cached_property
    def reading(self) -> Reading:
        """The folded text as all checks read it."""
        return reading_of(self.folded.text)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """The ranges of the folded text's sentences that hold a word."""
        return tuple(sentence.span for sentence in self.reading.sentences)

    def sentence_at(self, at: int) -> int | None:
        """Return which sentence a place of the folded text is in; None between two of them."""
        return self.reading.sentence_at(at)

    @cached_property
    def trusted(self) -> tuple[Source, ...]:
        """The sources without orders to whoever writes the reply: those back nothing."""
        return tuple(trusted(source) for source in self.sources)

    @cached_property
    def backing(self) -> str:
        """Folded text of everything that may back a statement: sources, supplied facts and policy phrases."""
        phrases = self.policy.phrases.get(self.language, {})
        lines = [line for value in phrases.values() for line in ((value,) if isinstance(value, str) else value)]
        return "\n".join([*map(folded_text, lines), *(folded_text(source.quote) for source in self.trusted)])

    def finding(
        self,
        code: str,
        *,
        at: tuple[int, int] | None = None,
        span: Span | None = None,
        suggestion: Edit | None = None,
        **values: str,
    ) -> Finding:
        """Make a finding, as severe as the policy says.

        Args:
            code: one of ``inference/lexicons/findings.yaml``.
            at: where it is, as a range of the folded text.
            span: where it is in the text itself, instead of ``at``.
            suggestion: a safe repair.
            values: what fills the placeholders of the code's sentence; ``span`` is filled from the place.
        """
        place = span or (self.folded.span(*at) if at and at[0] < at[1] else None)
        entry = load_lexicon("findings")[code]
        wording = entry.get(self.notes_language, entry["en"])
        return Finding(
            check=entry["check"],
            code=code,
            severity=self.policy.severity(code) or Severity.WARN,
            message=wording.format(**{"span": place.text.strip() if place else ""} | values),
            span=place,
            suggestion=suggestion,
        )


Check = Callable[[CheckInput], Iterator[Finding]]
