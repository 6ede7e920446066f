"""Opens what the program runs on: database, encoder, index, policies, ledger and writer; closes them at the end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from api.complaints import ComplaintRegister
from api.copilot import Clock, Copilot, local_today
from api.engine import Engine
from api.keeper import IndexKeeper
from api.ledger import Ledger
from api.ledger.keeper import sweeping
from api.privacy.retention import Retention, Terms, retaining
from api.settings import Settings
from api.tenants import Tenants
from api.writing import open_writer
from inference.analysis import Analyzer
from inference.encoder import open_encoder
from inference.policy import LivePolicy, TenantPolicies
from inference.writer import LanguageModel
from models.encoder import Encoder
from retrieval.knowledge import KnowledgeBase
from retrieval.store import Database, ResolutionStore, database_url, open_database
from retrieval.vector_store import RemoteVectors


@asynccontextmanager
async def open_tenants(
    settings: Settings,
    *,
    today: Clock = local_today,
    wait: bool = True,
    encoder: Encoder | None = None,
    language_model: LanguageModel | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AsyncIterator[Tenants]:
    """Open the database (migrated), the encoder, the index, the policies and the writer; close them at the end.

    Args:
        settings: where everything is.
        today: the day at which freshness is judged.
        wait: build the index before the block starts; else it is built, and kept fresh, in the background, and the
            ledger is swept there.
        encoder: a loaded encoder to use instead of the settings' one.
        language_model: an opened language model to use instead of the settings' writer.
        progress: called with (encoded, to encode) while the index is built.

    Raises:
        ArtifactError: the model's files are not right.
        ConfigurationError: a policy is not right, or what the settings choose to compute or write with is absent.
        StorageError: the database cannot be used.
    """
    policies = TenantPolicies(LivePolicy(settings.policy), settings.policies)
    loaded = encoder
    if loaded is None:
        loaded = await asyncio.to_thread(
            open_encoder, settings.model, threads=settings.threads, compute=settings.compute
        )
    database = await open_database(settings.database_url or database_url(settings.data))
    ledger = Ledger(database)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        engine = Engine(loaded, Analyzer(loaded, policies), max_queue=settings.max_queue)
        stack.push_async_callback(asyncio.to_thread, engine.close)
        knowledge = _knowledge(settings, database, loaded)
        stack.push_async_callback(knowledge.close)
        keeper = IndexKeeper(knowledge, engine)
        writer = await stack.enter_async_context(open_writer(settings, language_model))
        if wait:
            await keeper.refresh(progress)
        else:
            await stack.enter_async_context(keeper.running())
            await stack.enter_async_context(sweeping(ledger))
            await stack.enter_async_context(retaining(Retention(database, Terms(settings.keep))))
            await stack.enter_async_context(sweeping(ComplaintRegister(database)))
        yield Tenants(
            engine=engine,
            keeper=keeper,
            policies=policies,
            database=database,
            ledger=ledger,
            today=today,
            writer=writer,
        )


@asynccontextmanager
async def open_copilot(
    settings: Settings,
    *,
    today: Clock = local_today,
    encoder: Encoder | None = None,
    language_model: LanguageModel | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AsyncIterator[Copilot]:
    """Open the Copilot of the settings' tenant, its index built; arguments and errors as for ``open_tenants``."""
    async with open_tenants(
        settings, today=today, encoder=encoder, language_model=language_model, progress=progress
    ) as tenants:
        yield tenants.copilot(settings.tenant)


def _knowledge(settings: Settings, database: Database, encoder: Encoder) -> KnowledgeBase:
    vectors = None
    if settings.vector_store is not None:
        vectors = RemoteVectors(settings.vector_store, revision=encoder.revision, dimension=encoder.dimension)
    return KnowledgeBase(
        ResolutionStore(database),
        revision=encoder.revision,
        dimension=encoder.dimension,
        space=encoder.space,
        directory=settings.data,
        vectors=vectors,
    )
