"""The figures of live quality for one tenant."""

import asyncio
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from api.clock import Now
from api.quality.reading import Records, read_drafts, read_records
from api.quality.records import AgentQualityReport, DriftReport, Period, QualitySummary
from evaluation.live import By, agent_report, draft_slices, drift_chart, support_figures
from inference.calendar import WorkCalendar
from models.errors import InputError
from retrieval.store import Database

DEFAULT_DAYS = 30
DRIFT_DAYS = 180
LONGEST_DAYS = 400


class QualityService:
    """Computes a tenant's figures from its tables.

    Args:
        database: where drafts, replies and outcomes are.
        calendar: the tenant's; days are UTC's without one.
        tenant: whose.
        now: the clock.
    """

    def __init__(self, database: Database, *, calendar: WorkCalendar | None, tenant: str, now: Now) -> None:
        self._database = database
        self._calendar = calendar
        self._tenant = tenant
        self._now = now

    @property
    def _zone(self) -> tzinfo:
        return UTC if self._calendar is None else self._calendar.zone

    async def summary(self, begins: date | None, ends: date | None, *, by: By | None = None) -> QualitySummary:
        """Return what became of drafts and conversations.

        Args:
            begins: first day; 30 days up to ``ends`` if None.
            ends: last day; today if None.
            by: what drafts are parted by.

        Raises:
            InputError: the period ends before it begins, or is longer than 400 days.
        """
        period = self._period(begins, ends, DEFAULT_DAYS)
        records = await self._records(period)
        drafts = await asyncio.to_thread(draft_slices, records.drafts, by, self._zone)
        support = await asyncio.to_thread(support_figures, records.conversations, self._calendar)
        return QualitySummary(period=period, drafts=drafts, support=support, cut=records.cut)

    async def agents(
        self, begins: date | None, ends: date | None, *, enabled: bool, unnamed: Collection[str] = ()
    ) -> AgentQualityReport:
        """Return agents' figures beside what their cases would lead one to expect.

        Args:
            begins: as for ``summary``; 180 days if None.
            ends: as for ``summary``.
            enabled: whether the operator allows them for this tenant; nothing is read otherwise.
            unnamed: agents who are not shown.

        Raises:
            InputError: as for ``summary``.
        """
        period = self._period(begins, ends, DRIFT_DAYS)
        if not enabled:
            return AgentQualityReport(period=period, enabled=False, report=None, cut=False)
        records = await self._records(period)
        report = await asyncio.to_thread(agent_report, records.conversations, unnamed=frozenset(unnamed))
        return AgentQualityReport(period=period, enabled=True, report=report, cut=records.cut)

    async def drift(self, begins: date | None, ends: date | None) -> DriftReport:
        """Return the drift chart of a period; arguments and errors as for ``agents``, up to yesterday if None."""
        period = self._period(begins, ends or self._today() - timedelta(days=1), DRIFT_DAYS)
        drafts, cut = await read_drafts(self._database, *self._bounds(period), tenant=self._tenant)
        chart = await asyncio.to_thread(drift_chart, drafts, period.begins, period.ends, self._zone)
        return DriftReport(period=period, chart=chart, cut=cut)

    async def _records(self, period: Period) -> Records:
        return await read_records(self._database, *self._bounds(period), tenant=self._tenant)

    def _today(self) -> date:
        return self._now().astimezone(self._zone).date()

    def _period(self, begins: date | None, ends: date | None, days: int) -> Period:
        last = ends or self._today()
        if not date(2000, 1, 1) <= last < date(9000, 1, 1):
            raise InputError("The last day lies before 2000 or after 9000.", field="to")
        first = begins or last - timedelta(days=days - 1)
        if first > last:
            raise InputError("The period ends before it begins: swap the two days.", field="from")
        if (last - first).days >= LONGEST_DAYS:
            msg = f"The period is longer than {LONGEST_DAYS} days: choose a shorter one."
            raise InputError(msg, field="from")
        return Period(begins=first, ends=last, timezone=str(self._zone))

    def _bounds(self, period: Period) -> tuple[datetime, datetime]:
        """Return the period's first moment and the one behind its last."""
        days = (period.begins, period.ends + timedelta(days=1))
        first, last = (datetime.combine(day, time(), self._zone) for day in days)
        return first, last
