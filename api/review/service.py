"""Review as one service: rounds, the reader's desk, disputes, appeals, results, and scores from elsewhere."""

from api.access.principal import Principal
from api.clock import Now
from api.review.agents import Agents
from api.review.appeals import Appeals
from api.review.desk import Desk
from api.review.disputes import Disputes
from api.review.imports import Imports
from api.review.machine import MachineCards
from api.review.records import AgentIdentity, NewRound, Round
from api.review.results import Results
from api.review.rounds import RoundStore
from api.review.team import Team
from inference.policy import PolicySource
from retrieval.store import Database


class Reviews:
    """Everything about human review; what its parts write survives ``kill -9``.

    Args:
        database: where everything is; who asks names the tenant.
        policy: the one that the checks follow.
        now: the clock.
    """

    def __init__(self, database: Database, *, policy: PolicySource, now: Now) -> None:
        self.rounds = RoundStore(database, now)
        self.desk = Desk(database, now)
        self.disputes = Disputes(database, now)
        self.appeals = Appeals(database, now)
        self.results = Results(database, now, self.rounds, MachineCards(database, policy, now))
        self.imports = Imports(database, now)
        self.agents = Agents(database, now)
        self.team = Team(database)

    async def make_round(self, new: NewRound, *, by: Principal) -> Round:
        """Make a round as whoever is outside asks for it: its reviewers must be known.

        Raises:
            InputError: a reviewer is none of the tenant's people; else as for ``RoundStore.make``.
        """
        await self.team.actors(new.reviewers, by=by, field="reviewers")
        return await self.rounds.make(new, by=by)

    async def set_agent(self, given: AgentIdentity, *, by: Principal) -> AgentIdentity:
        """Say who an agent is, as whoever is outside says it: it must be somebody who is known.

        Raises:
            InputError: it is none of the tenant's people.
        """
        await self.team.actors((given.actor,), by=by, field="actor")
        return await self.agents.set(given, by=by)
