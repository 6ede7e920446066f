"""Every call that a helpdesk makes, as data; ``Client`` and ``AsyncClient`` have a method for each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from api.client.call import Call, Received, Repeat, at, condition, fresh_key, nothing, reader, sent
from api.client.shapes import (
    BatchAnswer,
    CheckedReply,
    CommitmentHistory,
    DraftSummary,
    GivenFeedback,
    ImportReport,
    ListedFeedback,
    ManyAnalyses,
    OneAnalysis,
    Page,
    PolicySummary,
    SearchAnswer,
    StoredCommitment,
    StoredDraft,
    Tagged,
    Versions,
)
from inference.types import Analysis, Feedback, Message, Resolution

_ANALYSIS, _ANALYSES = reader(OneAnalysis), reader(ManyAnalyses)
_RESOLUTION = reader(Resolution)
Fields = Mapping[str, Any]


def analyze(message: Message | str) -> Call[Analysis]:
    """Say how a customer feels."""
    return Call("POST", "/v1/analyze", _one, body=_message(message))


def analyze_many(messages: Sequence[Message | str]) -> Call[tuple[Analysis, ...]]:
    """Say how customers feel: up to 64 messages, order kept."""
    body = {"messages": [_message(item) for item in messages]}
    return Call("POST", "/v1/analyze", _many, body=body)


def search(
    message: Message | str, *, k: int = 10, tags: Sequence[str] = (), languages: Sequence[str] = ()
) -> Call[SearchAnswer]:
    """Find how such problems were solved."""
    body = _message(message) | {"k": k, "tags": list(tags), "languages": list(languages)}
    return Call("POST", "/v1/search", reader(SearchAnswer), body=body)


def search_many(bodies: Sequence[Fields]) -> Call[BatchAnswer[SearchAnswer]]:
    """Find how several such problems were solved; each body as of ``search``."""
    return Call("POST", "/v1/search/batch", reader(BatchAnswer[SearchAnswer]), body={"messages": list(bodies)})


def draft(message: Message | str, *, key: str | None = None) -> Call[StoredDraft]:
    """Draft a reply for an agent; ``key`` is your own Idempotency-Key, a new one without."""
    return Call("POST", "/v1/drafts", reader(StoredDraft), body=_message(message), headers=fresh_key(key))


def draft_many(messages: Sequence[Message | str], *, key: str | None = None) -> Call[BatchAnswer[StoredDraft]]:
    """Draft replies to up to 32 messages: each has its draft or its problem, order kept."""
    body = {"messages": [_message(item) for item in messages]}
    return Call("POST", "/v1/drafts/batch", reader(BatchAnswer[StoredDraft]), body=body, headers=fresh_key(key))


def draft_again(
    draft_id: str,
    *,
    wish: str | None = None,
    language: str | None = None,
    source: str | None = None,
    key: str | None = None,
) -> Call[StoredDraft]:
    """Draft the reply once more: shorter, warmer or simpler, in another language, or from the resolution ``source``."""
    body = _given(wish=wish, language=language, source=source)
    path = at("/v1/drafts/{}/again", draft_id)
    return Call("POST", path, reader(StoredDraft), body=body, headers=fresh_key(key))


def stream_draft(message: Message | str, *, key: str | None = None) -> Call[bytes]:
    """Draft a reply and follow it while it is written."""
    headers = fresh_key(key) | {"Accept": "text/event-stream"}
    return Call("POST", "/v1/drafts/stream", lambda got: got.content, body=_message(message), headers=headers)


def read_draft(draft_id: str) -> Call[StoredDraft]:
    """Read a draft and its feedback."""
    return Call("GET", at("/v1/drafts/{}", draft_id), reader(StoredDraft))


def list_drafts(
    *,
    status: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    conversation: str | None = None,
    urgent: bool | None = None,
    channel: str | None = None,
    verdict: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Call[Page[DraftSummary]]:
    """List drafts, newest first; ``verdict`` is the last one given, or ``none``."""
    query = {
        "status": status,
        "since": since,
        "until": until,
        "conversation": conversation,
        "urgent": urgent,
        "channel": channel,
        "verdict": verdict,
        "cursor": cursor,
        "limit": limit,
    }
    return Call("GET", "/v1/drafts", reader(Page[DraftSummary]), query=query)


def give_feedback(draft_id: str, feedback: Feedback, *, key: str | None = None) -> Call[GivenFeedback]:
    """Say what became of a draft."""
    path = at("/v1/drafts/{}/feedback", draft_id)
    return Call("POST", path, reader(GivenFeedback), body=sent(feedback), headers=fresh_key(key))


def list_feedback(
    *,
    verdict: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Call[Page[ListedFeedback]]:
    """List what became of drafts, newest first."""
    query = {"verdict": verdict, "since": since, "until": until, "cursor": cursor, "limit": limit}
    return Call("GET", "/v1/feedback", reader(Page[ListedFeedback]), query=query)


def check_draft(
    draft_id: str, reply: str, *, role: str = "agent", notes_language: str | None = None
) -> Call[CheckedReply]:
    """Check what an agent made of a draft."""
    body = _given(reply=reply, role=role, notes_language=notes_language)
    return Call("POST", at("/v1/drafts/{}/check", draft_id), reader(CheckedReply), body=body)


def check(
    message: Message | str, reply: str, *, role: str = "agent", notes_language: str | None = None
) -> Call[CheckedReply]:
    """Check a reply to a message."""
    body = _message(message) | _given(reply=reply, role=role, notes_language=notes_language)
    return Call("POST", "/v1/check", reader(CheckedReply), body=body)


def check_many(bodies: Sequence[Fields]) -> Call[BatchAnswer[CheckedReply]]:
    """Check up to 32 replies: each body holds a message's fields and ``reply``."""
    return Call("POST", "/v1/check/batch", reader(BatchAnswer[CheckedReply]), body={"replies": list(bodies)})


def list_commitments(
    *, state: str | None = None, conversation: str | None = None, cursor: str | None = None, limit: int = 50
) -> Call[Page[StoredCommitment]]:
    """List what sent replies promised, in the order of their due times."""
    query = {"state": state, "conversation": conversation, "cursor": cursor, "limit": limit}
    return Call("GET", "/v1/commitments", reader(Page[StoredCommitment]), query=query)


def read_commitment(commitment_id: str) -> Call[CommitmentHistory]:
    """Read a commitment and its events."""
    return Call("GET", at("/v1/commitments/{}", commitment_id), reader(CommitmentHistory))


def tell_commitment(
    commitment_id: str,
    event: str,
    *,
    by: str,
    reason: str | None = None,
    at_: datetime | None = None,
    delivery: str | None = None,
    key: str | None = None,
) -> Call[CommitmentHistory]:
    """Say that a commitment was ``kept``, ``broken`` or ``withdrawn``."""
    moment = None if at_ is None else at_.isoformat()
    body = _given(event=event, by=by, reason=reason, at=moment, delivery=delivery)
    path = at("/v1/commitments/{}/events", commitment_id)
    return Call("POST", path, reader(CommitmentHistory), body=body, headers=fresh_key(key))


def add_resolution(fields: Fields, *, key: str | None = None) -> Call[Tagged[Resolution]]:
    """Add a resolution; ``problem`` and ``answer`` suffice."""
    return Call("POST", "/v1/resolutions", _tagged, body=dict(fields), headers=fresh_key(key))


def import_resolutions(rows: Sequence[Fields], *, key: str | None = None) -> Call[ImportReport]:
    """Add or replace many resolutions; bad ones are reported and do not spoil the others."""
    return Call("POST", "/v1/resolutions/import", reader(ImportReport), body=list(rows), headers=fresh_key(key))


def read_resolution(resolution_id: str) -> Call[Tagged[Resolution]]:
    """Read a resolution, with the tag to change it by."""
    return Call("GET", at("/v1/resolutions/{}", resolution_id), _tagged)


def list_resolutions(
    *,
    language: str | None = None,
    product: str | None = None,
    tag: str | None = None,
    freshness: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Call[Page[Resolution]]:
    """List resolutions in the order of their ids."""
    query = {
        "language": language,
        "product": product,
        "tag": tag,
        "freshness": freshness,
        "cursor": cursor,
        "limit": limit,
    }
    return Call("GET", "/v1/resolutions", reader(Page[Resolution]), query=query)


def replace_resolution(resolution_id: str, fields: Fields, *, etag: str | None = None) -> Call[Tagged[Resolution]]:
    """Overwrite a resolution; with ``etag``, only while it is as you read it."""
    path = at("/v1/resolutions/{}", resolution_id)
    return Call("PUT", path, _tagged, body=dict(fields), headers=condition(etag), repeat=_unless(etag))


def delete_resolution(resolution_id: str, *, etag: str | None = None) -> Call[None]:
    """Delete a resolution for good."""
    path = at("/v1/resolutions/{}", resolution_id)
    # Sent again after a lost answer, it would say that there is nothing.
    return Call("DELETE", path, nothing, headers=condition(etag), repeat=Repeat.REFUSED)


def verify_resolution(
    resolution_id: str, *, by: str, review_by: date, etag: str | None = None, key: str | None = None
) -> Call[Tagged[Resolution]]:
    """Record that a person checked a resolution today, and when it is due again."""
    path = at("/v1/resolutions/{}/verify", resolution_id)
    body = {"by": by, "review_by": review_by.isoformat()}
    return Call("POST", path, _tagged, body=body, headers=fresh_key(key) | condition(etag))


def retire_resolution(
    resolution_id: str, *, by: str, reason: str, etag: str | None = None, key: str | None = None
) -> Call[Tagged[Resolution]]:
    """Take a resolution out of use."""
    path = at("/v1/resolutions/{}/retire", resolution_id)
    return Call("POST", path, _tagged, body={"by": by, "reason": reason}, headers=fresh_key(key) | condition(etag))


def restore_resolution(
    resolution_id: str, *, etag: str | None = None, key: str | None = None
) -> Call[Tagged[Resolution]]:
    """Take a retired resolution back as a draft."""
    path = at("/v1/resolutions/{}/restore", resolution_id)
    return Call("POST", path, _tagged, headers=fresh_key(key) | condition(etag))


def read_policy() -> Call[PolicySummary]:
    """Read the revision, languages and channels of the policy in force."""
    return Call("GET", "/v1/policy", reader(PolicySummary))


def read_version() -> Call[Versions]:
    """Read what answers."""
    return Call("GET", "/v1/version", reader(Versions))


def _message(given: Message | str) -> dict[str, Any]:
    return {"text": given} if isinstance(given, str) else sent(given)


def _given(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}


def _one(received: Received) -> Analysis:
    answer: OneAnalysis = _ANALYSIS(received)
    return answer.analysis


def _many(received: Received) -> tuple[Analysis, ...]:
    answer: ManyAnalyses = _ANALYSES(received)
    return answer.analyses


def _tagged(received: Received) -> Tagged[Resolution]:
    return Tagged(value=_RESOLUTION(received), etag=received.headers.get("etag", ""))


def _unless(etag: str | None) -> Repeat:
    # Sent again after a lost answer, the condition would no longer hold.
    return Repeat.ALWAYS if etag is None else Repeat.REFUSED
