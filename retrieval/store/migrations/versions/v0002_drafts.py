"""Drafts as acknowledged, and agents' feedback on them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drafts",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("analysis", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("model_revision", sa.String(64), nullable=False),
        sa.Column("index_generation", sa.String(64), nullable=False),
        sa.Column("policy_revision", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_tenant_created_at", "drafts", ["tenant", "created_at"])
    op.create_table(
        "feedback",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("final_text", sa.Text()),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["tenant", "draft_id"],
            ["drafts.tenant", "drafts.id"],
            name="fk_feedback_tenant_draft_id_drafts",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_feedback_tenant_draft_id", "feedback", ["tenant", "draft_id"])


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("drafts")
