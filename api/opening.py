"""Opens a Copilot: the database, the encoder, the index, the policy, the ledger and the writer, and closes them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from api.copilot import Clock, Copilot, local_today
from api.engine import Engine
from api.keeper import IndexKeeper
from api.ledger import Ledger
from api.ledger.keeper import sweeping
from api.settings import Settings
from api.writing import open_writer
from inference.analysis import Analyzer
from inference.policy import LivePolicy
from inference.writer import LanguageModel
from models.encoder import Encoder
from models.registry import load_encoder
from retrieval.knowledge import KnowledgeBase
from retrieval.store import Database, ResolutionStore, database_url, open_database
from retrieval.vector_store import RemoteVectors


@asynccontextmanager
async def open_copilot(
    settings: Settings,
    *,
    today: Clock = local_today,
    wait: bool = True,
    encoder: Encoder | None = None,
    language_model: LanguageModel | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AsyncIterator[Copilot]:
    """Open the database (migrated), the encoder, the index, the policy and the writer; close them at the end.

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
        ConfigurationError: the policy is not right, or what the settings choose to compute or write with is absent.
        StorageError: the database cannot be used.
    """
    policy = LivePolicy(settings.policy)
    loaded = encoder
    if loaded is None:
        loaded = await asyncio.to_thread(
            load_encoder, settings.model, threads=settings.threads, compute=settings.compute
        )
    database = await open_database(settings.database_url or database_url(settings.data))
    ledger = Ledger(database)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        engine = Engine(loaded, Analyzer(loaded, policy), max_queue=settings.max_queue)
        stack.push_async_callback(asyncio.to_thread, engine.close)
        knowledge = _knowledge(settings, database, loaded)
        stack.push_async_callback(knowledge.close)
        keeper = IndexKeeper(knowledge, engine)
        writer = await stack.enter_async_context(open_writer(settings, language_model))
        if wait:
            await keeper.refresh(progress)
        else:
            await stack.enter_async_context(keeper.running())
            await stack.enter_async_context(sweeping(ledger, tenant=settings.tenant))
        yield Copilot(
            engine=engine,
            keeper=keeper,
            policy=policy,
            database=database,
            ledger=ledger,
            tenant=settings.tenant,
            today=today,
            writer=writer,
        )


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
