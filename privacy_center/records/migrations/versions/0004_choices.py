"""choices, fingerprints and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    add_fingerprints()
    add_choices()
    add_corrections()
    add_tokens()
    protect_the_choices()


def add_fingerprints() -> None:
    op.create_table(
        "pc_fingerprint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("index", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_fingerprint")),
        sa.UniqueConstraint("index", name=op.f("uq_pc_fingerprint_index")),
    )
    op.create_table(
        "pc_fingerprint_key",
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_pc_fingerprint_key")),
    )


def add_choices() -> None:
    op.create_table(
        "pc_preference",
        sa.Column("number", COUNTED, autoincrement=True, nullable=False),
        sa.Column("fingerprint_id", sa.Uuid(), nullable=True),
        sa.Column("press", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("regime", sa.String(length=120), nullable=False),
        sa.Column("notice_version", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fingerprint_id"], ["pc_fingerprint.id"], name=op.f("fk_pc_preference_fingerprint_id_pc_fingerprint")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pc_preference")),
    )
    op.create_index("ix_pc_preference_state", "pc_preference", ["fingerprint_id", "purpose", "number"])
    op.create_index("ix_pc_preference_press", "pc_preference", ["press"])


def add_corrections() -> None:
    op.create_table(
        "pc_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("number", COUNTED, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fingerprint_id"], ["pc_fingerprint.id"], name=op.f("fk_pc_correction_fingerprint_id_pc_fingerprint")
        ),
        sa.ForeignKeyConstraint(
            ["number"], ["pc_preference.number"], name=op.f("fk_pc_correction_number_pc_preference")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["pc_staff.id"], name=op.f("fk_pc_correction_asked_by_pc_staff")),
        sa.ForeignKeyConstraint(["decided_by"], ["pc_staff.id"], name=op.f("fk_pc_correction_decided_by_pc_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_correction")),
    )
    op.create_index("ix_pc_correction_fingerprint", "pc_correction", ["fingerprint_id", "asked_at"])


def add_tokens() -> None:
    op.create_table(
        "pc_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("hashes", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_pc_token_digest")),
        sa.UniqueConstraint("name", name=op.f("uq_pc_token_name")),
    )
    op.create_table(
        "pc_alias",
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("fingerprint_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["pc_token.id"], name=op.f("fk_pc_alias_token_id_pc_token")),
        sa.ForeignKeyConstraint(
            ["fingerprint_id"], ["pc_fingerprint.id"], name=op.f("fk_pc_alias_fingerprint_id_pc_fingerprint")
        ),
        sa.PrimaryKeyConstraint("token_id", "hash", name=op.f("pk_pc_alias")),
    )
    op.create_index(op.f("ix_pc_alias_fingerprint_id"), "pc_alias", ["fingerprint_id"])


def protect_the_choices() -> None:
    """What somebody chose is added to and never changed: the newest row counts, the older ones prove."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER pc_preference_no_{act.lower()} BEFORE {act} ON pc_preference "
                "BEGIN SELECT RAISE(ABORT, 'the history of choices is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER pc_preference_append_only BEFORE UPDATE OR DELETE ON pc_preference "
        "FOR EACH ROW EXECUTE FUNCTION pc_event_append_only()"
    )
    op.execute(
        "CREATE TRIGGER pc_preference_no_truncate BEFORE TRUNCATE ON pc_preference "
        "FOR EACH STATEMENT EXECUTE FUNCTION pc_event_append_only()"
    )


def downgrade() -> None:
    raise NotImplementedError("an opt-out outlives every version of this software")
