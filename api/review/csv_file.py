"""A round as CSV: one line a score, its columns and lines always in the same order, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator

from api.review.judgements import Card
from api.review.outcomes import ExportedItem, RoundExport

COLUMNS = (
    "round",
    "rubric",
    "number",
    "item",
    "channel",
    "language",
    "at",
    "stratum",
    "probability",
    "policy_revision",
    "draft_id",
    "sent_id",
    "agent",
    "part",
    "scorer",
    "name",
    "given_at",
    "final",
    "question",
    "value",
    "note",
    "comment",
    "reason",
)
BOM = "\ufeff"
_FORMULA = re.compile(r'(^|[;\t\r\n])((?:[^\S\t\r\n]|["\u200e\u200f])*[=+\-@＝＋－＠])')
"""Where a formula may begin: also behind what parts cells or lines in a spreadsheet of another country."""


def as_csv(export: RoundExport, *, bom: bool = False) -> str:
    """Return a round's scores as CSV (RFC 4180), lines by item number, card and question.

    Text that a spreadsheet would take for a formula has an apostrophe before it, as OWASP advises.

    Args:
        export: what is written.
        bom: begin with a byte order mark, by which Excel knows UTF-8.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for item in export.items:
        for card in item.cards:
            for question, value, note in _scores(card):
                writer.writerow([_safe(cell) for cell in _row(export, item, card, question, value, note)])
    return (BOM if bom else "") + out.getvalue()


def _row(  # noqa: PLR0917 - one argument a part of the line
    export: RoundExport, item: ExportedItem, card: Card, question: str, value: str, note: str
) -> tuple[str, ...]:
    return (
        export.round.id,
        export.round.rubric,
        str(item.number),
        item.id,
        item.channel,
        item.language,
        item.at.isoformat(),
        item.stratum,
        repr(item.probability),
        item.policy_revision,
        item.draft_id or "",
        item.sent_id or "",
        item.agent or "",
        card.part.value,
        card.scorer.value,
        card.name or "",
        card.at.isoformat(),
        "1" if card.id == item.final else "0",
        question,
        value,
        note,
        card.answer.comment,
        card.reason or "",
    )


def _scores(card: Card) -> Iterator[tuple[str, str, str]]:
    """Yield question, value and note; a value that is empty did not apply, or could not be told."""
    answer = card.answer
    for name, level in sorted(answer.scores.items()):
        yield f"criterion:{name}", "" if level is None else str(level), answer.notes.get(name, "")
    for name, note in sorted(answer.failures.items()):
        yield f"auto_fail:{name}", "1", note
    if card.chosen is not None:
        yield "choice", card.chosen, ""
    for name in answer.reasons:
        yield f"reason:{name}", "1", answer.notes.get(name, "")


def _safe(cell: str) -> str:
    told = _FORMULA.sub(r"\1'\2", cell)
    return f"'{told}" if told.startswith(("\t", "\r", "\n")) else told
