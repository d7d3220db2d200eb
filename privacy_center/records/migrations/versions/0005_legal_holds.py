"""legal holds, found without reading every case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LEGAL_HOLD = sa.text("legal_hold_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_pc_case_legal_hold",
        "pc_case",
        ["review_at"],
        unique=False,
        sqlite_where=LEGAL_HOLD,
        postgresql_where=LEGAL_HOLD,
    )


def downgrade() -> None:
    op.drop_index("ix_pc_case_legal_hold", table_name="pc_case")
