"""What became of conversations: reopenings, satisfaction, times of handling."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("agent", sa.String(200)),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("first_response_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("reopened", sa.Integer()),
        sa.Column("satisfaction", sa.Double()),
        sa.Column("handling_seconds", sa.Double()),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "conversation", name="pk_outcomes"),
    )
    op.create_index("ix_outcomes_tenant_told_at_conversation", "outcomes", ["tenant", "told_at", "conversation"])
    op.create_index("ix_outcomes_tenant_opened_at", "outcomes", ["tenant", "opened_at"])


def downgrade() -> None:
    op.drop_table("outcomes")
