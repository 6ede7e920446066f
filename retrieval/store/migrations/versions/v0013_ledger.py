"""Promises of replies before which no draft was made: a commitment belongs to a draft or to a sent reply."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_CHILDREN = ("commitment_events", "commitment_notices")


def upgrade() -> None:
    with _children_kept(), op.batch_alter_table("commitments") as commitments:
        commitments.alter_column("draft_id", existing_type=sa.String(32), nullable=True)
        commitments.add_column(sa.Column("sent_id", sa.String(32)))
        commitments.create_foreign_key(
            "fk_commitments_tenant_sent_id_sent_replies",
            "sent_replies",
            ["tenant", "sent_id"],
            ["tenant", "id"],
            ondelete="CASCADE",
        )
        commitments.create_check_constraint("ck_commitments_one_anchor", "(draft_id IS NULL) <> (sent_id IS NULL)")
    op.create_index("ix_commitments_tenant_sent_id", "commitments", ["tenant", "sent_id"])


def downgrade() -> None:
    op.execute("DELETE FROM commitments WHERE draft_id IS NULL")  # what the older version has no place for
    op.drop_index("ix_commitments_tenant_sent_id", table_name="commitments")
    with _children_kept(), op.batch_alter_table("commitments") as commitments:
        commitments.drop_constraint("ck_commitments_one_anchor", type_="check")
        commitments.drop_constraint("fk_commitments_tenant_sent_id_sent_replies", type_="foreignkey")
        commitments.drop_column("sent_id")
        commitments.alter_column("draft_id", existing_type=sa.String(32), nullable=False)


@contextmanager
def _children_kept() -> Iterator[None]:
    """Keep what refers to commitments while SQLite copies their table: dropping the old one deletes it with them."""
    kept = _CHILDREN if op.get_bind().dialect.name == "sqlite" else ()
    for name in kept:
        op.execute(f"CREATE TEMPORARY TABLE kept_{name} AS SELECT * FROM {name}")  # noqa: S608 - names of ours
    yield
    for name in kept:
        op.execute(f"INSERT INTO {name} SELECT * FROM temp.kept_{name}")  # noqa: S608 - names of ours
        op.execute(f"DROP TABLE temp.kept_{name}")
