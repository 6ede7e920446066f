"""Complaints with their reference number and clock."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complaints",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("conversation", sa.String(200)),
        sa.Column("customer_id", sa.String(200)),
        sa.Column("draft_id", sa.String(32)),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("ground", sa.String(32), nullable=False),
        sa.Column("raised_by", sa.String(200), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("summary", sa.Text()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("kept_until", sa.DateTime(timezone=True)),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True)),
        sa.Column("due_duty", sa.String(40)),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_complaints"),
        sa.UniqueConstraint("tenant", "reference", name="uq_complaints_tenant_reference"),
    )
    op.create_index("ix_complaints_tenant_state_due_id", "complaints", ["tenant", "state", "due", "id"])
    op.create_index("ix_complaints_tenant_due_id", "complaints", ["tenant", "due", "id"])
    op.create_index("ix_complaints_tenant_conversation", "complaints", ["tenant", "conversation"])
    op.create_index("ix_complaints_tenant_customer_id", "complaints", ["tenant", "customer_id"])
    _create_duties()
    _create_events()
    _create_counts()


def _create_duties() -> None:
    op.create_table(
        "complaint_duties",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("complaint_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("extended", sa.Integer()),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "complaint_id", "name", name="pk_complaint_duties"),
        _of_complaint("complaint_duties"),
    )


def _create_events() -> None:
    op.create_table(
        "complaint_events",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("complaint_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("text", sa.Text()),
        sa.Column("delivery", sa.String(200)),
        sa.PrimaryKeyConstraint("tenant", "complaint_id", "number", name="pk_complaint_events"),
        _of_complaint("complaint_events"),
    )


def _create_counts() -> None:
    op.create_table(
        "complaint_notices",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("complaint_id", sa.String(32), nullable=False),
        sa.Column("duty", sa.String(40), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "complaint_id", "duty", name="pk_complaint_notices"),
        sa.UniqueConstraint("tenant", "sequence", name="uq_complaint_notices_tenant_sequence"),
        _of_complaint("complaint_notices"),
    )
    op.create_table(
        "complaint_counters",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name", name="pk_complaint_counters"),
    )


def _of_complaint(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant", "complaint_id"],
        ["complaints.tenant", "complaints.id"],
        name=f"fk_{table}_tenant_complaint_id_complaints",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_table("complaint_counters")
    op.drop_table("complaint_notices")
    op.drop_table("complaint_events")
    op.drop_table("complaint_duties")
    op.drop_table("complaints")
