"""telling: recipients, deliveries, what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pc_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("challenge_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_delivery")),
    )
    op.create_index("ix_pc_delivery_recipient", "pc_delivery", ["recipient", "id"])
    op.create_index("ix_pc_delivery_challenge_id", "pc_delivery", ["challenge_id"])
    op.create_table(
        "pc_silenced",
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("recipient", name=op.f("pk_pc_silenced")),
    )
    add_tellings()


def add_tellings() -> None:
    op.create_table(
        "pc_telling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("press", sa.String(length=20), nullable=True),
        sa.Column("fingerprint_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("due_by", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("late_case_id", sa.Uuid(), nullable=True),
        sa.Column("mailbox", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_telling_case_id_pc_case")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["pc_delivery.id"], name=op.f("fk_pc_telling_delivery_id_pc_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["fingerprint_id"], ["pc_fingerprint.id"], name=op.f("fk_pc_telling_fingerprint_id_pc_fingerprint")
        ),
        sa.ForeignKeyConstraint(["late_case_id"], ["pc_case.id"], name=op.f("fk_pc_telling_late_case_id_pc_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_telling")),
    )
    partial("ix_pc_telling_unsent", ["recipient", "id"], "delivery_id IS NULL")
    partial("ix_pc_telling_open", ["due_by", "id"], "answered_at IS NULL")
    partial("ix_pc_telling_mailbox", ["recipient", "due_by", "id"], "mailbox IS NOT NULL")
    op.create_index("ix_pc_telling_recipient", "pc_telling", ["recipient", "answer", "due_by", "id"])
    for column in ("press", "case_id", "delivery_id", "late_case_id"):
        op.create_index(f"ix_pc_telling_{column}", "pc_telling", [column])


def partial(name: str, columns: list[str], where: str) -> None:
    """An index over the rows that still have something ahead of them."""
    op.create_index(name, "pc_telling", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    raise NotImplementedError("who was told is part of the record")
