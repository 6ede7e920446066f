"""Replies by the composer and by writers that are simpler than it, judged on one footing: as an agent's own text.

A figure of drafts means little alone: a polite template never states a wrong fact, and a pasted answer always has its
steps. Every writer's text is judged by the same checks, without the composer's own knowledge of its steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.choices import Writer
from evaluation.copilot import CopilotLike
from evaluation.data import Example, is_right
from evaluation.experiments.encoding import Answer
from evaluation.llm.asking import Asker
from evaluation.llm.unchecked import Words, unchecked_words
from inference.checks import CheckInput, run_checks
from inference.language import detect
from inference.plain import plainness
from inference.policy import Policy
from inference.types import Draft, Finding, Message, SearchResult, Severity, Source, SourceKind, Status
from retrieval.sample import intent_of

_BATCH = 32
_BACKING = 3
"""First hits that may back a text, whoever wrote it."""
TEMPLATE = {
    "ar": (
        "عميلنا العزيز، شكرًا لتواصلكم معنا. نعتذر عن أي إزعاج، وقد تم رفع طلبكم إلى القسم المختص وسيتم التواصل معكم في "
        "أقرب وقت ممكن. شكرًا لتفهمكم."
    ),
    "en": (
        "Dear customer, thank you for contacting us. We apologise for any inconvenience. Your request has been "
        "forwarded to the relevant team, and we will get back to you as soon as possible. Thank you for your "
        "understanding."
    ),
}
"""What many helpdesks answer to everything, in the words that they use."""
OWN_WORDS = "own words"
"""Stands for an intent where a language model's text holds no phrase of the resolution that it was given."""
CHECKS = ("promises", "facts", "fidelity", "authority", "tone", "language", "safety")


@dataclass(frozen=True)
class _Reply:
    text: str
    intent: str | None


async def written_answers(
    writer: Writer, copilot: CopilotLike, examples: Sequence[Example], policy: Policy, asker: Asker | None = None
) -> list[Answer]:
    """Return what a writer replies to each text, judged, as columns; every text is a chat message of its own.

    Args:
        writer: who words the replies.
        copilot: what drafts and searches.
        examples: the texts, with what is true of each.
        policy: what the checks judge by.
        asker: the language model of ``Writer.LLM``.
    """
    answers: list[Answer] = []
    for start in range(0, len(examples), _BATCH):
        batch = examples[start : start + _BATCH]
        messages = [Message(text=row.text) for row in batch]
        drafts, found = await copilot.draft(messages), await copilot.search(messages, k=_BACKING)
        analyses = await copilot.analyze(messages)
        words = await unchecked_words(asker, messages, analyses, found, policy) if asker else [Words()] * len(batch)
        for place, (row, message, draft, hits) in enumerate(zip(batch, messages, drafts, found, strict=True)):
            reply = _reply(writer, message, draft, hits, words[place])
            level = analyses[place].anger.level.value
            answers.append({"anger_level": level, **_judged(row, reply, _input(reply, message, draft, hits, policy))})
    return answers


def _reply(writer: Writer, message: Message, draft: Draft, found: SearchResult, words: Words) -> _Reply:
    match writer:
        case Writer.LLM:
            source = intent_of(found.hits[0].resolution.id) if words.follows else OWN_WORDS
            return _Reply(words.text, source if words.text else None)
        case Writer.COMPOSER:
            cited = [intent_of(source.id) for source in draft.sources if source.kind is SourceKind.RESOLUTION]
            return _Reply(draft.text, cited[0] if cited and draft.status is Status.READY else None)
        case Writer.PASTE:
            if not found.hits:
                return _Reply("", None)
            best = found.hits[0].resolution
            return _Reply("\n".join((best.answer, *best.steps)), intent_of(best.id))
        case Writer.TEMPLATE:
            return _Reply(TEMPLATE["ar" if detect(message.text).language == "ar" else "en"], None)


def _input(reply: _Reply, message: Message, draft: Draft, found: SearchResult, policy: Policy) -> CheckInput:
    hits = [hit.resolution for hit in found.hits]
    backing = [Source(id=item.id, kind=SourceKind.RESOLUTION, quote=item.quote) for item in hits]
    sources = {source.id: source for source in (*backing, *draft.sources)}
    language = policy.reply_language(message, draft.language)
    return CheckInput(reply.text, language, tuple(sources.values()), policy, message, draft.plan)


def _judged(row: Example, reply: _Reply, given: CheckInput) -> Answer:
    findings: tuple[Finding, ...] = run_checks(given) if reply.text else ()
    checks = {finding.check for finding in findings}
    score = plainness(reply.text, given.language).score if reply.text else None
    return {
        "has_text": bool(reply.text),
        "says_an_answer": reply.intent is not None,
        "says_the_right_answer": is_right(row, reply.intent),
        "says_a_wrong_answer": reply.intent is not None and not is_right(row, reply.intent),
        "withheld": any(finding.severity is Severity.BLOCK for finding in findings),
        "wrong_language": bool(reply.text) and detect(reply.text).language not in {row.columns.get("language"), "und"},
        "plainness": score,
        "characters": len(reply.text),
        **{f"found_{name}": name in checks for name in CHECKS},
    }
