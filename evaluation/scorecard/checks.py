"""A scorecard made by the deterministic checks: for a draft, or for the reply that was sent."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from evaluation.scorecard import codes
from evaluation.scorecard.card import CriterionScore, Proof, Scorecard, Scorer
from evaluation.scorecard.reading import Reading
from evaluation.scorecard.rubric import Level, Rubric, Wording
from inference.checks import CheckInput
from inference.checks.promises.owner import owner_in
from inference.complaint import complaint_ground
from inference.lexicons import read_yaml
from inference.policy import ComplaintRules
from inference.text import fold_pattern
from inference.thread import own_words
from inference.types import Analysis, Finding, Span, StepName

PLAIN = 50.0
"""The plainness where the fitted hard and plain texts meet (``inference.plain``): below it a text is hard to read."""
_HARD = 25.0
_MANY_TERMS = 3
_ANSWER = (StepName.EXPLAIN, StepName.SOLVE, StepName.ASK)
_ACTS = (StepName.SOLVE, StepName.ASK)
_TAKEN_UP = re.compile(
    rf"(?<!\w)(?:complain\w*|grievance|supervisor|manager|{fold_pattern('[وفبكل]*(?:ال)?(?:شكوى|شكوا|شكاي|شكاوى|تظلم)')}\w*"
    rf"|{fold_pattern('[وفبل]*(?:ال)?(?:مشرف|مدير)')}\w*)(?!\w)"
)
"""Words of a reply that take a complaint up, beside a named owner."""
_COMPLAINTS = ComplaintRules(country="xx")
"""What makes a complaint where the policy has no such section: only its signals are read."""


def score_by_checks(given: CheckInput, analysis: Analysis, rubric: Rubric) -> Scorecard:
    """Score a reply by what the rules can see, with what shows each score.

    Rules see faults and steps, not excellence: most of their scores end at 3 (``docs/scorecard.md``). What they cannot
    tell stays empty, with the reason.

    Args:
        given: the reply with its message, sources and plan; with ``steps`` it is read as a draft, else as sent words.
        analysis: what was understood of the message.
        rubric: whose criteria and auto-fail items are looked at; those that no rule knows stay empty.
    """
    read = Reading(given, analysis)
    return Scorecard(
        rubric=rubric.id,
        revision=rubric.revision,
        scorer=Scorer.CHECKS,
        name=f"policy {given.policy.revision}" if given.policy.revision else "",
        scores={item.id: _score(item.id, read) for item in rubric.criteria},
        failures={item.id: proofs for item in rubric.auto_fails if (proofs := _failure(item.id, read))},
    )


def _score(criterion: str, read: Reading) -> CriterionScore:
    judge = _JUDGES.get(criterion)
    if judge is None:
        return _empty(read, "no_rule")
    if not read.given.text.strip():
        return _empty(read, "no_text")
    return judge(read) if read.readable or criterion == "language" else _empty(read, "other_language")


def _listening(read: Reading) -> CriterionScore:
    if (empty := _undue(read, StepName.LISTEN)) is not None:
        return empty
    spans = read.spans(StepName.LISTEN)
    if not spans:
        return _scored(2 if read.is_about_this(read.given.text) else 1)
    # A word of sympathy or regret may say the problem back too; where a sentence listens and no more, that one tells.
    kind = read.spans(StepName.EMPATHISE, StepName.APOLOGISE)
    spans = tuple(span for span in spans if span not in kind) or spans[:1]
    return _scored(3 if any(read.is_about_this(span.text) for span in spans) else 2, *_at("listen", spans))


def _empathy(read: Reading) -> CriterionScore:
    if (empty := _undue(read, StepName.EMPATHISE)) is not None:
        return empty
    spans = read.spans(StepName.EMPATHISE)
    if not spans:
        return _scored(1)
    return _scored(3 if any(read.is_about_this(span.text) for span in spans) else 2, *_at("empathise", spans))


def _apology(read: Reading) -> CriterionScore:
    said, due = read.apologies, StepName.APOLOGISE in read.planned
    if wrong := read.found(codes.NO_APOLOGY):
        return _scored(1, *_shown(wrong))
    if again := read.found({"repeated_apology"}):
        return _scored(2, *_shown(again))
    if read.given.plan is None:
        return _empty(read, "no_plan")
    if not said:
        return _scored(1) if due else _empty(read, "not_due")
    if not due:
        return _scored(2, *_at("apologise", said))
    answer = read.spans(*_ANSWER)
    early = not answer or said[0].start < answer[-1].start
    return _scored(4 if early and read.is_about_this(said[0].text) else 3, *_at("apologise", said))


def _clarity(read: Reading) -> CriterionScore:
    terms, long = read.found({"unexplained_jargon"}), read.found(codes.TOO_LONG)
    proofs = (*_shown((*terms, *long)), Proof(code="plainness", note=f"{read.plainness:.0f}/100"))
    if len(terms) >= _MANY_TERMS or read.plainness < _HARD:
        return _scored(1, *proofs)
    return _scored(2 if terms or long or read.plainness < PLAIN else 3, *proofs)


def _correctness(read: Reading) -> CriterionScore:
    if not read.has_source:
        return _empty(read, "no_source")
    if wrong := read.found(codes.FACTS | {"reordered_steps"}):
        return _scored(1, *_shown(wrong))
    if loose := read.found(codes.FIDELITY | {"unsupported_name"}):
        return _scored(2, *_shown(loose))
    answer = read.spans(StepName.EXPLAIN, StepName.SOLVE)
    return _scored(3, *_at("explain", answer)) if answer else _empty(read, "states_nothing")


def _completeness(read: Reading) -> CriterionScore:
    due = [name for name in _ANSWER if name in read.planned]
    if not due:
        return _empty(read, "not_due" if read.given.plan is not None else "no_plan")
    met = [name for name in due if read.spans(name)]
    if not met:
        return _scored(1)
    missing = _shown(item for item in read.found({"missing_step", "step_not_seen"}))
    return _scored(3 if met == due else 2, *(missing if met != due else ()), *_at("answer", read.spans(*met)))


def _next_step(read: Reading) -> CriterionScore:
    if read.given.plan is None:
        return _empty(read, "no_plan")
    if not {*_ACTS, StepName.FOLLOW_UP} & set(read.planned):
        return _empty(read, "not_due")
    acts, after = read.spans(*_ACTS), read.spans(StepName.FOLLOW_UP)
    proofs = (*_at("solve", acts), *_at("follow_up", after))
    if vague := read.found(codes.OPEN_ENDED):
        return _scored(2 if acts or after else 1, *_shown(vague), *proofs)
    if not acts:
        # Where nothing but the way on was planned, saying it is what was due.
        return _scored(3 if after and not set(_ACTS) & set(read.planned) else 2 if after else 1, *proofs)
    return _scored(4 if after else 3, *proofs)


def _language(read: Reading) -> CriterionScore:
    if broken := read.found({"mojibake"}):
        return _scored(1, *_shown(broken))
    if not read.readable:
        return _scored(1, *_shown(read.found({"wrong_language"})))
    slips = read.found(codes.SLIPS | {"wrong_language"})
    return _scored(2 if slips else 3, *_shown(slips))


def _tone(read: Reading) -> CriterionScore:
    if hurts := read.found(codes.HURTS):
        return _scored(1, *_shown(hurts))
    puts_off = read.found(codes.PUTS_OFF)
    return _scored(2 if puts_off else 3, *_shown(puts_off))


_JUDGES: Mapping[str, Callable[[Reading], CriterionScore]] = {
    "listening": _listening,
    "empathy": _empathy,
    "apology": _apology,
    "clarity": _clarity,
    "correctness": _correctness,
    "completeness": _completeness,
    "next_step": _next_step,
    "language": _language,
    "tone": _tone,
}
HIGHEST: Mapping[str, Level] = {name: 4 if name in {"apology", "next_step"} else 3 for name in _JUDGES}
"""The highest score that rules can give, by criterion: what makes a 4 of the others only a reader can tell."""

_FAILURES: Mapping[str, frozenset[str]] = {
    "wrong_fact": codes.FACTS,
    "unsupported_promise": codes.UNBACKED,
    "personal_data": frozenset({"others_data"}),
    "asked_for_secret": codes.SECRETS,
    "disclosed_before_identification": frozenset({"discloses_unidentified"}),
    "confidential_content": codes.CONFIDENTIAL,
}


def _failure(item: str, read: Reading) -> tuple[Proof, ...]:
    match item:
        case "missed_complaint":
            return _missed_complaint(read)
        case "wrong_language":
            whole = (finding for finding in read.found({"wrong_language"}) if finding.span is None)
            return tuple(_shown(whole))
        case "wrong_fact" if not read.has_source:
            return ()  # nothing to hold a figure against: an agent may well know it
    return tuple(_shown(read.found(_FAILURES.get(item, frozenset()))))


def _missed_complaint(read: Reading) -> tuple[Proof, ...]:
    """Return the ground of a complaint that the reply neither names nor gives an owner."""
    given = read.given
    rules = given.policy.complaints or _COMPLAINTS
    ground = complaint_ground(own_words(given.message), read.analysis, rules)
    if ground is None or not given.text.strip() or _TAKEN_UP.search(given.folded.text):
        return ()
    if any(owner_in(sentence, given) is not None for sentence in given.sentences):
        return ()
    return (Proof(code="missed_complaint", note=ground),)


def _undue(read: Reading, step: StepName) -> CriterionScore | None:
    """Return an empty score where a step was not due, or nothing says whether it was."""
    if read.given.plan is None:
        return _empty(read, "no_plan")
    return None if step in read.planned else _empty(read, "not_due")


def _scored(level: Level, *proofs: Proof) -> CriterionScore:
    return CriterionScore(score=level, proofs=proofs)


def _empty(read: Reading, reason: str) -> CriterionScore:
    return CriterionScore(reason=_reasons()[reason].in_(read.given.notes_language))


def _shown(findings: Iterator[Finding] | tuple[Finding, ...]) -> Iterator[Proof]:
    return (Proof(code=item.code, span=item.span, note=item.message) for item in findings)


def _at(code: str, spans: tuple[Span, ...]) -> Iterator[Proof]:
    return (Proof(code=code, span=span) for span in spans)


@cache
def _reasons() -> Mapping[str, Wording]:
    raw = read_yaml((files(__package__) / "reasons.yaml").read_text(encoding="utf-8"))
    return {name: Wording.model_validate(entry) for name, entry in raw.items()}
