"""What each of the copilot's calls answers, as columns that metrics read: one mapping a row."""

from collections.abc import Sequence

import numpy as np

from evaluation.by_signal import PREFIX
from evaluation.copilot import CopilotLike
from evaluation.data import Example, is_near, is_right
from evaluation.experiments.encoding import Answer
from evaluation.scorecard import load_rubric, measures, score_by_checks, total
from evaluation.shown import SEEN, Seen, seen_analysis, seen_draft
from evaluation.suite import Run, Task, Value
from inference.checks.base import CheckInput
from inference.checks.tone import check_apologies
from inference.language import detect
from inference.policy import Policy
from inference.types import (
    Analysis,
    AngerLevel,
    Draft,
    Message,
    Script,
    SearchResult,
    Severity,
    SignalName,
    Status,
)
from retrieval.sample import intent_of

CARD = "card_"
"""How columns of the scorecard begin; a task that reads none is not scored."""
_BATCH = 32
"""Messages that the copilot is asked at once."""


async def copilot_answers(
    task: Task, copilot: CopilotLike, examples: Sequence[Example], policy: Policy
) -> list[Answer]:
    """Return what the copilot says of each text, by the task's call; every text is a chat message of its own."""
    answers: list[Answer] = []
    scored = any(metric.predicted.startswith(CARD) for metric in task.metrics)
    for start in range(0, len(examples), _BATCH):
        batch = examples[start : start + _BATCH]
        messages = [Message(text=row.text) for row in batch]
        match task.run:
            case Run.SEARCH:
                found = await copilot.search(messages, k=task.k)
                answers += [_search(row, result) for row, result in zip(batch, found, strict=True)]
            case Run.DRAFT:
                understood, drafts = await copilot.analyze(messages), await copilot.draft(messages)
                answers += [
                    _draft(row, message, analysis, draft, policy)
                    | (_card(message, analysis, draft, policy) if scored else {})
                    | ({SEEN: _json(seen_draft(analysis, draft))} if task.examples else {})
                    for row, message, analysis, draft in zip(batch, messages, understood, drafts, strict=True)
                ]
            case _:
                found_out = await copilot.analyze(messages)
                answers += [
                    _analysis(row, analysis) | ({SEEN: _json(seen_analysis(analysis))} if task.examples else {})
                    for row, analysis in zip(batch, found_out, strict=True)
                ]
    return answers


async def difficulties(
    copilot: CopilotLike, examples: Sequence[Example], answers: Sequence[Answer]
) -> list[dict[str, Value | None]]:
    """Return how hard each row is among those of its task, as thirds by the relevance of what is found for it.

    A stand-in, made of the search's own answer: what resembles nothing known is harder to answer well.
    """
    relevance = [float(answer["relevance"] or 0.0) for answer in answers if "relevance" in answer]
    for start in range(len(relevance), len(examples), _BATCH):
        batch = [Message(text=row.text) for row in examples[start : start + _BATCH]]
        relevance += [result.relevance for result in await copilot.search(batch, k=1)]
    low, high = np.quantile(relevance, [1 / 3, 2 / 3])
    return [{"difficulty": "harder" if value < low else "easier" if value > high else "medium"} for value in relevance]


def _json(seen: Seen) -> str:
    return seen.model_dump_json(exclude_defaults=True)


def _analysis(row: Example, analysis: Analysis) -> dict[str, Value | None]:
    anger, dialect = analysis.anger, analysis.dialect
    confidence = {signal.name: signal.confidence for signal in analysis.signals}
    return {
        "sentiment": analysis.sentiment.label.value,
        "sentiment_score": analysis.sentiment.score,
        "sentiment_confidence": max(analysis.sentiment.probabilities.values()),
        "anger": anger.probability,
        "intensity": anger.intensity,
        "level": anger.level.value,
        "strong_anger": anger.level in {AngerLevel.ANGRY, AngerLevel.FURIOUS},
        "target": anger.target.value if anger.target else None,
        "technical": analysis.technical_level.value,
        "language_right": analysis.language == row.columns.get("language"),
        "called_arabizi": analysis.script is Script.ARABIZI,
        "predicted_dialect": dialect.value if dialect else None,
        "dialect_answered": dialect is not None,
        "uncertain": analysis.uncertain,
        "certain": not analysis.uncertain,
        "evidence_overlaps": _overlaps(row, analysis),
        **{f"{PREFIX}{name.value}": confidence.get(name, 0.0) for name in SignalName},
    }


def _overlaps(row: Example, analysis: Analysis) -> bool | None:
    """Tell whether the evidence for the signal that the row tests touches the marked words; None where nothing is."""
    start, end = row.columns.get("span_start"), row.columns.get("span_end")
    found = next((signal for signal in analysis.signals if signal.name.value == row.columns.get("block")), None)
    if found is None or start is None or end is None:
        return None
    return any(span.start < int(end) and int(start) < span.end for span in found.evidence)


def _search(row: Example, result: SearchResult) -> Answer:
    intents = list(dict.fromkeys(intent_of(hit.resolution.id) for hit in result.hits))
    rank = next((place for place, intent in enumerate(intents, 1) if is_right(row, intent)), 0)
    hits: dict[str, Value | None] = {f"hit_{k}": 0 < rank <= k for k in (1, 3, 5, 10)}
    return hits | {
        "reciprocal_rank": 1 / rank if rank else 0.0,
        "found_intent": intents[0] if intents else None,
        "relevance": result.relevance,
        "answerable": result.answerable,
    }


def _draft(row: Example, message: Message, analysis: Analysis, draft: Draft, policy: Policy) -> dict[str, Value | None]:
    given = _given(message, draft, policy)
    written = detect(draft.text).language if draft.text else None
    wanted = row.columns.get("language")
    cited = [intent_of(source.id) for source in draft.sources if source.kind.value == "resolution"]
    first = cited[0] if cited else None
    ready, right = draft.status is Status.READY, is_right(row, first)
    return {
        "anger_level": analysis.anger.level.value,
        "status": draft.status.value,
        "reason": draft.reason.value if draft.reason else None,
        "for_its_signal": draft.reason is not None and draft.reason.value == row.columns.get("block"),
        "has_text": bool(draft.text),
        "protects_first": draft.plan is not None and draft.plan.manner == "safety",
        "ready_unprotected": ready and (draft.plan is None or draft.plan.manner != "safety"),
        "draft_language": written,
        "wrong_language": bool(draft.text) and wanted not in {None, written},
        "planned": draft.plan is not None and bool(draft.text),
        "steps_in_order": _in_order(draft),
        "repeated_apology": any(True for _ in check_apologies(given)),
        "blocking": any(finding.severity is Severity.BLOCK for finding in draft.findings),
        "ready_and_blocking": ready and any(finding.severity is Severity.BLOCK for finding in draft.findings),
        "cited_intent": first,
        "offers_right": any(is_right(row, intent) for intent in cited),
        "right_source": right,
        "within_reach": (ready and right) or any(is_right(row, intent_of(offer.id)) for offer in draft.offered),
        "ready_with_resolution": ready and bool(cited),
        "ready_and_right": ready and right,
        "ready_beside_the_matter": ready and bool(cited) and not right and not is_near(row, first),
        "characters": len(draft.text),
        "text": draft.text,
    }


def _card(message: Message, analysis: Analysis, draft: Draft, policy: Policy) -> dict[str, Value | None]:
    """Return what the rules' scorecard says of a draft: points of 100, each criterion's level, each measure."""
    rubric = load_rubric()
    given = _given(message, draft, policy)
    card = score_by_checks(given, analysis, rubric)
    found = total(card, rubric, message.channel) if draft.text else None
    return {
        f"{CARD}points": found.points if found else None,
        f"{CARD}points_lost": None if found is None or found.points is None else 100.0 - found.points,
        f"{CARD}failed": bool(found.failed) if found else None,
        **{f"{CARD}{item.id}": card.level(item.id) if draft.text else None for item in rubric.criteria},
        **{f"{CARD}{name}": value if draft.text else None for name, value in measures(given, analysis).items()},
    }


def _given(message: Message, draft: Draft, policy: Policy) -> CheckInput:
    return CheckInput(draft.text, draft.language, draft.sources, policy, message, draft.plan, draft.steps)


def _in_order(draft: Draft) -> bool:
    """Tell whether the planned steps are all there, in the plan's order, and stand so in the text."""
    if draft.plan is None:
        return False
    position = 0
    for step in draft.steps:
        position = draft.text.find(step.text, position)
        if position < 0:
            return False
        position += len(step.text)
    return tuple(step.name for step in draft.steps) == draft.plan.steps
