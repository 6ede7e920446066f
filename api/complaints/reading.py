"""Reading the register: one complaint, lists, notices, figures, and what a conversation's agents should know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Now, utc_now
from api.complaints.country import Country, DutyKind, load_country
from api.complaints.records import (
    Complaint,
    ComplaintDuty,
    ComplaintEvent,
    ComplaintFigures,
    ComplaintHistory,
    ComplaintListing,
    ComplaintNotice,
    ComplaintState,
    DutyCounts,
)
from api.complaints.tables import ComplaintDutyRow, ComplaintEventRow, ComplaintNoticeRow, ComplaintRow
from api.complaints.wording import Filling, shown
from inference.policy import Policy
from models.errors import InputError, NotFoundError
from retrieval.store import Database, UTCDateTime

MAX_PAGE = 200
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Where what has nothing due stands in the order of due times: behind everything."""
ENDED = tuple(state.value for state in ComplaintState if state.ended)
Countries = Callable[[str], Country]


@dataclass(frozen=True)
class Page:
    """A stretch of a listing; ``next`` says where the following page begins, None at the end."""

    items: tuple[Complaint, ...]
    next: str | None


class ComplaintReader:
    """Reads complaints; every method names its tenant.

    Args:
        database: where they are.
        now: what the time is, by which what is due is overdue.
        countries: reads a country file.
    """

    def __init__(self, database: Database, *, now: Now = utc_now, countries: Countries = load_country) -> None:
        self.database = database
        self.now = now
        self.countries = countries

    async def owing(self) -> tuple[str, ...]:
        """Return the tenants with something past its due time."""
        query = select(ComplaintRow.tenant).where(ComplaintRow.due < self.now()).distinct()
        async with self.database.reading() as session:
            return tuple(await session.scalars(query.order_by(ComplaintRow.tenant)))

    async def get(self, id: str, *, policy: Policy, tenant: str) -> ComplaintHistory:  # noqa: A002 - the contract's name
        """Return one complaint with its clock, events and texts.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self.database.reading() as session:
            row = await session.get(ComplaintRow, (tenant, id))
            if row is None:
                raise unknown(id)
            return await self.history(session, row, policy)

    async def history(self, session: AsyncSession, row: ComplaintRow, policy: Policy) -> ComplaintHistory:
        """Return a row with all that belongs to it."""
        duties, event = await duties_of(session, row), ComplaintEventRow
        query = select(event).where(event.tenant == row.tenant, event.complaint_id == row.id).order_by(event.number)
        events = (await session.scalars(query)).all()
        country = self.countries(row.country)
        sector = country.sector(row.sector)[1]
        rules = {duty.name: shown(duty) for duty in sector.duties}
        filling = self.filling(row, duties, policy)
        now = self.now()
        told = [
            ComplaintDuty(
                name=item.name,
                kind=DutyKind(item.kind),
                due=item.due,
                met_at=item.met_at,
                overdue=is_running(item, row) and item.due < now,
                stops=item.stops,
                extendable=item.extended is not None,
                rule=rules.get(item.name),
            )
            for item in duties
        ]
        fields = ComplaintEvent.model_fields
        return ComplaintHistory(
            **published(row, now),
            duties=tuple(told),
            events=tuple(ComplaintEvent(**{name: getattr(item, name) for name in fields}) for item in events),
            acknowledgement=filling.acknowledgement(sector),
            locked=filling.locked(sector.locked),
        )

    def filling(self, row: ComplaintRow, duties: Sequence[ComplaintDutyRow], policy: Policy) -> Filling:
        """Return what fills a complaint's texts."""
        final = next(item.due for item in duties if item.kind == DutyKind.FINAL_RESPONSE)
        calendar = policy.calendar or self.countries(row.country).calendar
        return Filling(row.reference, row.received_at, final, policy=policy, calendar=calendar)

    async def list(
        self,
        *,
        tenant: str,
        only: ComplaintListing | None = None,
        conversation: str | None = None,
        due_before: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page:
        """Return complaints in the order of what is due next, what has nothing due last.

        Args:
            tenant: whose.
            only: a state, what has not ended, or what is overdue.
            conversation: of this conversation only.
            due_before: with something due before this moment only.
            after: where the page before ended.
            limit: of one page; cut to ``MAX_PAGE``.

        Raises:
            InputError: ``after`` is not what a page gave.
        """
        row, now, size = ComplaintRow, self.now(), max(1, min(limit, MAX_PAGE))
        order = func.coalesce(row.due, literal(_NEVER, UTCDateTime))
        query = select(row).where(row.tenant == tenant)
        if only is not None:
            query = query.where(_is(only, now))
        if conversation is not None:
            query = query.where(row.conversation == conversation)
        if due_before is not None:
            query = query.where(row.due < due_before)
        if after is not None:
            due, last = _place(after)
            query = query.where(tuple_(order, row.id) > tuple_(literal(due, UTCDateTime), literal(last)))
        async with self.database.reading() as session:
            rows = (await session.scalars(query.order_by(order, row.id).limit(size + 1))).all()
        items = tuple(Complaint(**published(item, now)) for item in rows[:size])
        if len(rows) <= size:
            return Page(items, None)
        return Page(items, f"{(items[-1].due or _NEVER).isoformat()} {items[-1].id}")

    async def notices(self, *, tenant: str, after: int = 0, limit: int = 50) -> tuple[ComplaintNotice, ...]:
        """Return the notices behind the sequence number ``after``, in the order in which they were written."""
        notice, row, duty = ComplaintNoticeRow, ComplaintRow, ComplaintDutyRow
        query = select(notice, row, duty).join(row, and_(row.tenant == notice.tenant, row.id == notice.complaint_id))
        query = query.join(
            duty,
            and_(duty.tenant == row.tenant, duty.complaint_id == row.id, duty.name == notice.duty),
        )
        query = query.where(notice.tenant == tenant, notice.sequence > after).order_by(notice.sequence)
        async with self.database.reading() as session:
            found = (await session.execute(query.limit(max(1, min(limit, MAX_PAGE))))).all()
        return tuple(noticed(*item) for item in found)

    async def figures(self, *, tenant: str) -> ComplaintFigures:
        """Count a tenant's complaints, and how their duties were met."""
        row, duty, now = ComplaintRow, ComplaintDutyRow, self.now()
        late = func.sum(case((row.due < now, 1), else_=0))
        counted = select(row.state, row.ground, func.count(), late).where(row.tenant == tenant)
        kinds = select(duty, row).join(row, and_(row.tenant == duty.tenant, row.id == duty.complaint_id))
        states: dict[ComplaintState, int] = {}
        grounds: dict[str, int] = {}
        overdue = 0
        met: dict[DutyKind, dict[str, int]] = {}
        async with self.database.reading() as session:
            for state, ground, number, past in await session.execute(counted.group_by(row.state, row.ground)):
                states[ComplaintState(state)] = states.get(ComplaintState(state), 0) + int(number)
                grounds[ground] = grounds.get(ground, 0) + int(number)
                overdue += int(past)
            for item, complaint in await session.execute(kinds.where(duty.tenant == tenant)):
                if outcome := _outcome(item, complaint, now):
                    counts = met.setdefault(DutyKind(item.kind), {})
                    counts[outcome] = counts.get(outcome, 0) + 1
        return ComplaintFigures(
            all=sum(states.values()),
            overdue=overdue,
            states=states,
            grounds=grounds,
            duties={kind: DutyCounts(**counts) for kind, counts in met.items()},
        )


async def duties_of(session: AsyncSession, row: ComplaintRow) -> Sequence[ComplaintDutyRow]:
    """Return a complaint's duties, in the order of their due times."""
    duty = ComplaintDutyRow
    query = select(duty).where(duty.tenant == row.tenant, duty.complaint_id == row.id)
    return (await session.scalars(query.order_by(duty.due, duty.name))).all()


def is_running(duty: ComplaintDutyRow, row: ComplaintRow) -> bool:
    """Tell whether a duty's clock runs: it is one, is not met, and neither ended nor stopped."""
    if duty.met_at is not None or duty.kind == DutyKind.WINDOW or row.state in ENDED:
        return False
    return not (row.paused_at is not None and duty.stops and duty.due >= row.paused_at)


def unknown(id: str) -> NotFoundError:  # noqa: A002 - the contract's name
    """Return the error of an id that does not exist."""
    return NotFoundError(f"There is no complaint with the id '{id}'.", field="id")


def published(row: ComplaintRow, now: datetime) -> dict[str, Any]:
    """Return a row's fields as published."""
    fields = Complaint.model_fields.keys() - {"overdue"}
    return {name: getattr(row, name) for name in fields} | {"overdue": row.due is not None and row.due < now}


def noticed(notice: ComplaintNoticeRow, row: ComplaintRow, duty: ComplaintDutyRow) -> ComplaintNotice:
    """Return a notice as published."""
    return ComplaintNotice(
        sequence=notice.sequence,
        noticed_at=notice.at,
        id=row.id,
        reference=row.reference,
        duty=duty.name,
        kind=DutyKind(duty.kind),
        due=duty.due,
    )


def _outcome(duty: ComplaintDutyRow, row: ComplaintRow, now: datetime) -> str | None:
    if duty.kind == DutyKind.WINDOW:
        return None
    if duty.met_at is not None:
        return "in_time" if duty.met_at <= duty.due else "late"
    if row.state in ENDED:
        return None
    return "overdue" if is_running(duty, row) and duty.due < now else "open"


def _is(only: ComplaintListing, now: datetime) -> ColumnElement[bool]:
    if only is ComplaintListing.OVERDUE:
        return ComplaintRow.due < now
    if only is ComplaintListing.RUNNING:
        return ComplaintRow.state.not_in(ENDED)
    return ComplaintRow.state == only.value


def _place(after: str) -> tuple[datetime, str]:
    moment, _, id_ = after.partition(" ")
    msg = "The cursor is not one that a listing gave: start again without it."
    try:
        due = datetime.fromisoformat(moment)
        due.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(msg, field="cursor") from error
    if due.tzinfo is None or not id_:
        raise InputError(msg, field="cursor")
    return due, id_
