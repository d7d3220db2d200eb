"""digests, and steps that are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HELD = sa.text("delivery = 'held'")
REVIEW = sa.text("closed_at IS NULL AND held")


def upgrade() -> None:
    with op.batch_alter_table("pc_letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailbox", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("folded_into", sa.Uuid(), nullable=True))
    with op.batch_alter_table("pc_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extended_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("review_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("taken", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_pc_case_held", "pc_case", ["review_by", "id"], unique=False, sqlite_where=REVIEW, postgresql_where=REVIEW
    )
    op.create_index("ix_pc_letter_folded_into", "pc_letter", ["folded_into"], unique=False)
    op.create_index(
        "ix_pc_letter_held",
        "pc_letter",
        ["mailbox", "created_at"],
        unique=False,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def downgrade() -> None:
    raise NotImplementedError("a letter that a digest told of is not told of twice")
