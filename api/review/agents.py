"""Who of the team an agent of a helpdesk is."""

from sqlalchemy import select

from api.access.audit import record
from api.access.principal import Principal
from api.clock import Now
from api.review.audit import ReviewAction
from api.review.records import AgentIdentity, AgentList
from api.review.tables import ReviewAgentRow
from models.errors import NotFoundError
from retrieval.store import Database


class Agents:
    """Reads and writes which agent is who.

    Args:
        database: where they are.
        now: the clock.
    """

    def __init__(self, database: Database, now: Now) -> None:
        self.database = database
        self._now = now

    async def list(self, *, by: Principal) -> AgentList:
        """Return all that are known, by connection and id."""
        row = ReviewAgentRow
        query = select(row).where(row.tenant == by.tenant).order_by(row.connection, row.agent)
        async with self.database.reading() as session:
            rows = (await session.scalars(query)).all()
        return AgentList(items=tuple(_identity(item) for item in rows))

    async def set(self, given: AgentIdentity, *, by: Principal) -> AgentIdentity:
        """Say who an agent is, in place of what was said before."""
        async with self.database.writing(by.tenant) as session:
            key = (by.tenant, given.connection, given.agent)
            row = await session.get(ReviewAgentRow, key)
            if row is None:
                row = ReviewAgentRow(tenant=by.tenant, connection=given.connection, agent=given.agent)
                session.add(row)
            row.actor, row.names = given.actor, list(given.names)
            await record(session, by, ReviewAction.AGENT_SET, given.agent, now=self._now)
        return given

    async def remove(self, connection: str, agent: str, *, by: Principal) -> None:
        """Forget who an agent is.

        Raises:
            NotFoundError: nothing is known of this agent.
        """
        async with self.database.writing(by.tenant) as session:
            row = await session.get(ReviewAgentRow, (by.tenant, connection, agent))
            if row is None:
                msg = f"Nothing is known of the agent '{agent}' of '{connection}'."
                raise NotFoundError(msg, field="agent")
            await session.delete(row)
            await record(session, by, ReviewAction.AGENT_REMOVED, agent, now=self._now)


def _identity(row: ReviewAgentRow) -> AgentIdentity:
    return AgentIdentity(connection=row.connection, agent=row.agent, actor=row.actor, names=tuple(row.names))
