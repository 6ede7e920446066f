"""What a round can read: stored drafts and sent replies of a period, with what makes them a risk, and their copies."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api.complaints.tables import ComplaintRow
from api.review.records import NewRound, NewText
from api.review.tables import ReviewCardRow, ReviewItemRow, ReviewRoundRow
from api.review.terms import Origin, Part, Target
from api.sent.tables import SentReplyRow
from api.tables import DraftRow
from evaluation.sampling import Candidate, Risk
from inference.language import detect
from inference.types import Message, SignalName, Source, SourceKind
from models.errors import InputError

MOST = 50_000
"""Drafts or replies of a period that a round is drawn from."""
_CHUNK = 200
_SIGNALS: Final[Mapping[str, Risk]] = {
    SignalName.FRAUD_OR_THEFT.value: Risk.FRAUD,
    SignalName.SELF_HARM.value: Risk.SELF_HARM,
    SignalName.REGULATOR_THREAT.value: Risk.REGULATOR,
    SignalName.LEGAL_THREAT.value: Risk.LEGAL,
}


@dataclass(frozen=True)
class Read:
    """What one item reads: a copy, so that it stays as the readers had it.

    Attributes:
        replies: ``{"origin", "text", "writer", "status"}``, one or two.
        at: when the reply was made or sent.
    """

    key: str
    message: dict[str, Any]
    sources: list[dict[str, Any]]
    replies: list[dict[str, Any]]
    channel: str
    language: str
    policy_revision: str
    at: datetime
    draft_id: str | None = None
    sent_id: str | None = None
    conversation: str | None = None
    customer_id: str | None = None
    connection: str | None = None
    agent: str | None = None


@dataclass
class Frame:
    """All that could be read, and how many were set aside, by reason."""

    candidates: list[Candidate] = field(default_factory=list)
    set_aside: Counter[str] = field(default_factory=Counter)


async def frame(session: AsyncSession, new: NewRound, *, tenant: str) -> Frame:
    """Return what a round is drawn from. A candidate's id is its draft's, or for ``sent`` the sent reply's.

    Raises:
        InputError: the period holds too much.
    """
    found = Frame()
    known = set[str]() if new.again else await _known(session, new.target, tenant)
    complained = await _complained(session, tenant)
    count = 0
    async for item in await session.stream(_wanted(new, tenant)):
        count += 1
        if item.key in known:
            found.set_aside["read_before"] += 1
        elif new.target is Target.DRAFT and item.status == "no_safe_draft":
            found.set_aside["no_text"] += 1
        else:
            formal = bool({item.draft_id, item.conversation} & complained)
            stratum = (item.language, item.channel, str(item.analysis["anger"]["level"]))
            found.candidates.append(Candidate(item.key, stratum, _risks(item.analysis, formal=formal)))
    if count > MOST:
        msg = f"The period holds more than {MOST} of them: make it shorter with since and until."
        raise InputError(msg, field="since")
    if new.target is Target.SENT:
        found.set_aside["no_message"] += await _without_message(session, new, tenant)
    elif new.target is Target.PAIR:
        await _keep_pairs(session, found, tenant)
    return found


def _wanted(new: NewRound, tenant: str) -> Select[*tuple[Any, ...]]:
    """Return the query of a period's drafts, or of its sent replies with theirs."""
    row, reply = DraftRow, SentReplyRow
    sent = new.target is Target.SENT
    key, at = (reply.id, reply.sent_at) if sent else (row.id, row.created_at)
    language = row.draft["language"].as_string().label("language")
    query = select(
        key.label("key"), row.id.label("draft_id"), row.channel, row.conversation, row.status, row.analysis, language
    )
    query = query.where(row.tenant == tenant, *_within(at, new)).order_by(key).limit(MOST + 1)
    if sent:
        query = query.join(reply, (reply.tenant == row.tenant) & (reply.draft_id == row.id))
    return query.execution_options(yield_per=_CHUNK)


def _within(at: InstrumentedAttribute[datetime], new: NewRound) -> list[ColumnElement[bool]]:
    since = [] if new.since is None else [at >= new.since]
    return since if new.until is None else [*since, at < new.until]


async def copies(
    session: AsyncSession, target: Target, keys: Sequence[str], *, tenant: str
) -> Mapping[str, tuple[Read, ...]]:
    """Return what is read of each candidate; more than one where draft and sent reply are read both."""
    found: dict[str, tuple[Read, ...]] = {}
    for start in range(0, len(keys), _CHUNK):
        some = keys[start : start + _CHUNK]
        row, reply = DraftRow, SentReplyRow
        if target is Target.SENT:
            query = select(row, reply).join(reply, (reply.tenant == row.tenant) & (reply.draft_id == row.id))
            query = query.where(row.tenant == tenant, reply.id.in_(some))
            for draft, sent in await session.execute(query):
                found[sent.id] = (_sent(draft, [sent]),)
            continue
        drafts = await session.scalars(select(row).where(row.tenant == tenant, row.id.in_(some)))
        beside = await _beside(session, some, tenant) if target is not Target.DRAFT else {}
        for draft in drafts:
            found[draft.id] = tuple(_reads(draft, beside.get(draft.id, []), target))
    return found


def text_keys(texts: Sequence[NewText]) -> list[str]:
    """Return the keys of what comes with a round."""
    return [f"text:{number}" for number in range(len(texts))]


def given(texts: Sequence[NewText], at: datetime) -> list[Read]:
    """Return what comes with a round."""
    return [_given(text, key, at) for text, key in zip(texts, text_keys(texts), strict=True)]


def _given(text: NewText, key: str, at: datetime) -> Read:
    language = text.language if text.language != "und" else detect(text.replies[0].text).language
    message = Message(text=text.message, channel=text.channel, history=text.history, conversation=text.conversation)
    sources = [
        Source(id=f"source:{count}", kind=SourceKind.RESOLUTION, quote=quote)
        for count, quote in enumerate(text.sources, start=1)
    ]
    return Read(
        key=key,
        message=message.model_dump(mode="json"),
        sources=[item.model_dump(mode="json") for item in sources],
        replies=[_reply(Origin.TEXT, item.text, writer=item.writer) for item in text.replies],
        channel=text.channel.value,
        language=language,
        policy_revision="",
        at=at,
        conversation=text.conversation,
        customer_id=text.customer_id,
    )


def _reads(draft: DraftRow, sent: Sequence[SentReplyRow], target: Target) -> Iterable[Read]:
    ours = [_reply(Origin.DRAFT, draft.draft["text"], status=draft.status)] if draft.draft["text"] else []
    if target is Target.PAIR:
        yield _copy(draft, sent, [*ours, *_joined(sent)], draft.draft["language"], draft.policy_revision)
        return
    if ours:
        yield _copy(draft, (), ours, draft.draft["language"], draft.policy_revision)
    if target is Target.BOTH and sent:
        yield _sent(draft, sent)


def _sent(draft: DraftRow, sent: Sequence[SentReplyRow]) -> Read:
    return _copy(draft, sent, _joined(sent), sent[-1].language, sent[-1].policy_revision)


def _copy(
    draft: DraftRow, sent: Sequence[SentReplyRow], replies: list[dict[str, Any]], language: str, policy_revision: str
) -> Read:
    last = sent[-1] if sent else None
    return Read(
        key=f"{draft.id}:{replies[0]['origin']}",
        message=draft.message,
        sources=list(draft.draft["sources"]),
        replies=replies,
        channel=draft.channel,
        language=language,
        policy_revision=policy_revision,
        at=draft.created_at if last is None else last.sent_at,
        draft_id=draft.id,
        sent_id=None if last is None else last.id,
        conversation=draft.conversation or (None if last is None else last.conversation),
        connection=None if last is None else last.connection,
        agent=None if last is None else last.agent,
    )


def _joined(sent: Sequence[SentReplyRow]) -> list[dict[str, Any]]:
    return [_reply(Origin.SENT, "\n\n".join(item.text for item in sent))] if sent else []


def _reply(origin: Origin, text: str, *, writer: str = "", status: str | None = None) -> dict[str, Any]:
    return {"origin": origin.value, "text": text, "writer": writer, "status": status}


def _risks(analysis: dict[str, Any], *, formal: bool) -> tuple[Risk, ...]:
    named = {_SIGNALS[item["name"]] for item in analysis.get("signals", ()) if item["name"] in _SIGNALS}
    return tuple(risk for risk in Risk if risk in named or (formal and risk is Risk.COMPLAINT))


async def _complained(session: AsyncSession, tenant: str) -> set[str]:
    """Return the drafts and conversations of formal complaints."""
    row = ComplaintRow
    rows = await session.execute(select(row.draft_id, row.conversation).where(row.tenant == tenant))
    return {value for pair in rows for value in pair if value}


async def _known(session: AsyncSession, target: Target, tenant: str) -> set[str]:
    """Return what somebody has read in an earlier round of this target, or may still read in an open one."""
    row, made, card = ReviewItemRow, ReviewRoundRow, ReviewCardRow
    column = row.sent_id if target is Target.SENT else row.draft_id
    query = select(column).join(made, (made.tenant == row.tenant) & (made.id == row.round_id)).distinct()
    read = exists().where(
        card.tenant == row.tenant,
        card.item_id == row.id,
        card.part == Part.READING.value,
        card.submitted_at.is_not(None),
    )
    query = query.where(row.tenant == tenant, made.target == target.value, made.closed_at.is_(None) | read)
    rows = await session.scalars(query)
    return set(filter(None, rows))


async def _without_message(session: AsyncSession, new: NewRound, tenant: str) -> int:
    """Count the sent replies of which no message is stored that they answer."""
    row = SentReplyRow
    query = select(func.count()).where(row.tenant == tenant, row.draft_id.is_(None), *_within(row.sent_at, new))
    return int(await session.scalar(query) or 0)


async def _keep_pairs(session: AsyncSession, found: Frame, tenant: str) -> None:
    """Keep the drafts that have a text, beside which something else was sent."""
    kept, pairs = [], dict[str, bool]()
    for start in range(0, len(found.candidates), _CHUNK):
        ids = [item.id for item in found.candidates[start : start + _CHUNK]]
        beside = await _beside(session, ids, tenant)
        row = DraftRow
        texts = await session.execute(select(row.id, row.draft).where(row.tenant == tenant, row.id.in_(list(beside))))
        for id_, draft in texts:
            pairs[id_] = bool(draft["text"]) and draft["text"].strip() != _joined(beside[id_])[0]["text"].strip()
    for item in found.candidates:
        if item.id not in pairs:
            found.set_aside["nothing_sent"] += 1
        elif not pairs[item.id]:
            found.set_aside["no_other_text"] += 1
        else:
            kept.append(item)
    found.candidates = kept


async def _beside(session: AsyncSession, ids: Sequence[str], tenant: str) -> dict[str, list[SentReplyRow]]:
    row = SentReplyRow
    query = select(row).where(row.tenant == tenant, row.draft_id.in_(ids)).order_by(row.sent_at, row.id)
    found: dict[str, list[SentReplyRow]] = {}
    for item in await session.scalars(query):
        found.setdefault(str(item.draft_id), []).append(item)
    return {id_: _of_last(items) for id_, items in found.items()}


def _of_last(sent: Sequence[SentReplyRow]) -> list[SentReplyRow]:
    """Keep what the agent of the last reply sent: an item is one agent's, and none of the others is given their own."""
    last = sent[-1]
    return [item for item in sent if (item.connection, item.agent) == (last.connection, last.agent)]
