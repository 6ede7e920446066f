"""Tenants, keys, people, their sessions, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
# Entries are added and, after their time, removed; who can change one can do it only by changing the schema first.
_UNCHANGED = {
    "sqlite": (
        (
            "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'an entry of the audit log is never changed'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'an entry of the audit log is never changed'; END$$"
        ),
        "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    ),
}


def upgrade() -> None:
    op.create_table(
        "tenants",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", name="pk_tenants"),
    )
    _create_keys()
    _create_people()
    _create_sessions()
    _create_audit()


def _create_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.String(64)),
        sa.Column("previous_until", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_api_keys"),
        sa.UniqueConstraint("id", name="uq_api_keys_id"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_api_keys_tenant_tenants"),
    )


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("temporary", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_people"),
        sa.UniqueConstraint("tenant", "email", name="uq_people_tenant_email"),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.tenant"], name="fk_people_tenant_tenants"),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        sa.ForeignKeyConstraint(
            ["tenant", "person_id"],
            ["people.tenant", "people.id"],
            name="fk_sessions_tenant_person_id_people",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_sessions_tenant_person_id", "sessions", ["tenant", "person_id"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("tenant", sa.String(200), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object", sa.String(200)),
        sa.Column("request_id", sa.String(64)),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_audit"),
    )
    op.create_index("ix_audit_tenant_action_id", "audit", ["tenant", "action", "id"])
    for statement in _UNCHANGED[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.drop_table("sessions")
    op.drop_table("people")
    op.drop_table("api_keys")
    op.drop_table("tenants")
