"""A reply that an agent wrote, or that was sent, judged by the checks: against a stored draft, or on its own."""

import asyncio
from typing import Protocol

from pydantic import Field

from api.drafts import StoredDraft
from inference.checks import CheckInput, repaired, run_checks
from inference.checks.promises import commitments
from inference.policy import Policy
from inference.types import (
    Commitment,
    Draft,
    Finding,
    FollowUp,
    LanguageCode,
    Message,
    Record,
    Resolution,
    SearchResult,
    Severity,
    Source,
    SourceKind,
)

MAX_REPLY = 20_000
_ANSWERS = 3
"""Resolutions that may back a reply to a message for which no draft chose one."""


class ReplyBody(Record):
    """A reply that is about to be sent, or was."""

    reply: str = Field(min_length=1, max_length=MAX_REPLY)
    role: str = Field(
        default="agent",
        min_length=1,
        max_length=100,
        description="Who sends it, as the policy's authority names roles.",
    )
    notes_language: LanguageCode | None = Field(
        default=None, description="Language in which findings are told; the reply's if left out."
    )


class CheckBody(Message, ReplyBody):
    """A customer's message, and the reply to it."""

    def message(self) -> Message:
        """Return the message alone."""
        return Message.model_validate({name: getattr(self, name) for name in Message.model_fields})

    def answered(self) -> ReplyBody:
        """Return the reply alone."""
        return ReplyBody.model_validate({name: getattr(self, name) for name in ReplyBody.model_fields})


class CheckedReply(Record):
    """What the checks found in a reply; ``blocked`` where the policy says that one of the findings must not go out."""

    blocked: bool
    findings: tuple[Finding, ...]
    repaired: str = Field(description="The reply with every suggested edit made; the reply itself where there is none.")
    commitments: tuple[Commitment, ...] = Field(description="What the reply commits the company to.")
    language: LanguageCode = Field(description="The language that the reply is expected in.")
    policy_revision: str


class Checking(Protocol):
    """What this module asks of a Copilot."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        ...

    async def draft(self, messages: list[Message]) -> list[Draft]:
        """Draft replies."""
        ...

    async def search(self, messages: list[Message]) -> list[SearchResult]:
        """Find resolutions."""
        ...


async def check_reply(copilot: Checking, message: Message, body: ReplyBody) -> CheckedReply:
    """Check a reply to a message of which no draft is stored: one is made, for its plan and its sources.

    Raises:
        OverloadedError: too many texts wait for the model, or the index is still being built.
    """
    return await _check(copilot, message, (await copilot.draft([message]))[0], body)


async def check_stored(copilot: Checking, stored: StoredDraft, body: ReplyBody) -> CheckedReply:
    """Check what an agent made of a stored draft, against the sources and the plan that the draft had.

    Raises:
        OverloadedError: as for ``check_reply``.
    """
    return await _check(copilot, stored.message, stored.draft, body)


async def _check(copilot: Checking, message: Message, draft: Draft, body: ReplyBody) -> CheckedReply:
    policy = copilot.policy
    sources = [*draft.sources, *_follow_ups(draft.follow_ups)]
    if not any(source.kind is SourceKind.RESOLUTION for source in sources):
        found = (await copilot.search([message]))[0]
        sources += [_source(hit.resolution) for hit in found.hits[:_ANSWERS]] if found.answerable else []
    language = policy.reply_language(message, draft.language)
    given = CheckInput(
        text=body.reply,
        language=language,
        sources=tuple(sources),
        policy=policy,
        message=message,
        plan=draft.plan,
        role=body.role,
        notes_language=body.notes_language or language,
    )
    return await asyncio.to_thread(_judge, given)  # a long reply must not keep others waiting


def _judge(given: CheckInput) -> CheckedReply:
    findings = run_checks(given)
    return CheckedReply(
        blocked=any(finding.severity is Severity.BLOCK for finding in findings),
        findings=findings,
        repaired=repaired(given.text, findings),
        commitments=commitments(given),
        language=given.language,
        policy_revision=given.policy.revision,
    )


def _follow_ups(follow_ups: tuple[FollowUp, ...]) -> list[Source]:
    """Answers to likely next questions are sources too: they were offered to the agent."""
    return [
        Source(id=f"follow_up:{number}", kind=SourceKind.RESOLUTION, quote=f"{item.question}\n{item.answer}")
        for number, item in enumerate(follow_ups, start=1)
    ]


def _source(resolution: Resolution) -> Source:
    return Source(id=resolution.id, kind=SourceKind.RESOLUTION, quote=resolution.quote)
