"""The client: ``Client`` and ``AsyncClient`` speak the service's ``/v1``; nothing of the server is imported."""

from api.client.client import AsyncClient, Client
from api.client.errors import ClientError, ProblemResponseError, UnreachableError
from api.client.shapes import (
    BatchAnswer,
    BatchItem,
    CheckedReply,
    DraftSummary,
    GivenFeedback,
    ImportReport,
    ListedFeedback,
    Page,
    PolicySummary,
    Problem,
    SearchAnswer,
    StoredCommitment,
    StoredDraft,
    StreamEvent,
    Tagged,
    Versions,
)

__all__ = [
    "AsyncClient",
    "BatchAnswer",
    "BatchItem",
    "CheckedReply",
    "Client",
    "ClientError",
    "DraftSummary",
    "GivenFeedback",
    "ImportReport",
    "ListedFeedback",
    "Page",
    "PolicySummary",
    "Problem",
    "ProblemResponseError",
    "SearchAnswer",
    "StoredCommitment",
    "StoredDraft",
    "StreamEvent",
    "Tagged",
    "UnreachableError",
    "Versions",
]
