"""by what acts of agents are gathered."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Earlier acts left no traces: nothing is gathered with them, and they are gathered with nothing.
    for column in ("shown", "network"):
        op.add_column("pc_mandate", sa.Column(column, sa.String(length=64), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("what an agent showed is part of the record")
