"""Between domain values and rows of the knowledge store."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from inference.types import DUE_WINDOW, Freshness, Resolution
from models.errors import InputError
from retrieval.store.tables import ResolutionRow

_FIELDS = tuple(Resolution.model_fields)


def to_resolution(row: ResolutionRow) -> Resolution:
    """Read a row."""
    return Resolution.model_validate({name: getattr(row, name) for name in _FIELDS})


def _values(resolution: Resolution) -> dict[str, Any]:
    dump = resolution.model_dump() | resolution.model_dump(mode="json", include={"sent_back", "retired"})
    return {name: list(value) if isinstance(value, tuple) else value for name, value in dump.items()}


def new_row(resolution: Resolution, version: int) -> ResolutionRow:
    """Make a row for a resolution that is not stored yet; ``version`` is the generation that writes it."""
    now = datetime.now(UTC)
    return ResolutionRow(**_values(resolution), created_at=now, updated_at=now, version=version)


def update_row(row: ResolutionRow, resolution: Resolution, version: int) -> None:
    """Write a resolution over a row; ``version`` is the generation that does."""
    for name, value in _values(resolution).items():
        setattr(row, name, value)
    row.updated_at = datetime.now(UTC)
    row.version = version


def freshness_is(freshness: Freshness, today: date | None) -> ColumnElement[bool]:
    """Express ``Resolution.freshness`` in SQL."""
    if today is None:
        msg = "A filter by freshness needs the day at which it is judged."
        raise InputError(msg, field="today")
    row = ResolutionRow
    if freshness is Freshness.RETIRED:
        return row.retired.is_not(None)
    if freshness is Freshness.SENT_BACK:
        return and_(row.retired.is_(None), row.sent_back.is_not(None))
    verified = and_(row.verified_by.is_not(None), row.verified_at.is_not(None), row.verified_at <= today)
    expired = and_(row.review_by.is_not(None), row.review_by < today)
    due = and_(row.review_by.is_not(None), row.review_by >= today, row.review_by <= today + DUE_WINDOW)
    states: dict[Freshness, ColumnElement[bool]] = {
        Freshness.UNVERIFIED: or_(row.verified_by.is_(None), row.verified_at.is_(None), row.verified_at > today),
        Freshness.EXPIRED: and_(verified, expired),
        Freshness.DUE: and_(verified, due),
        Freshness.VERIFIED: and_(verified, or_(row.review_by.is_(None), not_(or_(expired, due)))),
    }
    return and_(row.retired.is_(None), row.sent_back.is_(None), states[freshness])
