"""Resolutions and their generation counter."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resolutions",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("restatement", sa.Text()),
        sa.Column("empathy", sa.Text()),
        sa.Column("short", sa.Text()),
        sa.Column("if_unsolved", sa.Text()),
        sa.Column("follow_ups", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("product", sa.String(100)),
        sa.Column("owner", sa.String(200)),
        sa.Column("verified_by", sa.String(200)),
        sa.Column("verified_at", sa.Date()),
        sa.Column("review_by", sa.Date()),
        sa.Column("outcome", sa.JSON()),
        sa.Column("provenance", sa.Text()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_resolutions"),
    )
    op.create_index("ix_resolutions_tenant_product", "resolutions", ["tenant", "product"])
    op.create_index("ix_resolutions_tenant_language", "resolutions", ["tenant", "language"])
    op.create_index("ix_resolutions_tenant_review_by", "resolutions", ["tenant", "review_by"])
    op.create_table(
        "generations",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("lineage", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_generations"),
    )


def downgrade() -> None:
    op.drop_table("generations")
    op.drop_table("resolutions")
