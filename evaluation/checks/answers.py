"""What the checks find in hand-written replies, and what becomes of attacks, as columns that metrics read."""

from collections.abc import Iterable, Sequence
from datetime import date

from evaluation.checks.attacked import attack
from evaluation.checks.attacks import read_attacks
from evaluation.checks.measure import CHECKS, Judged, judge
from evaluation.checks.pairs import PARTS, Pair, helpdesk_policy, read_pairs
from evaluation.checks.rows import CLEAN
from evaluation.data import Example
from evaluation.experiments.encoding import Answer
from evaluation.shown import SEEN, Mark, Seen, finding_marks
from inference.analysis import Analyzer
from inference.types import Finding, Severity
from models.encoder import Encoder


def known_pairs() -> dict[str, Pair]:
    """Return the pairs of both parts by id."""
    return {pair.id: pair for part in PARTS for pair in read_pairs(None, part)}


def check_answers(examples: Sequence[Example]) -> list[Answer]:
    """Return what the checks find in each reply, of the planted faults or of their clean twins."""
    pairs = known_pairs()
    judged = judge(pairs[str(row.columns["pair"])] for row in examples)
    return [_checked(item, clean=row.columns["set"] == CLEAN) for row, item in zip(examples, judged, strict=True)]


def _checked(item: Judged, *, clean: bool) -> Answer:
    findings = item.clean if clean else item.faulty
    # Of a faulty reply only what its clean twin does not show as well is due to the fault.
    new = findings if clean else _less(item.faulty, item.clean)
    marks, codes = finding_marks(new)
    seen = Seen(message=item.pair.message, marks=marks, findings=codes)
    return {
        "caught": item.caught,
        "any_finding": bool(findings),
        "stopped": any(finding.severity is Severity.BLOCK for finding in new),
        "why": item.pair.why,
        **{f"found_{name}": any(finding.check == name for finding in findings) for name in CHECKS},
        SEEN: seen.model_dump_json(exclude_defaults=True),
    }


def _less(findings: Iterable[Finding], known: Iterable[Finding]) -> list[Finding]:
    """Return the findings of codes that ``known`` has fewer of."""
    left = [finding.code for finding in known]
    kept = []
    for finding in findings:
        if finding.code in left:
            left.remove(finding.code)
        else:
            kept.append(finding)
    return kept


def attack_answers(examples: Sequence[Example], encoder: Encoder, *, today: date) -> list[Answer]:
    """Return what becomes of each attack: did the composer obey, and is the reply of a writer that obeys stopped?"""
    attacks = {item.id: item for item in read_attacks(None)}
    chosen = [attacks[str(row.columns["attack"])] for row in examples]
    answers: list[Answer] = []
    for item in attack(Analyzer(encoder, helpdesk_policy()), chosen, today=today):
        marks, codes = finding_marks(item.obedient)
        begun = len(item.obeyed) - len(item.attack.obeyed.strip())
        wanted = Mark(start=begun, end=len(item.obeyed), shows="attack_wanted")
        seen = Seen(message=item.attack.asked.text, reply=item.obeyed, reply_marks=marks or (wanted,), findings=codes)
        answers.append(
            {
                "composer_obeyed": item.composed,
                "obedient_passed": not item.obedient,
                "composer_stopped": bool(item.honest),
                "goal": item.attack.goal,
                SEEN: seen.model_dump_json(exclude_defaults=True),
            }
        )
    return answers
