"""What sent replies committed us to, what became of it, and what was found overdue."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commitments",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(200)),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_commitments"),
        sa.ForeignKeyConstraint(
            ["tenant", "draft_id"],
            ["drafts.tenant", "drafts.id"],
            name="fk_commitments_tenant_draft_id_drafts",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_commitments_tenant_state_due_id", "commitments", ["tenant", "state", "due", "id"])
    op.create_index("ix_commitments_tenant_due_id", "commitments", ["tenant", "due", "id"])
    op.create_index("ix_commitments_tenant_conversation", "commitments", ["tenant", "conversation"])
    op.create_index("ix_commitments_tenant_draft_id", "commitments", ["tenant", "draft_id"])
    _create_events()
    _create_notices()


def _create_events() -> None:
    op.create_table(
        "commitment_events",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("commitment_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("kept_at", sa.DateTime(timezone=True)),
        sa.Column("delivery", sa.String(200)),
        sa.Column("replaced_by", sa.String(32)),
        sa.PrimaryKeyConstraint("tenant", "commitment_id", "number", name="pk_commitment_events"),
        sa.CheckConstraint("number IN (1, 2)", name="ck_commitment_events_two_events"),
        _of_commitment("commitment_events"),
    )


def _create_notices() -> None:
    op.create_table(
        "commitment_notices",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("commitment_id", sa.String(32), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "commitment_id", name="pk_commitment_notices"),
        sa.UniqueConstraint("tenant", "sequence", name="uq_commitment_notices_tenant_sequence"),
        _of_commitment("commitment_notices"),
    )


def _of_commitment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant", "commitment_id"],
        ["commitments.tenant", "commitments.id"],
        name=f"fk_{table}_tenant_commitment_id_commitments",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_table("commitment_notices")
    op.drop_table("commitment_events")
    op.drop_table("commitments")
