"""what agents show for requests, which no press made."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pc_mandate", schema=None) as batch_op:
        batch_op.alter_column("press", existing_type=sa.String(length=20), nullable=True)


def downgrade() -> None:
    raise NotImplementedError("what an agent showed is part of the record")
