"""Past tickets of a helpdesk or a mailbox -> candidates for resolutions, masked, merged and unverified.

A file's way: ``records`` or ``mail`` read it, a vendor's module makes each record a ``Ticket``, ``masking`` replaces
its personal data before anything else sees it, ``propose`` finds problem, case and answer with the help of ``wording``,
``merge`` joins what says the same, ``importer`` stores and reports.
"""

from retrieval.tickets.importer import import_tickets, write_candidates
from retrieval.tickets.propose import masked_case
from retrieval.tickets.types import Source, TicketReport

__all__ = ["Source", "TicketReport", "import_tickets", "masked_case", "write_candidates"]
