"""Answers kept under the key of the request that they answered; what drafts are listed by."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BATCH = 500


def upgrade() -> None:
    op.create_table(
        "idempotency",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text()),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_tenant_expires_at", "idempotency", ["tenant", "expires_at"])
    op.add_column("drafts", sa.Column("channel", sa.String(32), nullable=False, server_default="chat"))
    op.add_column("drafts", sa.Column("conversation", sa.String(200)))
    op.add_column("drafts", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    _fill()
    op.create_index("ix_drafts_tenant_conversation_created_at", "drafts", ["tenant", "conversation", "created_at"])


def _fill() -> None:
    """Read what drafts are listed by from the messages and analyses that are stored."""
    drafts = sa.table(
        "drafts",
        sa.column("tenant", sa.String()),
        sa.column("id", sa.String()),
        sa.column("message", sa.JSON()),
        sa.column("analysis", sa.JSON()),
        sa.column("channel", sa.String()),
        sa.column("conversation", sa.String()),
        sa.column("urgent", sa.Boolean()),
    )
    key = sa.tuple_(drafts.c.tenant, drafts.c.id)
    query = sa.select(drafts.c.tenant, drafts.c.id, drafts.c.message, drafts.c.analysis).order_by(
        drafts.c.tenant, drafts.c.id
    )
    bind, last = op.get_bind(), ("", "")
    while rows := bind.execute(query.where(key > sa.tuple_(*map(sa.literal, last))).limit(_BATCH)).all():
        for row in rows:
            where = sa.and_(drafts.c.tenant == row.tenant, drafts.c.id == row.id)
            bind.execute(sa.update(drafts).where(where).values(_listed(_value(row.message), _value(row.analysis))))
        last = (rows[-1].tenant, rows[-1].id)


def _value(stored: object) -> dict[str, object]:
    # A driver may hand JSON over as text, where the column's type was changed under it.
    found = json.loads(stored) if isinstance(stored, str) else stored
    return found if isinstance(found, dict) else {}


def _listed(message: dict[str, object], analysis: dict[str, object]) -> dict[str, object]:
    signals, past = analysis.get("signals"), message.get("commitments")
    urgent = isinstance(signals, list) and any(item.get("name") == "urgency" for item in signals)
    owed = isinstance(past, list) and any(item.get("owed") for item in past)
    return {
        "channel": message.get("channel", "chat"),
        "conversation": message.get("conversation"),
        "urgent": urgent or owed,
    }


def downgrade() -> None:
    op.drop_index("ix_drafts_tenant_conversation_created_at", table_name="drafts")
    for column in ("urgent", "conversation", "channel"):
        op.drop_column("drafts", column)
    op.drop_table("idempotency")
