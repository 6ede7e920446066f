"""All tenants of one installation: a Copilot for each, over one engine, index, database and ledger."""

from api.copilot import Clock, Copilot
from api.engine import Engine
from api.keeper import IndexKeeper
from api.ledger import Ledger
from api.writing import DraftWriter
from inference.policy import TenantPolicies
from retrieval.store import Database


class Tenants:
    """Hands out each tenant's Copilot; open one with ``api.opening.open_tenants``.

    Args:
        engine: the one thread that owns the model.
        keeper: keeps the index, which holds every tenant's vectors apart.
        policies: each tenant's policy.
        database: where everything is; each query names its tenant.
        ledger: of all tenants' commitments.
        today: the day at which freshness is judged.
        writer: words drafts anew, for all tenants; None for the composer alone.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        keeper: IndexKeeper,
        policies: TenantPolicies,
        database: Database,
        ledger: Ledger,
        today: Clock,
        writer: DraftWriter | None = None,
    ) -> None:
        self.engine = engine
        self.keeper = keeper
        self.policies = policies
        self.database = database
        self.ledger = ledger
        self.today = today
        self.writer = writer

    def copilot(self, tenant: str) -> Copilot:
        """Return a tenant's Copilot: a light view on what all share.

        Raises:
            ConfigurationError: the tenant's policy file is new and does not hold a policy.
        """
        return Copilot(
            engine=self.engine,
            keeper=self.keeper,
            policy=self.policies.source(tenant),
            database=self.database,
            ledger=self.ledger,
            tenant=tenant,
            today=self.today,
            writer=self.writer,
        )
