"""Replies that were sent from a helpdesk, beside the drafts that were there for them."""

from api.sent.records import NewSent, SentReply
from api.sent.store import SentFilter, SentPage, SentStore, sent_feedback, sent_replies

__all__ = ["NewSent", "SentFilter", "SentPage", "SentReply", "SentStore", "sent_feedback", "sent_replies"]
