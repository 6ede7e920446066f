"""The register of complaints: raises them, is told what happened, and finds what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.complaints.clock import due_after, due_resumed
from api.complaints.country import DutyKind, Unit
from api.complaints.entries import Entries, Raising
from api.complaints.reading import ENDED, ComplaintReader, duties_of, is_running, unknown
from api.complaints.records import (
    ComplaintEventName,
    ComplaintHistory,
    ComplaintNotice,
    ComplaintSource,
    ComplaintState,
    NewComplaint,
    NewComplaintEvent,
)
from api.complaints.steps import STEPS
from api.complaints.tables import ComplaintDutyRow, ComplaintEventRow, ComplaintNoticeRow, ComplaintRow
from api.complaints.wording import agent_note, check_locked
from api.idempotency import new_id
from inference.calendar import WorkCalendar
from inference.complaint import complaint_ground
from inference.policy import ComplaintRules, Policy
from inference.thread import own_words
from inference.types import Analysis, Message
from models.errors import ConfigurationError, ConflictError, InputError

_BATCH = 500
_SKEW = timedelta(minutes=5)
_ANALYSIS = "rifq"


@dataclass(frozen=True)
class Considered:
    """A conversation's complaint: its id, what its agent is told, and whether a draft is remembered with it."""

    id: str
    note: str
    drafted: bool


class ComplaintRegister(ComplaintReader):
    """Reads and writes complaints; what a write returns survives ``kill -9``."""

    log_event = "complaint_overdue"

    async def raise_(self, new: NewComplaint, *, by: str, policy: Policy, tenant: str) -> ComplaintHistory:
        """Register a complaint that a person or a helpdesk's tag names.

        A helpdesk may say so again: the conversation's complaint that has not ended is returned then.

        Raises:
            InputError: no country is named, or it, the sector or the kind is unknown, or it came in the future.
            ConflictError: a person names a conversation whose complaint has not ended; the message says which.
        """
        now = self.now()
        received = new.received_at or now
        if received > now + _SKEW:
            msg = "It was received in the future: leave received_at out, or mend the clock."
            raise InputError(msg, field="received_at")
        raising, id_ = self._raising(policy, new), new_id()
        async with self.database.writing(tenant) as session:
            entries = Entries(session, tenant, now)
            if (stored := await session.get(ComplaintRow, (tenant, id_))) is not None:
                return await self.history(session, stored, policy)  # the same request again, after a crash
            row = await entries.open_of(new.conversation)
            if row is not None and new.source is ComplaintSource.PERSON:
                msg = f"This conversation has a complaint already, {row.reference}: tell what is new there."
                raise ConflictError(msg, field="conversation")
            if row is None:
                fields = new.model_dump(include={"conversation", "customer_id", "draft_id", "language", "summary"})
                ground = "person" if new.source is ComplaintSource.PERSON else "tag"
                row = await entries.make(
                    raising, id_, received, **fields, source=new.source.value, ground=ground, raised_by=by
                )
            return await self.history(session, row, policy)

    async def consider(
        self,
        message: Message,
        analysis: Analysis,
        *,
        policy: Policy,
        language: str,
        tenant: str,
        again: str | None = None,
    ) -> "Considered | None":
        """Register a complaint where a message is one; return the conversation's, with what its agent should be told.

        Args:
            message: what the customer wrote, with its conversation.
            analysis: what was understood of it.
            policy: says what makes a complaint; one without the section makes none.
            language: of the note.
            tenant: whose.
            again: the draft that is made again for the message.
        """
        rules = policy.complaints
        if rules is None:
            return None
        ground = complaint_ground(own_words(message), analysis, rules)
        row = await self._open(message.conversation, again, tenant)
        if row is None and ground is not None:
            raising = self._raising(policy, NewComplaint())
            async with self.database.writing(tenant) as session:
                entries = Entries(session, tenant, self.now())
                row = await entries.open_of(message.conversation, again)
                if row is None:
                    row = await entries.make(
                        raising,
                        new_id(),
                        min(message.received_at or entries.now, entries.now),
                        conversation=message.conversation,
                        source=ComplaintSource.ANALYSIS.value,
                        ground=ground,
                        raised_by=_ANALYSIS,
                        language=analysis.language,
                    )
        if row is None:
            return None
        calendar = policy.calendar or self.countries(row.country).calendar
        note = agent_note(
            language, reference=row.reference, state=row.state, duty=row.due_duty, due=row.due, calendar=calendar
        )
        return Considered(row.id, note, drafted=row.draft_id is not None)

    async def attach(self, id: str, draft_id: str, *, tenant: str) -> None:  # noqa: A002 - as above
        """Remember the first draft that was made for a complaint."""
        row = ComplaintRow
        query = update(row).where(row.tenant == tenant, row.id == id, row.draft_id.is_(None))
        async with self.database.writing(tenant) as session:
            await session.execute(query.values(draft_id=draft_id))

    async def tell(
        self,
        id: str,  # noqa: A002 - as above
        told: NewComplaintEvent,
        *,
        by: str,
        policy: Policy,
        tenant: str,
    ) -> ComplaintHistory:
        """Store what happened to a complaint; the same delivery again changes nothing.

        Raises:
            NotFoundError: the id does not exist for this tenant.
            ConflictError: its state does not allow it, or no rule does; says which.
            MissingWordingError: a final response lacks locked wording.
        """
        async with self.database.writing(tenant) as session:
            entries = Entries(session, tenant, self.now())
            row = await session.get(ComplaintRow, (tenant, id))
            if row is None:
                raise unknown(id)
            if not await _delivered(session, row, told.delivery):
                await self._apply(entries, row, told, policy)
                await entries.write(row, told.event, by=by, note=told.note, text=told.text, delivery=told.delivery)
                await entries.settle(row)
            return await self.history(session, row, policy)

    async def sweep(self, *, tenant: str) -> tuple[ComplaintNotice, ...]:
        """Write a notice for each duty that is newly overdue; return the new ones."""
        found: list[ComplaintNotice] = []
        while True:
            batch = await self._sweep_batch(tenant)
            found += batch
            if len(batch) < _BATCH:
                return tuple(found)

    async def _sweep_batch(self, tenant: str) -> list[ComplaintNotice]:
        duty, row, notice, now = ComplaintDutyRow, ComplaintRow, ComplaintNoticeRow, self.now()
        known = exists().where(
            notice.tenant == tenant, notice.complaint_id == duty.complaint_id, notice.duty == duty.name
        )
        query = select(duty, row).join(row, and_(row.tenant == duty.tenant, row.id == duty.complaint_id))
        query = query.where(duty.tenant == tenant, duty.due < now, duty.met_at.is_(None), ~known)
        query = query.where(row.state.not_in(ENDED), duty.kind != DutyKind.WINDOW.value, row.due < now)
        query = query.order_by(duty.due, row.id).limit(_BATCH)
        async with self.database.writing(tenant) as session:
            entries = Entries(session, tenant, now)
            late = (await session.execute(query)).all()
            return [await entries.notice(owner, item) for item, owner in late if is_running(item, owner)]

    async def _apply(self, entries: Entries, row: ComplaintRow, told: NewComplaintEvent, policy: Policy) -> None:
        step = STEPS[told.event]
        if row.state not in step.allowed:
            msg = f"This complaint is {row.state}: '{told.event.value}' does not follow."
            raise ConflictError(msg, field="event")
        duties = await duties_of(entries.session, row)
        match told.event:
            case ComplaintEventName.RESPONDED:
                locked = self.filling(row, duties, policy).locked(
                    self.countries(row.country).sector(row.sector)[1].locked
                )
                check_locked(told.text or "", locked, told.language or row.language)
            case ComplaintEventName.PAUSED:
                _pause(row, duties, entries.now)
            case ComplaintEventName.RESUMED:
                self._resume(row, duties, entries.now, policy)
            case ComplaintEventName.EXTENDED:
                self._extend(row, duties, policy)
            case ComplaintEventName.HELD | ComplaintEventName.RELEASED:
                row.held = told.event is ComplaintEventName.HELD
        entries.meet(duties, *step.meets)
        if step.state is not None:
            row.state = step.state.value
        if ComplaintState(row.state).ended:
            row.paused_at, row.closed_at = None, entries.now
            keep = (policy.complaints or ComplaintRules(country=row.country)).keep_days
            row.kept_until = entries.now + timedelta(days=keep)

    def _resume(self, row: ComplaintRow, duties: Sequence[ComplaintDutyRow], now: datetime, policy: Policy) -> None:
        paused = row.paused_at
        if paused is None:
            msg = "The clock of this complaint runs: there is nothing to resume."
            raise ConflictError(msg, field="event")
        for duty in duties:
            if duty.met_at is None and duty.stops and duty.due >= paused:
                duty.due = due_resumed(duty.due, paused, now, Unit(duty.unit), self._calendars(row.country, policy))
        row.paused_at = None

    def _extend(self, row: ComplaintRow, duties: Sequence[ComplaintDutyRow], policy: Policy) -> None:
        able = [duty for duty in duties if duty.met_at is None and duty.extended is not None]
        if not able:
            msg = "No rule gives this complaint more time for a holding response, or it was used already."
            raise ConflictError(msg, field="event")
        for duty in able:
            more = duty.extended or 0
            duty.due = due_after(row.received_at, more, Unit(duty.unit), self._calendars(row.country, policy))
            duty.extended = None

    def _raising(self, policy: Policy, new: NewComplaint) -> Raising:
        rules = policy.complaints
        code = new.country or (rules.country if rules else None)
        if code is None:
            msg = "The policy names no country: give country, or add the section 'complaints' to the policy."
            raise InputError(msg, field="country")
        country = self.countries(code)
        own = rules is not None and rules.country == code
        name, sector = country.sector(new.sector or (rules.sector if rules and own else None))
        kind = new.kind or sector.kinds[0]
        if kind not in sector.kinds:
            msg = f"The sector '{name}' has no kind '{kind}': choose one of {', '.join(sector.kinds)}."
            raise InputError(msg, field="kind")
        if rules and own and (unknown_ := sorted(set(rules.days) - {duty.name for duty in sector.duties})):
            msg = f"complaints.days: the sector '{name}' has no duty {', '.join(unknown_)}."
            raise ConfigurationError(msg, field="complaints.days")
        return Raising(country, name, kind, rules or ComplaintRules(country=code), self._calendars(code, policy))

    def _calendars(self, country: str, policy: Policy) -> tuple[WorkCalendar, ...]:
        own = self.countries(country).calendar
        return (own,) if policy.calendar is None else (own, policy.calendar)

    async def _open(self, conversation: str | None, draft: str | None, tenant: str) -> ComplaintRow | None:
        async with self.database.reading() as session:
            return await Entries(session, tenant, self.now()).open_of(conversation, draft)


async def _delivered(session: AsyncSession, row: ComplaintRow, delivery: str | None) -> bool:
    if delivery is None:
        return False
    event = ComplaintEventRow
    query = select(event.number).where(event.tenant == row.tenant, event.complaint_id == row.id)
    return await session.scalar(query.where(event.delivery == delivery).limit(1)) is not None


def _pause(row: ComplaintRow, duties: Sequence[ComplaintDutyRow], now: datetime) -> None:
    if row.paused_at is not None:
        msg = "The clock of this complaint stands still already."
        raise ConflictError(msg, field="event")
    if not any(duty.stops and duty.met_at is None and duty.due >= now for duty in duties):
        msg = "No rule lets the clock of this complaint stand still."
        raise ConflictError(msg, field="event")
    row.paused_at = now
