"""the history of signing keys."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pc_signing_key",
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("public", sa.String(length=44), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_pc_signing_key")),
    )


def downgrade() -> None:
    raise NotImplementedError("a receipt is checked years later: its key is kept")
