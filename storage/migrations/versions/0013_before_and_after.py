"""What was configured, as it was and as it is, in columns of their own.

A row without them is hashed as it always was, so every chain that was begun still holds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_NEW = ("before", "after")


def upgrade() -> None:
    with op.batch_alter_table("audit", schema=None) as batch_op:
        for name in _NEW:
            batch_op.add_column(sa.Column(name, sa.String(400), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
