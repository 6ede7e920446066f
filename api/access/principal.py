"""Who asks, for which tenant, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a key or a person may do; each endpoint needs one of them."""

    ANALYSE = "analyse"
    DRAFT = "draft"
    KNOWLEDGE = "knowledge"
    REVIEW = "review"
    ADMIN = "admin"


class Role(StrEnum):
    """What a person who signs in is to the team."""

    AGENT = "agent"
    KNOWLEDGE_OWNER = "knowledge_owner"
    REVIEWER = "reviewer"
    ADMIN = "admin"


ROLE_SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.AGENT: frozenset({Scope.ANALYSE, Scope.DRAFT}),
    Role.KNOWLEDGE_OWNER: frozenset({Scope.ANALYSE, Scope.DRAFT, Scope.KNOWLEDGE}),
    Role.REVIEWER: frozenset({Scope.ANALYSE, Scope.DRAFT, Scope.REVIEW}),
    Role.ADMIN: frozenset(Scope),
}


@dataclass(frozen=True)
class Principal:
    """Whoever stands behind a request.

    Attributes:
        tenant: whose data they see; nothing in a request can name another.
        actor: their name in the audit log: ``key:ID``, ``user:ID``, ``cli:USER`` or ``local``, never a secret.
        scopes: what they may do.
    """

    tenant: str
    actor: str
    scopes: frozenset[Scope]
