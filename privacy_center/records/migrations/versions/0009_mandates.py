"""what agents show."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
KEPT_WITH = {"case_id": "pc_case", "subject_id": "pc_identifier", "file_id": "pc_package_file"}


def upgrade() -> None:
    # A permission has no end of its own, as the files of an answer have: it goes with its case.
    with op.batch_alter_table("pc_package_file", schema=None) as batch_op:
        batch_op.alter_column("expires_at", existing_type=MOMENT, nullable=True)
    op.create_table(
        "pc_mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("press", sa.String(length=20), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        *[
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_pc_mandate_{column}_{table}"))
            for column, table in KEPT_WITH.items()
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_mandate")),
        sa.UniqueConstraint("form_key", name=op.f("uq_pc_mandate_form_key")),
    )
    for column in KEPT_WITH:
        op.create_index(f"ix_pc_mandate_{column}", "pc_mandate", [column])


def downgrade() -> None:
    raise NotImplementedError("what an agent showed is part of the record")
