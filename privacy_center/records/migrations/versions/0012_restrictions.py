"""since when a restriction stands, and when it was lifted."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

RESTRICTED = sa.text("restricted_at IS NOT NULL")


def upgrade() -> None:
    for column in ("restricted_at", "lifted_at"):
        op.add_column("pc_case", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_pc_case_restricted",
        "pc_case",
        ["restricted_at", "id"],
        unique=False,
        sqlite_where=RESTRICTED,
        postgresql_where=RESTRICTED,
    )


def downgrade() -> None:
    raise NotImplementedError("data whose use is restricted would be used again")
