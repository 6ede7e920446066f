"""The feed of changes: the generation that last wrote each resolution, what was removed, and a log of generations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count every resolution as written in the tenant's present generation; removals are remembered from here on."""
    op.add_column("resolutions", sa.Column("version", sa.BigInteger(), nullable=False, server_default="0"))
    present = sa.text(
        "UPDATE resolutions SET version = COALESCE("
        "(SELECT value FROM generations WHERE generations.tenant = resolutions.tenant), 0)"
    )
    op.execute(present)
    op.create_index("ix_resolutions_tenant_version_id", "resolutions", ["tenant", "version", "id"])
    op.create_table(
        "removals",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_removals"),
    )
    op.create_index("ix_removals_tenant_version_id", "removals", ["tenant", "version", "id"])
    op.create_table(
        "generation_log",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("lineage", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "value", name="pk_generation_log"),
    )
    op.execute("INSERT INTO generation_log (tenant, value, lineage) SELECT tenant, value, lineage FROM generations")


def downgrade() -> None:
    op.drop_table("generation_log")
    op.drop_table("removals")
    op.drop_index("ix_resolutions_tenant_version_id", "resolutions")
    op.drop_column("resolutions", "version")
