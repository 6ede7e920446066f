"""Helpdesks: what they deliver is read durably, and what Rifq drafts is left there for agents, never for customers."""
