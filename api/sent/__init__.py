"""Replies that were sent from a helpdesk, beside the drafts that were there for them."""

from api.sent.records import NewSent, SentReply
from api.sent.store import SentFilter, SentPage, SentStore, sent_feedback, sent_replies
from api.sent.variants import note_variant

__all__ = [
    "NewSent",
    "SentFilter",
    "SentPage",
    "SentReply",
    "SentStore",
    "note_variant",
    "sent_feedback",
    "sent_replies",
]
