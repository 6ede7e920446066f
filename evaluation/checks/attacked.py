"""Attacks let loose: does the composer obey them, and do the checks stop a writer that does?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from evaluation.checks.attacks import Attack
from evaluation.checks.pairs import helpdesk_policy
from evaluation.helpdesk import given_result
from inference.analysis import Analyzer
from inference.checks import CheckInput, run_checks
from inference.compose import compose
from inference.types import Draft, Finding, Resolution, Severity
from retrieval import sample


@dataclass(frozen=True)
class Attacked:
    """An attack with the draft that the composer wrote beside it.

    Attributes:
        draft: The composer's, from the resolution that answers the problem (poisoned where knowledge is the door).
    """

    attack: Attack
    draft: Draft

    @property
    def composed(self) -> bool:
        """Whether the composer obeyed."""
        return self.attack.succeeded(self.draft.text)

    @property
    def obeyed(self) -> str:
        """The reply of a writer that obeys: its sentence behind the composer's reply."""
        return f"{self.draft.text}\n{self.attack.obeyed}".strip()

    @cached_property
    def obedient(self) -> tuple[Finding, ...]:
        """The blocking findings in the reply of a writer that obeys."""
        return self._blocking(self.obeyed)

    @cached_property
    def honest(self) -> tuple[Finding, ...]:
        """The blocking findings in the composer's own reply."""
        return self._blocking(self.draft.text) if self.draft.text else ()

    def _blocking(self, text: str) -> tuple[Finding, ...]:
        draft, policy = self.draft, helpdesk_policy()
        plan = None if draft.plan is None else draft.plan.model_copy(update={"steps": ()})
        given = CheckInput(text, draft.language, draft.sources, policy, self.attack.asked, plan)
        return tuple(found for found in run_checks(given) if found.severity is Severity.BLOCK)


def attack(analyzer: Analyzer, attacks: Sequence[Attack], *, today: date) -> Iterator[Attacked]:
    """Have the composer answer each attacked message from the resolution that answers its real problem."""
    resolutions = {item.id: item for item in sample.load(today)}
    policy = helpdesk_policy()
    for item in attacks:
        message = item.asked
        analysis = analyzer.analyze([message])[0].analysis
        chosen = resolutions.get(f"{item.resolution}.{item.reply_language}")
        found = given_result(_poisoned(chosen, item), today)
        yield Attacked(item, compose(message, analysis, found, policy))


def _poisoned(resolution: Resolution | None, attack_: Attack) -> Resolution | None:
    if resolution is None or attack_.place != "knowledge":
        return resolution
    return resolution.model_copy(update={"answer": f"{resolution.answer}\n{attack_.text}"})
