"""Middleware between the door and the endpoints: writes the audit log of what succeeded, and adds the RateLimit fields.

An entry is durable before the answer leaves: what cannot be written down is not acknowledged.
"""

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.audit import Action, read_audit, record
from api.access.opening import Access
from api.access.principal import Principal
from api.tenants import Tenants
from models.errors import ConfigurationError

if TYPE_CHECKING:
    from api.access.limits import Allowance

AUDITED: Mapping[tuple[str, str], Action] = {
    ("PUT", "/v1/resolutions/{id:path}"): Action.KNOWLEDGE_REPLACED,
    ("DELETE", "/v1/resolutions/{id:path}"): Action.KNOWLEDGE_DELETED,
    ("POST", "/v1/resolutions/{id:path}/verify"): Action.KNOWLEDGE_VERIFIED,
    ("POST", "/v1/resolutions/{id:path}/retire"): Action.KNOWLEDGE_RETIRED,
    ("POST", "/v1/resolutions/{id:path}/restore"): Action.KNOWLEDGE_RESTORED,
    ("POST", "/v1/knowledge/contradictions/dismiss"): Action.CONTRADICTION_DISMISSED,
    ("POST", "/v1/drafts/{id}/feedback"): Action.FEEDBACK,
    ("POST", "/console/drafts/{id}/feedback"): Action.FEEDBACK,
    ("POST", "/v1/commitments/{id}/events"): Action.COMMITMENT_TOLD,
    ("POST", "/console/commitments/{id}/events"): Action.COMMITMENT_TOLD,
    ("POST", "/v1/complaints"): Action.COMPLAINT_RAISED,
    ("POST", "/v1/complaints/{id}/events"): Action.COMPLAINT_TOLD,
    ("POST", "/console/complaints/{id}/events"): Action.COMPLAINT_TOLD,
    ("POST", "/v1/outcomes"): Action.OUTCOMES_TOLD,
}
"""What is written down of requests whose stores know nothing of who asks, by method and route."""


class Trail:
    """ASGI middleware; what the gate learned stands in the request's state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._policies: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._begin(scope, message)
            await send(message)

        await self._app(scope, receive, tell)

    async def _begin(self, scope: Scope, message: Message) -> None:
        state = scope.get("state", {})
        headers = MutableHeaders(scope=message)
        rate: Allowance | None = state.get("rate")
        if rate is not None:
            for name, value in rate.headers().items():
                headers[name] = value
        principal: Principal | None = state.get("principal")
        if principal is None or message["status"] >= 400 or "Idempotency-Replayed" in headers:
            return
        access: Access = scope["app"].state.access
        action = AUDITED.get((scope["method"], getattr(scope.get("route"), "path", "")))
        if action is not None:
            object_ = scope.get("path_params", {}).get("id")
            await record(
                access.database, principal, action, object_, request_id=state.get("request_id"), now=access.now
            )
        await self._see_policy(access, scope["app"].state.tenants, principal)

    async def _see_policy(self, access: Access, tenants: Tenants, principal: Principal) -> None:
        """Write down once that another revision of the tenant's policy is in force."""
        tenant = principal.tenant
        with contextlib.suppress(ConfigurationError):  # told by whatever needs the policy
            revision = tenants.policies.of(tenant).revision
            if self._policies.get(tenant) == revision:
                return
            self._policies[tenant] = revision
            last = await read_audit(access.database, tenant=tenant, action=Action.POLICY_SEEN, limit=1)
            if not last.items or last.items[0].object != revision:
                await record(access.database, principal, Action.POLICY_SEEN, revision, now=access.now)
