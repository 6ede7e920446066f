"""What the measures say of broken drafts: the right one falls, the others hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evaluation.scorecard.checks import PLAIN
from evaluation.scorecard.measures import Value, measures
from evaluation.validity.faults import Broken

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Case:
    """A broken draft with its measures before and after.

    Attributes:
        sent: Whether the text was read as words that somebody sent, without the draft's own steps.
    """

    broken: Broken
    before: dict[str, Value]
    after: dict[str, Value]
    sent: bool

    @property
    def fell(self) -> tuple[str, ...]:
        """The measures that are worse than before."""
        return tuple(name for name in self.before if is_worse(name, self.before[name], self.after[name]))

    @property
    def noticed(self) -> bool:
        """Whether the measure fell that had to fall."""
        return self.broken.kind.expected in self.fell

    @property
    def others(self) -> tuple[str, ...]:
        """The measures that fell although nothing of theirs was broken."""
        mine = {self.broken.kind.expected, *self.broken.change.also}
        return tuple(name for name in self.fell if name not in mine)

    @property
    def right(self) -> bool:
        """Whether the right measure fell and the others held."""
        return self.noticed and not self.others


def is_worse(name: str, before: Value, after: Value) -> bool:
    """Tell whether a measure fell; one that no longer applies did not, one that now applies and fails did."""
    if after is None:
        return False
    if before is None:
        return after is False
    if name == "plainness":  # any sentence moves it: it falls where the text is no longer called plain
        return float(after) < PLAIN <= float(before)
    return float(after) < float(before) - _ROUNDING


def judge(broken: Iterable[Broken], *, sent: bool) -> Iterator[Case]:
    """Measure broken drafts and the good ones that they were made of.

    Args:
        broken: the drafts.
        sent: whether both are read as free wording; else as a draft whose steps are known.
    """
    for item in broken:
        good = item.good
        steps = ((), ()) if sent else (good.draft.steps, item.change.steps)
        before = measures(good.given(good.draft.text, steps[0]), good.analysis)
        after = measures(good.given(item.change.text, steps[1]), good.analysis)
        yield Case(item, before, after, sent)
