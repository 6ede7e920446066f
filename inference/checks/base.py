"""What every check is given, and how a finding is made."""

import re
from dataclasses import dataclass
from functools import cached_property

from inference.policy import Policy
from inference.text import Folded, fold
from inference.types import DraftStep, Finding, Message, Severity, Source, TonePlan

SENTENCE = re.compile(r"[^.!?؟\n]+(?:\.\d[^.!?؟\n]*)*[.!?؟]*")


@dataclass(frozen=True)
class CheckInput:
    """A reply's text with all that may back it; ``plan`` and ``steps`` are absent for text that was not composed."""

    text: str
    language: str
    sources: tuple[Source, ...]
    policy: Policy
    message: Message
    plan: TonePlan | None = None
    steps: tuple[DraftStep, ...] = ()

    @cached_property
    def folded(self) -> Folded:
        """The text, folded."""
        return fold(self.text)

    @cached_property
    def backing(self) -> str:
        """Folded text of everything that may back a statement: sources, supplied facts and policy phrases."""
        phrases = self.policy.phrases.get(self.language, {})
        lines = [line for value in phrases.values() for line in ((value,) if isinstance(value, str) else value)]
        return "\n".join([fold("\n".join(lines)).text, *(fold(source.quote).text for source in self.sources)])

    def finding(
        self, check: str, code: str, severity: Severity, message: str, *, at: tuple[int, int] | None = None
    ) -> Finding:
        """Make a finding; ``at`` is a range of the folded text."""
        span = self.folded.span(*at) if at and at[0] < at[1] else None
        return Finding(check=check, code=code, severity=severity, message=message, span=span)
