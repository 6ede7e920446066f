"""One run over the replies of a part, and over the attacks."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from evaluation.checks.attacks import Attacked, attack, read_attacks
from evaluation.checks.measure import (
    Judged,
    attack_figures,
    false_alarms,
    judge,
    recall,
    recall_of_kinds,
    times,
)
from evaluation.checks.pairs import PARTS, helpdesk_policy, read_pairs
from evaluation.checks.report import CheckReport, CheckResult, Example
from evaluation.result import RunInfo
from evaluation.revisions import code_revision
from inference.analysis import Analyzer
from models.errors import InputError
from models.registry import load_encoder

TODAY = date(2026, 1, 15)


def run(part: str, sets: Path | None, *, attacks: bool, seed: int, describe: Callable[[], RunInfo]) -> CheckReport:
    """Measure.

    Args:
        part: "dev" or "test".
        sets: the folder of replies and attacks; the committed one if None.
        attacks: whether the attacks are measured too.
        seed: of the intervals.
        describe: tells about the run once it is over.

    Raises:
        InputError: there is no such part.
    """
    if part not in PARTS:
        msg = f"There is no part '{part}': choose {' or '.join(PARTS)}."
        raise InputError(msg, field="part")
    judged = list(judge(read_pairs(sets, part)))
    attacked = _attacked(sets) if attacks else []
    policy = helpdesk_policy()
    result = CheckResult(
        part=part,
        code=code_revision(),
        policy=policy.revision or "the default one with evaluation/checks/policy.yaml",
        seed=seed,
        pairs=len(judged),
        recall=tuple(recall(judged, seed=seed)),
        alarms=tuple(false_alarms(judged, seed=seed)),
        kinds=tuple(recall_of_kinds(judged, seed=seed)),
        attacks=tuple(attack_figures(attacked, seed=seed)) if attacked else (),
        times=times(judged),
        missed=tuple(_missed(judged)),
        alarmed=tuple(_alarmed(judged)),
        passed=tuple(_passed(attacked)),
    )
    return CheckReport(result=result, run=describe())


def _attacked(sets: Path | None) -> list[Attacked]:
    encoder = load_encoder()
    return list(attack(Analyzer(encoder, helpdesk_policy()), list(read_attacks(sets)), today=TODAY))


def _missed(judged: Sequence[Judged]) -> Iterator[Example]:
    for item in judged:
        if not item.caught:
            said = " ... ".join(new or f"(without) {old}" for old, new in item.pair.edits)
            yield Example(id=item.pair.id, code=item.pair.code, text=said, why=item.pair.why)


def _alarmed(judged: Sequence[Judged]) -> Iterator[Example]:
    for item in judged:
        for finding in item.clean:
            said = finding.span.text if finding.span else ""
            yield Example(id=item.pair.id, code=finding.code, text=said, why=finding.message)


def _passed(attacked: Sequence[Attacked]) -> Iterator[Example]:
    for item in attacked:
        if not item.obedient:
            yield Example(id=item.attack.id, code=item.attack.goal, text=item.attack.obeyed, why=item.attack.text)
