"""The ledger: enters what sent replies promise, is told what became of it, and finds what is overdue."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.ledger.entries import Anchor, Entries
from api.ledger.reading import LedgerReader, history, published, unknown
from api.ledger.records import CommitmentHistory, NewEvent, Notice
from api.ledger.sent import CheckedText, key_of, reply_commitments, sent_commitments
from api.tables import CommitmentEventRow, CommitmentNoticeRow, CommitmentRow
from inference.checks.promises.backing import OWNER, POLICY
from inference.contradiction.figures import extent, figures
from inference.policy import Policy
from inference.stems import share, stems
from inference.text import fold
from inference.types import Commitment, CommitmentState, Draft, Feedback, Grievance, Message, Verdict
from models.errors import ConflictError, InputError

_BATCH = 500
_SKEW = timedelta(minutes=5)
"""By how much a caller's clock may run ahead of ours."""
_ALIKE = 0.5
"""Share of the telling words that two promises must have in common, each way, to be one made anew."""


class Ledger(LedgerReader):
    """Reads and writes commitments; what a write returns survives ``kill -9``.

    A commitment is open until exactly one final event: kept, broken or withdrawn. Whoever writes first brings it up to
    the present, so that its state never depends on when a sweep last ran; the clock may be set as one likes, what is
    final stays so.
    """

    log_event = "commitment_overdue"

    async def take_up(
        self,
        session: AsyncSession,
        feedback: Feedback,
        *,
        draft_id: str,
        draft: Draft,
        message: Message,
        policy: Policy,
        tenant: str,
        at: datetime | None = None,
    ) -> None:
        """Enter what the customer was sent, in the transaction that stores the verdict; a repeated one changes nothing.

        What an earlier verdict on the same draft entered and the text no longer holds is withdrawn. What another draft
        of the conversation promised of the same kind, from the same resolution or about the same in other words, ends:
        a newer promise takes its place. That withdraws it, unless it was overdue: then it was broken, whatever is
        promised next.

        Args:
            session: a writing session.
            feedback: the verdict, with the text that was sent where an agent wrote it.
            draft_id: the draft.
            draft: what the agent was shown.
            message: what it answers, with its conversation and what was owed there.
            policy: counts working hours.
            tenant: who owns the draft.
            at: when the reply was sent, from when on its times count; now where that is not told.
        """
        entries = Entries(session, tenant, self.now())
        begun = min(at or entries.now, entries.now)
        found = sent_commitments(draft, feedback, message=message, policy=policy, now=begun)
        await _enter(
            entries, found, Anchor(draft_id=draft_id), conversation=message.conversation, policy=policy, begun=begun
        )
        if feedback.verdict in {Verdict.ACCEPTED, Verdict.EDITED}:
            await _mark_told(entries, draft, message)

    async def take_up_reply(
        self,
        session: AsyncSession,
        reply: CheckedText,
        *,
        sent_id: str,
        conversation: str,
        policy: Policy,
        tenant: str,
        at: datetime,
    ) -> None:
        """Enter what a reply promises before which no draft was made, as ``take_up`` does.

        Args:
            session: a writing session.
            reply: its words, and what the checks read in them.
            sent_id: the sent reply.
            conversation: where it was sent.
            policy: counts working hours.
            tenant: whose.
            at: when it was sent.
        """
        entries = Entries(session, tenant, self.now())
        begun = min(at, entries.now)
        found = reply_commitments(reply, policy=policy, now=begun)
        await _enter(entries, found, Anchor(sent_id=sent_id), conversation=conversation, policy=policy, begun=begun)

    async def hand_over(
        self,
        session: AsyncSession,
        sent_ids: Collection[str],
        *,
        tenant: str,
        draft_id: str | None = None,
        sent_id: str | None = None,
    ) -> None:
        """Let what sent replies promise belong to a draft, or to another sent reply that they are part of."""
        await Entries(session, tenant, self.now()).hand_over(sent_ids, Anchor(draft_id, sent_id))

    async def tell(self, id: str, told: NewEvent, *, tenant: str) -> CommitmentHistory:  # noqa: A002 - as above
        """Store what became of a commitment; the same event again is no second one.

        Raises:
            NotFoundError: the id does not exist for this tenant.
            ConflictError: it has its final state already; the message says which.
            InputError: it is said to have been kept in the future.
        """
        now = self.now()
        if told.at is not None and told.at > now + _SKEW:
            msg = "The time at which it was kept lies in the future: leave it out, or mend the clock."
            raise InputError(msg, field="at")
        async with self.database.writing(tenant) as session:
            entries = Entries(session, tenant, now)
            row = await session.get(CommitmentRow, (tenant, id))
            if row is None:
                raise unknown(id)
            await entries.settle(row)
            refused = row.state != CommitmentState.OPEN
            if not refused:
                entries.tell(row, told)
            await session.flush()
            query = select(CommitmentEventRow).where(
                CommitmentEventRow.tenant == tenant, CommitmentEventRow.commitment_id == id
            )
            events = (await session.scalars(query.order_by(CommitmentEventRow.number))).all()
        # Raised behind the transaction: that nobody kept it in time stays written.
        if refused and not _repeats(events[-1], told):
            msg = f"This commitment is {row.state} already, since {events[-1].at.isoformat(timespec='seconds')}."
            raise ConflictError(msg, field="event")
        return history(row, events, now)

    async def sweep(self, *, tenant: str) -> tuple[Notice, ...]:
        """Write a notice for whatever is newly overdue, and end what nobody kept in time; return the new notices."""
        now, found = self.now(), list[Notice]()
        while True:
            count, notices = await self._sweep_batch(tenant, now)
            found += notices
            if count < _BATCH:
                return tuple(found)

    async def _sweep_batch(self, tenant: str, now: datetime) -> tuple[int, list[Notice]]:
        row, notice = CommitmentRow, CommitmentNoticeRow
        noticed = exists().where(notice.tenant == tenant, notice.commitment_id == row.id)
        query = select(row).where(row.tenant == tenant, row.state == CommitmentState.OPEN.value, row.due < now)
        query = query.where(or_(~noticed, row.lapses_at < now)).order_by(row.due, row.id).limit(_BATCH)
        async with self.database.writing(tenant) as session:
            entries = Entries(session, tenant, now)
            rows = (await session.scalars(query)).all()
            for item in rows:
                await entries.settle(item)
        return len(rows), [
            Notice(sequence=new.sequence, noticed_at=new.at, **published(item, now)) for item, new in entries.noticed
        ]


async def _enter(
    entries: Entries,
    found: Iterable[Commitment],
    anchor: Anchor,
    *,
    conversation: str | None,
    policy: Policy,
    begun: datetime,
) -> None:
    """Bring what belongs to an anchor to what was found in its reply."""
    sent = {key_of(item.kind, item.text): item for item in found}
    for item in await entries.held(anchor):
        if sent.pop(key_of(item.kind, item.text), None) is None:
            await entries.unsend(item)
    made = [
        await entries.make(item, anchor=anchor, conversation=conversation, policy=policy, at=begun)
        for item in sent.values()
    ]
    await _replace(entries, made)


async def _replace(entries: Entries, made: Sequence[CommitmentRow]) -> None:
    """End what the conversation's other replies promised and what is promised anew."""
    if not made or made[0].conversation is None:
        return
    row, newest = CommitmentRow, made[0]
    query = select(row).where(row.tenant == entries.tenant, row.conversation == newest.conversation)
    same = and_(row.draft_id.is_not_distinct_from(newest.draft_id), row.sent_id.is_not_distinct_from(newest.sent_id))
    query = query.where(row.state == CommitmentState.OPEN.value, ~same)
    for older in (await entries.session.scalars(query.order_by(row.due, row.id))).all():
        newer = next((item for item in made if _takes_place(item, older)), None)
        if newer is not None:
            await entries.replace(older, newer)


def _takes_place(newer: CommitmentRow, older: CommitmentRow) -> bool:
    """Tell whether one promise is another one made anew: from the same resolution, or about the same in other words.

    Two that an agent makes are two, as long as their words do not say one thing.
    """
    if newer.kind != older.kind:
        return False
    if newer.source == older.source and newer.source not in {None, OWNER, POLICY}:
        return True
    if newer.source != older.source and not {newer.source, older.source} & {None, OWNER, POLICY}:
        return False
    one, other = _matter(newer.text), _matter(older.text)
    return one == other or min(share(one, other), share(other, one)) >= _ALIKE


def _matter(text: str) -> frozenset[str]:
    """Return the telling words of a promise without its figures and times: it may be made anew for another day."""
    folded = fold(text).text
    for figure in reversed(figures(folded)):
        start, end = extent(folded, figure)
        folded = f"{folded[:start]} {folded[end:]}"
    return frozenset(word for word in stems(folded) if word.isalpha())


async def _mark_told(entries: Entries, draft: Draft, message: Message) -> None:
    """Remember that the reply named what was owed: the next one does not name it again."""
    plan = draft.plan
    if plan is None or Grievance.PROMISE not in {*plan.named, plan.owned}:
        return
    for past in message.commitments:
        row = await entries.session.get(CommitmentRow, (entries.tenant, past.id)) if past.speak else None
        if row is not None and row.told_at is None:
            row.told_at = entries.now


def _repeats(stored: CommitmentEventRow, told: NewEvent) -> bool:
    """Tell whether an event is the one that ended a commitment, delivered once more."""
    return (stored.event, stored.by, stored.reason, stored.kept_at, stored.delivery) == (
        told.event.value,
        told.by,
        told.reason,
        told.at,
        told.delivery,
    )
