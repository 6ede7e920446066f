"""Writing to one tenant's register within one transaction: numbers, duties, events, and what is due next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.complaints.clock import due_after
from api.complaints.country import Country, DutyKind
from api.complaints.reading import duties_of, is_running
from api.complaints.records import ComplaintEventName, ComplaintNotice, ComplaintState
from api.complaints.tables import ComplaintDutyRow, ComplaintEventRow, ComplaintNoticeRow, ComplaintRow
from inference.calendar import WorkCalendar
from inference.policy import ComplaintRules

NOTICES = "notices"
_COUNT = text(
    "INSERT INTO complaint_counters (tenant, name, value) VALUES (:tenant, :name, 1) "
    "ON CONFLICT (tenant, name) DO UPDATE SET value = complaint_counters.value + 1 RETURNING value"
)
"""Counts within the transaction that uses the number, so that there is no gap and no twin."""


@dataclass(frozen=True)
class Raising:
    """What a complaint is raised with, once everything is known."""

    country: Country
    sector: str
    kind: str
    rules: ComplaintRules
    calendars: tuple[WorkCalendar, ...]


class Entries:
    """One transaction's writes.

    Args:
        session: a writing session.
        tenant: whose register it is.
        now: the moment of the transaction.
    """

    def __init__(self, session: AsyncSession, tenant: str, now: datetime) -> None:
        self.session = session
        self.tenant = tenant
        self.now = now

    async def count(self, name: str) -> int:
        """Return the next number of a counter."""
        return int((await self.session.execute(_COUNT, {"tenant": self.tenant, "name": name})).scalar_one())

    async def open_of(self, conversation: str | None, draft: str | None = None) -> ComplaintRow | None:
        """Return the complaint of a conversation, or of a draft, that has not ended, the latest of several."""
        row = ComplaintRow
        named = [row.conversation == conversation] * (conversation is not None) + [row.draft_id == draft] * bool(draft)
        if not named:
            return None
        query = select(row).where(row.tenant == self.tenant, or_(*named))
        query = query.where(row.state.not_in([state.value for state in ComplaintState if state.ended]))
        return (await self.session.scalars(query.order_by(row.created_at.desc(), row.id.desc()).limit(1))).first()

    async def make(self, raising: Raising, id_: str, received: datetime, **fields: object) -> ComplaintRow:
        """Register a complaint under the next number."""
        local = self.now.astimezone(raising.calendars[0].zone)
        number = await self.count(self.counter(raising))
        row = ComplaintRow(
            tenant=self.tenant,
            id=id_,
            year=local.year,
            number=number,
            reference=raising.rules.numbered(number, local.year),
            country=raising.country.country,
            sector=raising.sector,
            kind=raising.kind,
            state=ComplaintState.OPEN.value,
            received_at=received,
            created_at=self.now,
            held=False,
            **fields,
        )
        self.session.add(row)
        await self.session.flush()  # its duties and events refer to it
        self._owe(row, raising)
        await self.write(row, ComplaintEventName.RAISED, by=str(fields["raised_by"]))
        await self.settle(row)
        return row

    def counter(self, raising: Raising) -> str:
        """Return the name of the counter of complaints: each year has its own where references show the year."""
        year = self.now.astimezone(raising.calendars[0].zone).year
        return str(year) if raising.rules.yearly else "all"

    def _owe(self, row: ComplaintRow, raising: Raising) -> None:
        sector = raising.country.sector(raising.sector)[1]
        for duty in sector.duties_for(raising.kind):
            within = min(duty.within, raising.rules.days.get(duty.name, duty.within))
            self.session.add(
                ComplaintDutyRow(
                    tenant=self.tenant,
                    complaint_id=row.id,
                    name=duty.name,
                    kind=duty.kind.value,
                    unit=duty.unit.value,
                    extended=duty.extended,
                    stops=duty.stops,
                    due=due_after(row.received_at, within, duty.unit, raising.calendars),
                )
            )

    async def write(
        self, row: ComplaintRow, event: ComplaintEventName, *, by: str, **more: str | None
    ) -> ComplaintEventRow:
        """Add an event."""
        own = ComplaintEventRow
        last = select(func.max(own.number)).where(own.tenant == self.tenant, own.complaint_id == row.id)
        number = int(await self.session.scalar(last) or 0) + 1
        written = own(
            tenant=self.tenant, complaint_id=row.id, number=number, at=self.now, event=event.value, by=by, **more
        )
        self.session.add(written)
        return written

    async def settle(self, row: ComplaintRow) -> None:
        """Say on the row what is due next."""
        await self.session.flush()
        running = [duty for duty in await duties_of(self.session, row) if is_running(duty, row)]
        row.due, row.due_duty = (running[0].due, running[0].name) if running else (None, None)

    def meet(self, duties: Sequence[ComplaintDutyRow], *kinds: DutyKind) -> None:
        """Mark what is met now."""
        for duty in duties:
            if duty.kind in kinds and duty.met_at is None:
                duty.met_at = self.now

    async def notice(self, row: ComplaintRow, duty: ComplaintDutyRow) -> ComplaintNotice:
        """Write that a duty is overdue."""
        sequence = await self.count(NOTICES)
        values = {"complaint_id": row.id, "duty": duty.name, "sequence": sequence, "at": self.now}
        await self.session.execute(insert(ComplaintNoticeRow).values(tenant=self.tenant, **values))
        return ComplaintNotice(
            sequence=sequence,
            noticed_at=self.now,
            id=row.id,
            reference=row.reference,
            duty=duty.name,
            kind=DutyKind(duty.kind),
            due=duty.due,
        )
