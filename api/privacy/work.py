"""One erasure under way: what was found, what was done, what stays and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from api.access.keyring import KeyedHash
from api.access.principal import Principal
from api.privacy.finding import Findings
from api.privacy.matching import Kind, Mark, Matcher, marks_of
from api.privacy.receipts import TableReceipt
from api.privacy.removing import Removed
from api.privacy.subject import Subject


@dataclass
class Work:
    """One erasure under way."""

    id: str
    subject: Subject
    by: Principal
    matcher: Matcher
    done: dict[str, TableReceipt] = field(default_factory=dict)
    ids: dict[Kind, set[str]] = field(default_factory=dict)
    spelt: set[str] = field(default_factory=set)
    left: Findings | None = None
    waiting: bool = False

    def take(self, found: Findings, removed: Iterable[Removed]) -> None:
        """Add what one round did, and what it learnt."""
        self.matcher = found.matcher
        self.spelt |= found.spelt
        for kind, ids in found.ids.items():
            self.ids.setdefault(kind, set()).update(ids)
        for item in removed:
            old = self.done.get(item.table, TableReceipt(table=item.table))
            self.done[item.table] = TableReceipt(
                table=item.table,
                removed=old.removed + item.removed,
                cleared=old.cleared + item.cleared,
                masked=old.masked + item.masked,
            )
        for table in found.tables:
            if table.held:
                old = self.done.get(table.table.name, TableReceipt(table=table.table.name))
                self.done[table.table.name] = old.model_copy(update={"held": table.held})

    def marks(self, keyed: KeyedHash) -> tuple[Mark, ...]:
        """Return the keyed hashes of what was asked for and of the ids that were found."""
        found = [(kind, value) for kind, ids in self.ids.items() for value in sorted(ids)]
        more = (Mark(kind=kind, digest=keyed.of(kind, value)) for kind, value in found)
        return tuple(dict.fromkeys((*marks_of(self.subject, keyed), *more)))


def kept_of(work: Work, dialect: str) -> tuple[str, ...]:
    """Say what is left of an erased customer, and why."""
    kept = [
        "erasures, erased_marks: this receipt and keyed hashes, so that a restored backup is cleaned again.",
        "audit: that the erasure took place, who asked for it and when.",
    ]
    emptied = {item.table for item in work.done.values() if item.cleared}
    if emptied & {"complaints", "complaint_events"}:
        kept.append("complaints: number, dates, kind, state and duties of the register, without the customer.")
    if emptied & {"review_items", "review_cards"}:
        kept.append("review_items, review_cards: levels of reviewed replies, without texts, notes and customer.")
    if any(item.held for item in work.done.values()):
        kept.append("Rows of others that a legal hold or a complaint keeps as they are; masked when it has ended.")
    if dialect == "postgresql":
        kept.append(
            "PostgreSQL: archived logs and replicas keep deleted rows as long as their administrator lets them."
        )
    if work.waiting:
        kept.append("SQLite: readers kept the log of writes from being emptied; it is at the next write or stop.")
    return tuple(kept)
