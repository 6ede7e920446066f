"""Live quality: what agents and customers made of drafts and replies, computed from records without words."""

from evaluation.live.casemix import AgentReport, agent_report
from evaluation.live.distance import edited_shares
from evaluation.live.drafts import By, DraftSlice, draft_slices
from evaluation.live.drift import DriftChart, drift_chart
from evaluation.live.records import Case, Conversation, DraftRecord, Rating, rating_of
from evaluation.live.support import SupportFigures, support_figures

__all__ = [
    "AgentReport",
    "By",
    "Case",
    "Conversation",
    "DraftRecord",
    "DraftSlice",
    "DriftChart",
    "Rating",
    "SupportFigures",
    "agent_report",
    "draft_slices",
    "drift_chart",
    "edited_shares",
    "rating_of",
    "support_figures",
]
