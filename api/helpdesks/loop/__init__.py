"""The loop closed from outside: what agents send from the helpdesk is matched to the drafts that were left there.

Nobody has to open the console for feedback to exist: an agent's public reply shows whether the draft was accepted,
edited or unused, is checked after it was sent, and is entered in the ledger.
"""

from api.helpdesks.loop.close import close_loop
from api.helpdesks.loop.talk import DraftLeft, Talk

__all__ = ["DraftLeft", "Talk", "close_loop"]
