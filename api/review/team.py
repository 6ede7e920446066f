"""Who of the team is meant: people by ``user:ID`` or e-mail address, and what they are called."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from api.access.people import normal_email
from api.access.principal import Principal
from api.access.tables import PersonRow
from models.errors import InputError
from retrieval.store import Database

_USER = "user:"


class Team:
    """Reads people, for whoever names them.

    Args:
        database: where they are.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    async def actors(self, named: Sequence[str], *, by: Principal, field: str) -> tuple[str, ...]:
        """Return whom somebody names as actors: an e-mail address becomes ``user:ID``, ``key:ID`` and ``local`` stay.

        Raises:
            InputError: a ``user:ID`` or an address is none of the tenant's people.
        """
        addresses = {name: _address(name) for name in named if not _is_actor(name)}
        people = await self._people(named, list(addresses.values()), by.tenant)
        ids, emails = {f"{_USER}{item.id}" for item in people}, {item.email: f"{_USER}{item.id}" for item in people}
        found = [emails.get(addresses[name]) if name in addresses else name for name in named]
        for name, actor in zip(named, found, strict=True):
            if actor is None or (actor.startswith(_USER) and actor not in ids):
                msg = f"There is nobody '{name}' among the people: 'rifq access person list' shows each as user:ID."
                raise InputError(msg, field=field)
        return tuple(actor for actor in found if actor is not None)

    async def names(self, actors: Sequence[str], *, by: Principal) -> Mapping[str, str]:
        """Return what people are called, by actor: their name, or their e-mail address where they have none."""
        return {f"{_USER}{item.id}": item.name or item.email for item in await self._people(actors, (), by.tenant)}

    async def _people(self, actors: Sequence[str], emails: Sequence[str], tenant: str) -> Sequence[PersonRow]:
        ids = {actor.removeprefix(_USER) for actor in actors if actor.startswith(_USER)}
        row = PersonRow
        query = select(row).where(row.tenant == tenant).where(or_(row.id.in_(sorted(ids)), row.email.in_(emails)))
        async with self.database.reading() as session:
            return (await session.scalars(query)).all()


def _address(name: str) -> str:
    """Return an e-mail address as people's are kept; empty where it is none."""
    try:
        return normal_email(name)
    except InputError:
        return ""


def _is_actor(name: str) -> bool:
    return name == "local" or name.startswith((_USER, "key:"))
