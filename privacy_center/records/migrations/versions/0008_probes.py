"""probes and what was found of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("pc_probe", "pc_probe_finding")
KEPT = "probes and their findings are append-only"
LATE = "a probe is committed before its identity says anything, or never"
SPOKEN = "EXISTS (SELECT 1 FROM pc_preference p WHERE p.fingerprint_id = NEW.fingerprint_id)"
NEW_BORN = "EXISTS (SELECT 1 FROM pc_fingerprint f WHERE f.id = NEW.fingerprint_id AND f.created_at = NEW.committed_at)"


def upgrade() -> None:
    op.create_table(
        "pc_probe",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=253), nullable=False),
        sa.Column("fingerprint_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("committed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["fingerprint_id"], ["pc_fingerprint.id"], name=op.f("fk_pc_probe_fingerprint_id_pc_fingerprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_probe")),
        sa.UniqueConstraint("fingerprint_id", name=op.f("uq_pc_probe_fingerprint_id")),
    )
    op.create_index("ix_pc_probe_committed_at", "pc_probe", ["committed_at"])
    add_findings()
    if op.get_bind().dialect.name == "sqlite":
        protect_on_sqlite()
    else:
        protect_on_postgresql()


def add_findings() -> None:
    op.create_table(
        "pc_probe_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("probe_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("confirmed", sa.Integer(), nullable=True),
        sa.Column("cookies", sa.Integer(), nullable=True),
        sa.Column("third_parties", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["probe_id"], ["pc_probe.id"], name=op.f("fk_pc_probe_finding_probe_id_pc_probe")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_probe_finding")),
    )
    op.create_index("ix_pc_probe_finding_probe_id", "pc_probe_finding", ["probe_id", "what"])
    op.create_index("ix_pc_probe_finding_ended", "pc_probe_finding", ["what", "at"])


def protect_on_sqlite() -> None:
    """What was found stays found, and what was no probe when it began becomes none."""
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
    op.execute(
        "CREATE TRIGGER pc_probe_in_time BEFORE INSERT ON pc_probe "
        f"WHEN NEW.fingerprint_id IS NOT NULL AND ({SPOKEN} OR NOT {NEW_BORN}) "
        f"BEGIN SELECT RAISE(ABORT, '{LATE}'); END"
    )


def protect_on_postgresql() -> None:
    op.execute(
        f"CREATE FUNCTION pc_probe_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION pc_probe_kept()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION pc_probe_kept()"
        )
    op.execute(
        "CREATE FUNCTION pc_probe_in_time() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NEW.fingerprint_id IS NOT NULL AND ({SPOKEN} OR NOT {NEW_BORN}) "
        f"THEN RAISE EXCEPTION '{LATE}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER pc_probe_in_time BEFORE INSERT ON pc_probe FOR EACH ROW EXECUTE FUNCTION pc_probe_in_time()"
    )


def downgrade() -> None:
    raise NotImplementedError("what was tested is part of the record")
