"""What the commands of review share: the tenant's reviews, and records from a command's words."""

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from api.cli.options import settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path
    from typing import TypeVar

    from api.access.principal import Principal
    from api.review import Reviews

    Result = TypeVar("Result")


def valid(validate: "Callable[[dict[str, Any]], Result]", values: dict[str, Any]) -> "Result":
    """Make a record of a command's words.

    Raises:
        InputError: a value does not fit.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from models.errors import InputError  # noqa: PLC0415 - heavy

    try:
        return validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "What was given"
        msg = f"{place} is not valid: {first['msg']}."
        raise InputError(msg) from error


def run(store: "Path | None", work: "Callable[[Reviews, Principal], Awaitable[Result]]") -> "Result":
    """Do something with the tenant's reviews as the machine's own user."""

    async def work_on() -> "Result":
        async with _open(store) as (reviews, by):
            return await work(reviews, by)

    return asyncio.run(work_on())


@asynccontextmanager
async def _open(store: "Path | None") -> "AsyncIterator[tuple[Reviews, Principal]]":
    from api.access.principal import Principal, Scope  # noqa: PLC0415 - heavy
    from api.clock import utc_now  # noqa: PLC0415 - heavy
    from api.review import Reviews  # noqa: PLC0415 - heavy
    from inference.policy import LivePolicy, TenantPolicies  # noqa: PLC0415 - heavy
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    settings = settings_for(store)
    policy = TenantPolicies(LivePolicy(settings.policy), settings.policies).source(settings.tenant)
    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        by = Principal(settings.tenant, "local", frozenset(Scope))
        yield Reviews(database, policy=policy, now=utc_now), by
    finally:
        await database.close()
