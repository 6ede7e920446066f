"""Rounds of review: what is read, by whom, with what scores, verdicts and appeals; scores from elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_rounds()
    _create_items()
    _create_cards()
    _create_appeals()
    _create_imports()


def _create_rounds() -> None:
    op.create_table(
        "review_rounds",
        *_key("id", 32),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("rubric_id", sa.String(80), nullable=False),
        sa.Column("rubric_revision", sa.String(16), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("second_share", sa.Double(), nullable=False),
        sa.Column("reviewers", sa.JSON(), nullable=False),
        sa.Column("differs_by", sa.Integer(), nullable=False),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(200)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_review_rounds"),
    )
    _index("review_rounds", "made_at", "id")


def _create_items() -> None:
    op.create_table(
        "review_items",
        *_key("id", 32),
        sa.Column("round_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(32)),
        sa.Column("sent_id", sa.String(32)),
        sa.Column("conversation", sa.String(200)),
        sa.Column("customer_id", sa.String(200)),
        sa.Column("connection", sa.String(64)),
        sa.Column("agent", sa.String(200)),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("message", sa.JSON()),
        sa.Column("sources", sa.JSON()),
        sa.Column("replies", sa.JSON()),
        sa.Column("stratum", sa.String(200), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("policy_revision", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_review_items"),
        _of("review_items", "round_id", "review_rounds"),
    )
    _index("review_items", "round_id", "number", unique=True)
    for column in ("draft_id", "sent_id", "agent", "made_at"):
        _index("review_items", column)


def _create_cards() -> None:
    op.create_table(
        "review_cards",
        *_key("id", 32),
        sa.Column("item_id", sa.String(32), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("scorer", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("reply", sa.Integer(), nullable=False),
        sa.Column("flipped", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.String(8)),
        sa.Column("notes", sa.JSON()),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True)),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_review_cards"),
        _of("review_cards", "item_id", "review_items"),
    )
    _index("review_cards", "item_id", "part", "name", "reply", unique=True)
    _index("review_cards", "name", "part")
    op.create_table(
        "review_marks",
        *_key("card_id", 32),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("level", sa.Integer()),
        sa.PrimaryKeyConstraint("tenant", "card_id", "kind", "name", name="pk_review_marks"),
        _of("review_marks", "card_id", "review_cards"),
    )


def _create_appeals() -> None:
    op.create_table(
        "review_appeals",
        *_key("id", 32),
        sa.Column("item_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision", sa.Text()),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_review_appeals"),
        _of("review_appeals", "item_id", "review_items"),
    )
    _index("review_appeals", "item_id", unique=True)
    _index("review_appeals", "state", "at", "id")
    op.create_table(
        "review_agents",
        *_key("connection", 64),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "connection", "agent", name="pk_review_agents"),
    )
    _index("review_agents", "actor")


def _create_imports() -> None:
    op.create_table(
        "review_imports",
        *_key("rubric", 80),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("conversation", sa.String(200)),
        sa.Column("customer_id", sa.String(200)),
        sa.Column("agent", sa.String(200)),
        sa.Column("reviewer", sa.String(200)),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("imported_by", sa.String(200), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "rubric", "external_id", name="pk_review_imports"),
    )
    _index("review_imports", "imported_at")
    _index("review_imports", "conversation")


def _key(name: str, size: int) -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("tenant", sa.String(200), nullable=False), sa.Column(name, sa.String(size), nullable=False)


def _of(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant", column],
        [f"{parent}.tenant", f"{parent}.id"],
        name=f"fk_{table}_tenant_{column}_{parent}",
        ondelete="CASCADE",
    )


def _index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(f"ix_{table}_tenant_{'_'.join(columns)}", table, ["tenant", *columns], unique=unique)


def downgrade() -> None:
    for name in ("imports", "agents", "appeals", "marks", "cards", "items", "rounds"):
        op.drop_table(f"review_{name}")
