"""Import of past tickets as candidates: unverified resolutions that a person reads before any draft rests on them."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from inference.personal import Settings, find
from inference.types import Freshness, Outcome, Resolution
from models.errors import InputError, NotFoundError
from retrieval.clean import MOST_CASES
from retrieval.importer import BATCH, MAX_ERRORS
from retrieval.rows import RowError, RowFault
from retrieval.store.resolutions import ResolutionStore
from retrieval.tickets import chatwoot, freshdesk, zendesk
from retrieval.tickets.mail import Mail
from retrieval.tickets.masking import mask_ticket
from retrieval.tickets.merge import Groups, identity, normalised, provenance
from retrieval.tickets.propose import propose
from retrieval.tickets.records import Records
from retrieval.tickets.types import Skip, Source, Ticket, TicketReport

Progress = Callable[[int], None]
"""Told the number of tickets read so far."""

_PLAIN_ID = re.compile(r"[0-9]{1,8}|[0-9a-f]{12}|[A-Z]{1,5}-[0-9]{1,8}")
_MALFORMED = (TypeError, ValueError, LookupError, AttributeError)
_READERS: dict[Source, Any] = {Source.ZENDESK: zendesk, Source.CHATWOOT: chatwoot, Source.FRESHDESK: freshdesk}


async def import_tickets(
    path: Path,
    source: Source,
    store: ResolutionStore,
    *,
    tenant: str = "default",
    today: date,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> TicketReport:
    """Read past tickets and store what they propose, unverified.

    Ids come from what the answers say: importing again, or again after a crash, changes nothing, and a later export
    adds its cases to what is stored. A resolution that was verified, edited or retired since is left as it stands.

    Args:
        path: a JSON or NDJSON export; an mbox, an EML file or a folder of them.
        source: whose export it is.
        store: where the candidates go, ``BATCH`` to a transaction.
        tenant: who owns them.
        today: the day at which stored verifications are judged.
        settings: what is masked besides the defaults, such as the tenant's order numbers.
        progress: called after each ticket.

    Raises:
        InputError: the file as a whole cannot be read.
        StorageError: the database could not be written; whole batches before that are kept.
    """
    run = _Import(path, source, settings)
    await asyncio.to_thread(run.read_all, progress)
    candidates = [group.resolution(tenant) for group in run.groups]
    for start in range(0, len(candidates), BATCH):
        await run.keep(candidates[start : start + BATCH], store, tenant, today)
    return run.report()


def write_candidates(
    path: Path, source: Source, out: Path, *, settings: Settings | None = None, progress: Progress | None = None
) -> TicketReport:
    """Read past tickets and write what they propose as NDJSON, which ``import_file`` reads; arguments as above.

    Raises:
        InputError: the file as a whole cannot be read, or ``out`` cannot be written.
    """
    run = _Import(path, source, settings)
    run.read_all(progress)
    aside = out.with_name(out.name + ".part")
    try:
        with aside.open("w", encoding="utf-8") as file:
            for group in run.groups:
                file.write(group.resolution("default").model_dump_json(exclude={"tenant"}, exclude_none=True) + "\n")
        aside.replace(out)
    except OSError as error:
        msg = f"The file {out} cannot be written ({error.strerror}): choose another place."
        raise InputError(msg, field="out") from error
    return run.report()


class _Import:
    """The running totals of one import."""

    def __init__(self, path: Path, source: Source, settings: Settings | None) -> None:
        self._source = source
        self._settings = settings
        self._file: Mail | Records = Mail(path) if source is Source.MAIL else Records(path, _READERS[source].expand)
        self.groups = Groups()
        self._skipped: Counter[str] = Counter()
        self._masked: Counter[str] = Counter()
        self._seen: set[str] = set()
        self._errors: list[RowError] = []
        self._read = self._rejected = self._solved = 0
        self._added = self._updated = self._unchanged = self._left = 0

    def read_all(self, progress: Progress | None) -> None:
        """Read the file, mask its tickets and group what they propose."""
        for item in self._tickets():
            self._read += 1
            if isinstance(item, RowError):
                self._reject(item)
            elif (skip := self._propose(item)) is not None:
                self._skipped[skip.value] += 1
            if progress is not None:
                progress(self._read)

    async def keep(self, batch: list[Resolution], store: ResolutionStore, tenant: str, today: date) -> None:
        """Store a batch in one transaction, with what is stored of it already."""
        fresh = []
        for item in batch:
            try:
                kept = grown(await store.get(item.id, tenant=tenant), item, today)
            except NotFoundError:
                kept = item
            if kept is not None:
                fresh.append(kept)
        self._left += len(batch) - len(fresh)
        done = await store.put_many(fresh, tenant=tenant)
        self._added += done.added
        self._updated += done.replaced
        self._unchanged += done.unchanged

    def report(self) -> TicketReport:
        """Sum up."""
        return TicketReport(
            read=self._read,
            solved=self._solved,
            candidates=len(self.groups),
            merged=self.groups.merged,
            flagged=sum(group.flagged for group in self.groups),
            added=self._added,
            updated=self._updated,
            unchanged=self._unchanged,
            left=self._left,
            skipped=dict(self._skipped.most_common()),
            masked={kind: count for kind, count in self._masked.most_common() if count},
            rejected=self._rejected,
            errors=tuple(self._errors),
            unit=self._file.unit,
        )

    def _tickets(self) -> Iterator[Ticket | RowError]:
        if isinstance(self._file, Mail):
            yield from self._file
            return
        for item in self._file:
            yield item if isinstance(item, RowError) else self._ticket(*item)

    def _ticket(self, line: int, values: dict[str, Any]) -> Ticket | RowError:
        try:
            ticket: Ticket = _READERS[self._source].to_ticket(values, line)
        except RowFault as fault:
            return fault.at(line)
        except _MALFORMED:
            # Untrusted shapes go wrong in more ways than each field could be asked about; the error may quote values.
            message = f"The ticket is not shaped as {self._source.value} exports it: export it again."
            return RowError(line=line, field=None, code="wrong_shape", message=message)
        return replace(ticket, id=_plain(ticket.id))

    def _propose(self, ticket: Ticket) -> Skip | None:
        if not ticket.solved:
            return Skip.NOT_SOLVED
        if ticket.id in self._seen:
            return Skip.DUPLICATE_TICKET
        self._seen.add(ticket.id)
        self._solved += 1
        if "closed_by_merge" in ticket.tags:
            return Skip.CLOSED_BY_MERGE
        masked = mask_ticket(ticket, self._settings)
        self._masked.update(masked.counts)
        found = propose(ticket, masked)
        if isinstance(found, Skip):
            return found
        self.groups.add(found)
        return None

    def _reject(self, error: RowError) -> None:
        self._rejected += 1
        if len(self._errors) < MAX_ERRORS:
            self._errors.append(error)


def grown(stored: Resolution, new: Resolution, today: date) -> Resolution | None:
    """Return what is stored with a later import's cases; None where a person has had their hand in it.

    A ticket counts as new when its case is: so the same tickets never count twice.
    """
    if stored.verified_by is not None or stored.freshness(today) is not Freshness.UNVERIFIED:
        return None
    if identity(stored.language, normalised("\n".join((stored.answer, *stored.steps)))) != stored.id:
        return None
    room = MOST_CASES - len(stored.cases)
    fresh = [case for case in new.cases if case not in stored.cases][:room]
    if not fresh:
        return stored
    before, more = stored.outcome or Outcome(), new.outcome or Outcome()
    apart = len(fresh) == len(new.cases)
    solved = before.solved + (more.solved if apart else len(fresh))
    label = (stored.provenance or new.provenance or "").partition(",")[0]
    rated = [item for item in (before, more) if item.satisfaction is not None]
    weight = sum(item.solved for item in rated)
    return stored.model_copy(
        update={
            "cases": (*stored.cases, *fresh),
            "outcome": Outcome(
                solved=solved,
                reopened=before.reopened + (more.reopened if apart else 0),
                satisfaction=sum(item.solved * (item.satisfaction or 0.0) for item in rated) / weight
                if weight
                else None,
            ),
            "provenance": provenance(label, solved),
        }
    )


def _plain(number: str) -> str:
    """A ticket's id as it may be shown: one that could be a telephone number or an address becomes its digest."""
    if _PLAIN_ID.fullmatch(number) and not find(number):
        return number
    return sha256(number.encode(errors="replace")).hexdigest()[:12]
