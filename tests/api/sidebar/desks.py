"""Helpdesks as the sidebar sees them, without a helpdesk."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Connected:
    id: str
    tenant: str = "default"
    vendor: str = "chatwoot"
    url: str | None = "https://chat.example.com/api"
    sidebar_origin: str | None = None


@dataclass(frozen=True)
class Current:
    draft_id: str


@dataclass
class Desks:
    connections: dict[str, Connected] = field(default_factory=dict)
    drafts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    edited: list[tuple[str, str, str, datetime]] = field(default_factory=list)

    def connection(self, connection: str) -> Connected | None:
        return self.connections.get(connection)

    async def current(self, connection: str, conversation: str, *, tenant: str) -> Current | None:
        found = self.drafts.get((tenant, connection, conversation))
        return None if found is None else Current(found)

    async def editing(self, connection: str, conversation: str, *, tenant: str, until: datetime) -> None:
        self.edited.append((tenant, connection, conversation, until))


def desks(*more: Connected) -> Desks:
    made = (
        Connected("chat"),
        Connected("zen", vendor="zendesk", url="https://acme.zendesk.com"),
        Connected("other", tenant="acme"),
        Connected("mute", url=None),
        *more,
    )
    return Desks({item.id: item for item in made})
