"""The calls of those who review and watch quality, as data; ``Client`` and ``AsyncClient`` have a method for each."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api.client.call import Call, Received, Repeat, at, fresh_key, nothing, reader
from api.client.review_shapes import (
    AgentIdentity,
    AgentList,
    AgentQualityReport,
    Appeal,
    Dispute,
    DriftReport,
    ImportedScore,
    KnownOutcomes,
    NextItem,
    Outcome,
    OwnReply,
    QualitySummary,
    ReviewAnswer,
    Round,
    RoundAgreement,
    RoundExport,
    RoundSummary,
    SavedAnswer,
    ScoresReport,
    Sheet,
)
from api.client.shapes import Page

_ROUND, _ITEM = "/v1/reviews/rounds/{}", "/v1/reviews/items/{}"
Fields = Mapping[str, Any]


def make_round(fields: Fields, *, key: str | None = None) -> Call[Round]:
    """Make a round of review; a ``name`` suffices."""
    return Call("POST", "/v1/reviews/rounds", reader(Round), body=dict(fields), headers=fresh_key(key))


def list_rounds(*, open_: bool | None = None, cursor: str | None = None, limit: int = 50) -> Call[Page[RoundSummary]]:
    """List rounds, the newest first."""
    query = {"open": open_, "cursor": cursor, "limit": limit}
    return Call("GET", "/v1/reviews/rounds", reader(Page[RoundSummary]), query=query)


def read_round(round_id: str) -> Call[Round]:
    """Read a round, and how far everybody is."""
    return Call("GET", at(_ROUND, round_id), reader(Round))


def close_round(round_id: str, *, key: str | None = None) -> Call[Round]:
    """Close a round: nobody reads on, and its results open."""
    return Call("POST", at(_ROUND + "/close", round_id), reader(Round), headers=fresh_key(key))


def next_item(round_id: str, *, more: bool = False, key: str | None = None) -> Call[NextItem]:
    """Take the next item to read; ``more``: beyond one's share."""
    path = at(_ROUND + "/next", round_id)
    return Call("POST", path, reader(NextItem), query={"more": more}, headers=fresh_key(key))


def list_read(round_id: str, *, cursor: str | None = None, limit: int = 50) -> Call[Page[Sheet]]:
    """List what one has read in a round, by number."""
    return Call("GET", at(_ROUND + "/mine", round_id), reader(Page[Sheet]), query={"cursor": cursor, "limit": limit})


def read_item(item_id: str) -> Call[Sheet]:
    """Read an item: blind to whoever may still read it."""
    return Call("GET", at(_ITEM, item_id), reader(Sheet))


def save_answer(item_id: str, answer: ReviewAnswer) -> Call[SavedAnswer]:
    """Keep an unfinished answer."""
    return Call("PUT", at(_ITEM + "/answer", item_id), reader(SavedAnswer), body=_sent(answer))


def submit_answer(item_id: str, answer: ReviewAnswer, *, key: str | None = None) -> Call[Sheet]:
    """Submit an answer, for good; the item comes back revealed."""
    path = at(_ITEM + "/submit", item_id)
    return Call("POST", path, reader(Sheet), body=_sent(answer), headers=fresh_key(key))


def skip_item(item_id: str, *, key: str | None = None) -> Call[None]:
    """Give an item back unread."""
    return Call("POST", at(_ITEM + "/skip", item_id), nothing, headers=fresh_key(key))


def list_disputes(round_id: str, *, cursor: str | None = None, limit: int = 50) -> Call[Page[Dispute]]:
    """List items on which readers differ and which nobody has settled."""
    query = {"cursor": cursor, "limit": limit}
    return Call("GET", at(_ROUND + "/disputes", round_id), reader(Page[Dispute]), query=query)


def settle_item(item_id: str, answer: ReviewAnswer, *, reason: str, key: str | None = None) -> Call[Dispute]:
    """Settle an item on which readers differ."""
    body = {"answer": _sent(answer), "reason": reason}
    return Call("POST", at(_ITEM + "/verdict", item_id), reader(Dispute), body=body, headers=fresh_key(key))


def measure_agreement(round_id: str, *, seed: int = 0) -> Call[RoundAgreement]:
    """Measure how far a round's readers agree."""
    return Call("GET", at(_ROUND + "/agreement", round_id), reader(RoundAgreement), query={"seed": seed})


def export_round(round_id: str) -> Call[RoundExport]:
    """Export everything that was said in a round."""
    return Call("GET", at(_ROUND + "/export", round_id), reader(RoundExport))


def export_scores(round_id: str, *, bom: bool = False) -> Call[str]:
    """Export a round's scores as CSV, one line a score; ``bom`` for Excel."""
    path = at(_ROUND + "/scores.csv", round_id)
    return Call("GET", path, _text, query={"bom": bom}, headers={"Accept": "text/csv, application/problem+json"})


def list_own_scores(*, cursor: str | None = None, limit: int = 50) -> Call[Page[OwnReply]]:
    """List one's own replies with their scores, the latest first."""
    return Call("GET", "/v1/reviews/own", reader(Page[OwnReply]), query={"cursor": cursor, "limit": limit})


def make_appeal(item_id: str, *, reason: str, key: str | None = None) -> Call[Appeal]:
    """Appeal against the scores of a reply of one's own."""
    path = at(_ITEM + "/appeals", item_id)
    return Call("POST", path, reader(Appeal), body={"reason": reason}, headers=fresh_key(key))


def list_appeals(*, state: str | None = None, cursor: str | None = None, limit: int = 50) -> Call[Page[Appeal]]:
    """List appeals, the oldest first."""
    query = {"state": state, "cursor": cursor, "limit": limit}
    return Call("GET", "/v1/reviews/appeals", reader(Page[Appeal]), query=query)


def decide_appeal(
    appeal_id: str, *, upheld: bool, reason: str, answer: ReviewAnswer | None = None, key: str | None = None
) -> Call[Appeal]:
    """Uphold an appeal, with the card that counts from now on, or reject it."""
    body = {"upheld": upheld, "reason": reason} | ({} if answer is None else {"answer": _sent(answer)})
    path = at("/v1/reviews/appeals/{}/decision", appeal_id)
    return Call("POST", path, reader(Appeal), body=body, headers=fresh_key(key))


def list_agents() -> Call[AgentList]:
    """List who is which agent of a helpdesk."""
    return Call("GET", "/v1/reviews/agents", reader(AgentList))


def set_agent(agent: AgentIdentity) -> Call[AgentIdentity]:
    """Say who an agent of a helpdesk is."""
    return Call("PUT", "/v1/reviews/agents", reader(AgentIdentity), body=agent.model_dump(mode="json"))


def remove_agent(connection: str, agent: str) -> Call[None]:
    """Forget who an agent of a helpdesk is."""
    path = at("/v1/reviews/agents/{}/{}", connection, agent)
    # Sent again after a lost answer, it would say that there is nothing.
    return Call("DELETE", path, nothing, repeat=Repeat.REFUSED)


def import_scores(csv: str, columns: Fields, *, key: str | None = None) -> Call[ScoresReport]:
    """Import quality scores that were given elsewhere."""
    body = {"csv": csv, "columns": dict(columns)}
    return Call("POST", "/v1/reviews/imports", reader(ScoresReport), body=body, headers=fresh_key(key))


def list_imported_scores(
    *, rubric: str | None = None, cursor: str | None = None, limit: int = 50
) -> Call[Page[ImportedScore]]:
    """List scores that were given elsewhere."""
    query = {"rubric": rubric, "cursor": cursor, "limit": limit}
    return Call("GET", "/v1/reviews/imports", reader(Page[ImportedScore]), query=query)


def read_quality(*, from_: date | None = None, to: date | None = None, by: str | None = None) -> Call[QualitySummary]:
    """Count what became of drafts and conversations; the last 30 days without days."""
    return Call("GET", "/v1/quality", reader(QualitySummary), query=_days(from_, to) | {"by": by})


def compare_agents(*, from_: date | None = None, to: date | None = None) -> Call[AgentQualityReport]:
    """Set agents' figures beside what their own cases would lead one to expect."""
    return Call("GET", "/v1/quality/agents", reader(AgentQualityReport), query=_days(from_, to))


def watch_drift(*, from_: date | None = None, to: date | None = None) -> Call[DriftReport]:
    """Watch what drifts; 180 days up to yesterday without days."""
    return Call("GET", "/v1/quality/drift", reader(DriftReport), query=_days(from_, to))


def tell_outcomes(outcomes: Sequence[Fields], *, key: str | None = None) -> Call[KnownOutcomes]:
    """Tell what a helpdesk knows of conversations: up to 200, each with its ``conversation``."""
    body = {"outcomes": [dict(item) for item in outcomes]}
    return Call("POST", "/v1/outcomes", reader(KnownOutcomes), body=body, headers=fresh_key(key))


def list_outcomes(*, cursor: str | None = None, limit: int = 50) -> Call[Page[Outcome]]:
    """List what is known of conversations, what was told last first."""
    return Call("GET", "/v1/outcomes", reader(Page[Outcome]), query={"cursor": cursor, "limit": limit})


def _days(begins: date | None, ends: date | None) -> dict[str, str | None]:
    days = {"from": begins, "to": ends}
    return {name: None if day is None else day.isoformat() for name, day in days.items()}


def _sent(answer: ReviewAnswer) -> dict[str, Any]:
    return answer.model_dump(mode="json", exclude_unset=True)


def _text(received: Received) -> str:
    return received.content.decode()
