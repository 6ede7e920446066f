"""Writing to one tenant's ledger within one transaction: every change of a commitment's state goes through here."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.ledger.records import ITSELF, EventName, NewEvent
from api.ledger.terms import terms_of
from api.tables import CommitmentEventRow, CommitmentNoticeRow, CommitmentRow
from inference.policy import Policy
from inference.types import Commitment, CommitmentState

LAPSED = "Nobody said in time that it was kept."
REPLACED = "A newer reply promises this anew."
UNSENT = "A later verdict took it out of the reply."
_FINAL = 2


@dataclass(frozen=True)
class Anchor:
    """What commitments belong to: a draft, or a sent reply before which no draft was made; one of the two."""

    draft_id: str | None = None
    sent_id: str | None = None

    def holds(self) -> ColumnElement[bool]:
        """Return as SQL whether a commitment belongs to it."""
        row = CommitmentRow
        return row.sent_id == self.sent_id if self.draft_id is None else row.draft_id == self.draft_id


class Entries:
    """One transaction's writes; ``session`` holds the write lock until it is committed.

    Args:
        session: a writing session.
        tenant: whose ledger it is.
        now: the moment of the transaction.
    """

    def __init__(self, session: AsyncSession, tenant: str, now: datetime) -> None:
        self.session = session
        self.tenant = tenant
        self.now = now
        self.noticed: list[tuple[CommitmentRow, CommitmentNoticeRow]] = []
        self._sequence: int | None = None

    async def make(
        self, commitment: Commitment, *, anchor: Anchor, conversation: str | None, policy: Policy, at: datetime
    ) -> CommitmentRow:
        """Enter a commitment that began ``at``."""
        terms = terms_of(commitment, at, policy.calendar, policy.ledger)
        row = CommitmentRow(
            tenant=self.tenant,
            id=uuid.uuid4().hex,
            draft_id=anchor.draft_id,
            sent_id=anchor.sent_id,
            conversation=conversation,
            kind=commitment.kind.value,
            text=commitment.text,
            owner=commitment.owner,
            source=commitment.source,
            made_at=at,
            due=terms.due,
            assumed=terms.assumed,
            lapses_at=terms.lapses_at,
            state=CommitmentState.OPEN.value,
        )
        self.session.add(row)
        await self.session.flush()  # its event refers to it
        self._write(row, 1, EventName.MADE, by=ITSELF)
        return row

    async def settle(self, row: CommitmentRow) -> None:
        """Bring an open commitment up to now: word of its being overdue, and its end where nobody kept it in time."""
        if row.state != CommitmentState.OPEN or row.due >= self.now:
            return
        await self._notice(row)
        if row.lapses_at < self.now:
            self._close(row, CommitmentState.BROKEN, EventName.BROKEN, by=ITSELF, reason=LAPSED)

    def tell(self, row: CommitmentRow, told: NewEvent) -> None:
        """Let an open, settled commitment take its final state."""
        state = CommitmentState(told.event)
        if state is CommitmentState.KEPT and (told.at or self.now) > row.due:
            state = CommitmentState.LATE
        self._close(row, state, told.event, by=told.by, reason=told.reason, kept_at=told.at, delivery=told.delivery)

    async def replace(self, row: CommitmentRow, newer: CommitmentRow) -> None:
        """End an open commitment whose place a newer reply's takes: what was due already has been broken."""
        await self.settle(row)
        if row.state == CommitmentState.OPEN:
            overdue = row.due < self.now
            state = CommitmentState.BROKEN if overdue else CommitmentState.WITHDRAWN
            self._close(row, state, EventName(state.value), by=ITSELF, reason=REPLACED, replaced_by=newer.id)

    async def unsend(self, row: CommitmentRow) -> None:
        """Withdraw an open commitment that a later verdict took out of the reply: the customer never read it."""
        await self.settle(row)
        if row.state == CommitmentState.OPEN:
            self._close(row, CommitmentState.WITHDRAWN, EventName.WITHDRAWN, by=ITSELF, reason=UNSENT)

    async def held(self, anchor: Anchor) -> Sequence[CommitmentRow]:
        """Return what belongs to an anchor, but for what a later verdict took out of the reply."""
        row, event = CommitmentRow, CommitmentEventRow
        unsent = exists().where(event.tenant == row.tenant, event.commitment_id == row.id)
        unsent = unsent.where(event.by == ITSELF, event.reason == UNSENT)
        query = select(row).where(row.tenant == self.tenant, anchor.holds(), ~unsent)
        return (await self.session.scalars(query)).all()

    async def hand_over(self, sent_ids: Collection[str], to: Anchor) -> None:
        """Let what belongs to sent replies belong to another anchor: they are parts of one reply, or got a draft."""
        row = CommitmentRow
        query = update(row).where(row.tenant == self.tenant, row.sent_id.in_(sent_ids))
        await self.session.execute(query.values(draft_id=to.draft_id, sent_id=to.sent_id))

    async def _notice(self, row: CommitmentRow) -> None:
        if await self.session.get(CommitmentNoticeRow, (self.tenant, row.id)) is not None:
            return
        if self._sequence is None:
            notices = select(func.max(CommitmentNoticeRow.sequence)).where(CommitmentNoticeRow.tenant == self.tenant)
            self._sequence = int(await self.session.scalar(notices) or 0)
        self._sequence += 1
        notice = CommitmentNoticeRow(tenant=self.tenant, commitment_id=row.id, sequence=self._sequence, at=self.now)
        self.session.add(notice)
        self.noticed.append((row, notice))

    def _close(
        self,
        row: CommitmentRow,
        state: CommitmentState,
        event: EventName,
        *,
        by: str,
        reason: str | None = None,
        kept_at: datetime | None = None,
        delivery: str | None = None,
        replaced_by: str | None = None,
    ) -> None:
        row.state = state.value
        self._write(
            row, _FINAL, event, by=by, reason=reason, kept_at=kept_at, delivery=delivery, replaced_by=replaced_by
        )

    def _write(self, row: CommitmentRow, number: int, event: EventName, *, by: str, **more: object) -> None:
        values = {"event": event.value, "at": self.now, "by": by, **more}
        self.session.add(CommitmentEventRow(tenant=self.tenant, commitment_id=row.id, number=number, **values))
