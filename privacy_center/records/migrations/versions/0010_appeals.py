"""the earlier case that an appeal or a complaint is about."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Only a column is added, so that the table is not made anew.
    with op.batch_alter_table("pc_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earlier_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_pc_case_earlier_id"), "pc_case", ["earlier_id"])


def downgrade() -> None:
    raise NotImplementedError("an appeal would lose what it is about")
