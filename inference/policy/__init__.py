"""The tenant's policy: a YAML file with a schema; every phrase, limit and route that is not knowledge stands there."""

from inference.policy.checking import Grant, GrantKind, GrantReason, LedgerRules
from inference.policy.duties import ComplaintRules
from inference.policy.live import LivePolicy, Policies, PolicySource, TenantPolicies
from inference.policy.load import load_policy, policy_schema
from inference.policy.phrases import NOTES, PHRASES
from inference.policy.policy import Policy
from inference.policy.sections import (
    AngerRules,
    ChannelRules,
    Escalation,
    FactWording,
    ForbiddenList,
    Manner,
    Manners,
    Ownership,
    ReviewRules,
    Scope,
    SignalRules,
    SlotWording,
    Tone,
    Undertaking,
)

__all__ = [
    "NOTES",
    "PHRASES",
    "AngerRules",
    "ChannelRules",
    "ComplaintRules",
    "Escalation",
    "FactWording",
    "ForbiddenList",
    "Grant",
    "GrantKind",
    "GrantReason",
    "LedgerRules",
    "LivePolicy",
    "Manner",
    "Manners",
    "Ownership",
    "Policies",
    "Policy",
    "PolicySource",
    "ReviewRules",
    "Scope",
    "SignalRules",
    "SlotWording",
    "TenantPolicies",
    "Tone",
    "Undertaking",
    "load_policy",
    "policy_schema",
]
