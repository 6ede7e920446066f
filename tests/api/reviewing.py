"""Rounds and people for the tests of the review pages."""

import re

from api.access.principal import Principal, Scope
from api.access.tables import PersonRow
from api.copilot import Copilot
from api.review import (
    NewReply,
    NewRound,
    NewText,
    Round,
    RoundKind,
    Target,
)
from evaluation.scorecard import load_rubric
from tests.api.review.conftest import START

LOCAL = Principal("default", "local", frozenset(Scope))

OTHER = Principal("default", "user:other", frozenset({Scope.REVIEW, Scope.DRAFT}))

CRITERIA = tuple(criterion.id for criterion in load_rubric().criteria)

WHOLE = {f"score.{name}": "3" for name in CRITERIA}

EVIL = "<script>alert(1)</script> متى تصل بطاقتي؟"


async def a_round(copilot: Copilot, *, count: int = 2, kind: RoundKind = RoundKind.SCORE, **values: object) -> Round:
    sides = 1 if kind is RoundKind.SCORE else 2
    texts = tuple(
        NewText(
            message=EVIL,
            replies=tuple(NewReply(text=f"Reply {number}.{side}", writer=f"writer-{side}") for side in range(sides)),
        )
        for number in range(count)
    )
    new = NewRound.model_validate(
        {"name": "A <b> round", "kind": kind, "target": Target.TEXTS, "texts": texts, "readers": 2} | values
    )
    return await copilot.reviews.rounds.make(new, by=LOCAL)


async def a_person(copilot: Copilot, id_: str, *, name: str | None = None, role: str = "agent") -> None:
    known = {"name": name, "role": role, "temporary": False, "created_at": START}
    async with copilot.database.writing("default") as session:
        session.add(PersonRow(tenant="default", id=id_, email=f"{id_}@example.com", **known))


def item_of(page: str) -> str:
    found = re.search(r'action="/console/review/items/([^"/]+)"', page)
    assert found is not None
    return found[1]
