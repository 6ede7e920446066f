"""Legal holds, erasure receipts, and what was erased as keyed hashes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_holds"),
    )
    op.create_index("ix_holds_tenant_kind_value", "holds", ["tenant", "kind", "value"])
    op.create_table(
        "erasures",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_erasures"),
    )
    op.create_table(
        "erased_marks",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("erasure_id", sa.String(32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "digest", name="pk_erased_marks"),
        sa.ForeignKeyConstraint(
            ["tenant", "erasure_id"],
            ["erasures.tenant", "erasures.id"],
            name="fk_erased_marks_tenant_erasure_id_erasures",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_erased_marks_tenant_erasure_id", "erased_marks", ["tenant", "erasure_id"])


def downgrade() -> None:
    op.drop_table("erased_marks")
    op.drop_table("erasures")
    op.drop_table("holds")
