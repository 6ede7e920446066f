"""Retiring, sending back to review, agents' doubts, and dismissed contradictions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("resolutions", sa.Column("sent_back", sa.JSON()))
    op.add_column("resolutions", sa.Column("retired", sa.JSON()))
    op.create_table(
        "doubts",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("resolution_id", sa.String(200), nullable=False),
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "resolution_id", "draft_id", name="pk_doubts"),
        sa.ForeignKeyConstraint(
            ["tenant", "resolution_id"],
            ["resolutions.tenant", "resolutions.id"],
            name="fk_doubts_tenant_resolution_id_resolutions",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_doubts_tenant_draft_id", "doubts", ["tenant", "draft_id"])
    op.create_table(
        "dismissals",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("first_id", sa.String(200), nullable=False),
        sa.Column("second_id", sa.String(200), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "first_id", "second_id", name="pk_dismissals"),
        *(
            sa.ForeignKeyConstraint(
                ["tenant", column],
                ["resolutions.tenant", "resolutions.id"],
                name=f"fk_dismissals_tenant_{column}_resolutions",
                ondelete="CASCADE",
            )
            for column in ("first_id", "second_id")
        ),
    )


def downgrade() -> None:
    """Keep every resolution; what this revision cannot say is turned into what the former one can.

    A retired or sent-back resolution becomes unverified, so that no draft of the former version rests on it.
    """
    unused = sa.text(
        "UPDATE resolutions SET verified_by = NULL, verified_at = NULL, review_by = NULL "
        "WHERE retired IS NOT NULL OR sent_back IS NOT NULL"
    )
    op.execute(unused)
    op.drop_table("dismissals")
    op.drop_table("doubts")
    op.drop_column("resolutions", "retired")
    op.drop_column("resolutions", "sent_back")
