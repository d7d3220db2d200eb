"""forgetting and anchors."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAITING = "closed_at IS NOT NULL AND forget_at IS NOT NULL AND forgotten_at IS NULL AND legal_hold_at IS NULL"
UNDATED = "closed_at IS NOT NULL AND forget_at IS NULL AND forgotten_at IS NULL"
SEALED = "destroyed_at IS NULL"
LOOSE = "case_id IS NULL"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    # Only columns are added, so that no table is made anew and the triggers on the trail stay.
    with op.batch_alter_table("pc_case", schema=None) as batch_op:
        for name in ("review_at", "forget_at", "legal_hold_at", "forgotten_at"):
            batch_op.add_column(sa.Column(name, moment, nullable=True))
    with op.batch_alter_table("pc_package_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("destroyed_at", moment, nullable=True))
    add_indices()
    add_anchors()
    protect_the_anchors()


def add_indices() -> None:
    index("ix_pc_case_forget", "pc_case", ["forget_at"], WAITING)
    index("ix_pc_case_undated", "pc_case", ["closed_at"], UNDATED)
    index("ix_pc_package_file_expired", "pc_package_file", ["expires_at"], SEALED)
    index("ix_pc_letter_loose", "pc_letter", ["created_at"], LOOSE)
    index("ix_pc_challenge_loose", "pc_challenge", ["expires_at"], LOOSE)
    op.create_index("ix_pc_event_chain", "pc_event", ["case_id", "number"], unique=False)
    op.create_index("ix_pc_event_at", "pc_event", ["at"], unique=False)


def index(name: str, table: str, columns: list[str], where: str) -> None:
    """An index over the rows that still have something ahead of them."""
    op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def add_anchors() -> None:
    op.create_table(
        "pc_anchor",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("heads", sa.String(length=64), nullable=False),
        sa.Column("house_number", sa.Integer(), nullable=False),
        sa.Column("house_digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pc_anchor")),
        sa.UniqueConstraint("day", name=op.f("uq_pc_anchor_day")),
    )
    op.create_table(
        "pc_anchored_head",
        sa.Column("anchor", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_anchored_head_case_id_pc_case")),
        sa.PrimaryKeyConstraint("anchor", "case_id", name=op.f("pk_pc_anchored_head")),
    )
    op.create_index(op.f("ix_pc_anchored_head_case_id"), "pc_anchored_head", ["case_id"], unique=False)


def protect_the_anchors() -> None:
    """An anchor is written once, like the trail that it holds."""
    for table in ("pc_anchor", "pc_anchored_head"):
        if op.get_bind().dialect.name == "sqlite":
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'an anchor is append-only'); END"
                )
            continue
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION pc_event_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION pc_event_append_only()"
        )


def downgrade() -> None:
    raise NotImplementedError("what was forgotten does not come back, and anchors are never removed")
