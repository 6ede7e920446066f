"""Match each reply to its draft, check it, and store what came of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from api.checking import MAX_REPLY, CheckedReply, ReplyBody, check_reply, check_stored
from api.copilot import Copilot
from api.drafts import StoredDraft
from api.helpdesks.adapter import AgentReply, CustomerMessage
from api.helpdesks.loop.talk import Answer, DraftLeft, Talk, answers, readable
from api.sent import NewSent, SentReply
from inference.matching import compare, foreign, nearness, sentences
from inference.types import MAX_TEXT, Author, Comparison, Customer, Message, Turn, Verdict

_RANK = (Verdict.ACCEPTED, Verdict.EDITED, Verdict.UNUSED)
_MOST_TURNS = 50


@dataclass(frozen=True)
class _Matched:
    """The draft that a reply belongs to; ``comparison`` is None where it was not there to be used."""

    draft: StoredDraft | None
    comparison: Comparison | None


async def close_loop(copilot: Copilot, talk: Talk) -> tuple[SentReply, ...]:
    """Match the replies of a conversation to its drafts, check them, and store all that follows; return what changed.

    Each reply is checked first and stored in one transaction, so that it may be called again at any time, after
    whatever went wrong: what is stored and has not changed is left alone. A reply without words is none.

    Args:
        copilot: of the connection's tenant.
        talk: the conversation; call it again whenever one of its messages was stored, or a draft was left late.

    Raises:
        OverloadedError: the model or the database is busy, or the index is still being built: call again later.
        StorageError: the database could not be read or written.
    """
    known = await copilot.sent.digests(talk.connection, talk.conversation, tenant=copilot.tenant)
    changed = [item for item in answers(talk) if item.text and known.get(item.parts[0].id) != item.digest]
    return tuple([await _close(copilot, talk, item) for item in changed])


async def _close(copilot: Copilot, talk: Talk, answer: Answer) -> SentReply:
    matched = await _match(copilot, answer)
    text, told = answer.text[:MAX_REPLY], matched.comparison
    checked = await _check(copilot, talk, answer, matched.draft, text)
    new = NewSent(
        connection=talk.connection,
        conversation=talk.conversation,
        parts=tuple(part.id for part in answer.parts),
        draft_id=matched.draft.id if matched.draft else None,
        agent=next((part.agent for part in answer.parts if part.agent), None),
        sent_at=answer.parts[0].at,
        text=text,
        verdict=told.verdict if told else None,
        kept=told.kept if told else None,
        own=told.own if told else None,
        changes=told.changes if told else (),
        blocked=checked.blocked,
        findings=checked.findings,
        commitments=checked.commitments,
        language=checked.language,
        policy_revision=checked.policy_revision,
    )
    return await copilot.sent.record(new, digest=answer.digest, tenant=copilot.tenant)


async def _match(copilot: Copilot, answer: Answer) -> _Matched:
    """Return the draft that a reply follows, else the one that lay there, else one that was made for the question."""
    ready = None
    for group in ([answer.current] if answer.current else [], answer.perhaps, answer.older):
        for item in group:
            matched = await _compared(copilot, item, answer.text)
            if matched.comparison is not None and matched.comparison.verdict is not Verdict.UNUSED:
                return matched
            if item is answer.current:
                ready = matched
    if ready is not None:
        return ready
    for item in answer.made:
        stored = await copilot.drafts.find(item.id, tenant=copilot.tenant)
        if stored is not None:
            return _Matched(stored, None)
    return _Matched(None, None)


async def _compared(copilot: Copilot, left: DraftLeft, text: str) -> _Matched:
    """Compare a reply with a draft, with the other renderings that it offers, and with those made from it anew."""
    again = (await copilot.sent.variants([left.id], tenant=copilot.tenant)).get(left.id, ())
    best = _Matched(None, None)
    for id_ in (left.id, *again):
        stored = await copilot.drafts.find(id_, tenant=copilot.tenant)
        if stored is None or not stored.draft.text:
            best = best if best.draft else _Matched(stored, None)
            continue
        told = await _compare(copilot, stored, text)
        if best.comparison is None or _order(told) < _order(best.comparison):
            best = _Matched(stored, told)
    return best


async def _compare(copilot: Copilot, stored: StoredDraft, text: str) -> Comparison:
    draft, near = stored.draft, None
    if foreign(draft.text, text):
        near = nearness(*[np.stack(await copilot.engine.encode(sentences(item))) for item in (draft.text, text)])
    offered = [None, *(item.text for item in draft.alternatives)]

    def run() -> Comparison:
        told = (compare(draft, text, text=item, near=near if item is None else None) for item in offered)
        return min(told, key=_order)

    return await asyncio.to_thread(run)  # a long reply must not keep others waiting


def _order(told: Comparison) -> tuple[int, float]:
    return _RANK.index(told.verdict), -told.kept


async def _check(copilot: Copilot, talk: Talk, answer: Answer, draft: StoredDraft | None, text: str) -> CheckedReply:
    body = ReplyBody(reply=text)
    if draft is not None:
        return await check_stored(copilot, draft, body)
    return await check_reply(copilot, _message(copilot, talk, answer), body)


def _message(copilot: Copilot, talk: Talk, answer: Answer) -> Message:
    """Return what a reply answers for which no draft was made; an agent who writes first answers nothing."""
    first = answer.question[0] if answer.question else None
    return Message(
        text="\n".join(readable(item.text) for item in answer.question)[:MAX_TEXT],
        channel=first.channel if first else Message.model_fields["channel"].default,
        history=_turns(answer.earlier),
        customer=Customer(name=readable(first.customer)[:200] or None if first and first.customer else None),
        received_at=first.at if first else answer.parts[0].at,
        tenant=copilot.tenant,
        conversation=talk.conversation,
    )


def _turns(messages: Sequence[CustomerMessage | AgentReply]) -> tuple[Turn, ...]:
    return tuple(
        Turn(
            author=Author.AGENT if isinstance(item, AgentReply) else Author.CUSTOMER,
            text=readable(item.text)[:MAX_TEXT],
            at=item.at,
        )
        for item in messages[-_MOST_TURNS:]
    )
