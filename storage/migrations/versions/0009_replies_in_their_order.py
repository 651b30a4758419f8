"""Which question an answer shows, so that an older state never comes after a newer one; and whether
a try was begun, so that none is made twice blindly.

What waits from before shows no question by name, and is tried as if for the first time: it is some
moments' worth.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nudge_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("sending", sa.Boolean(), nullable=True))
    op.execute("UPDATE reply SET sending = false")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.alter_column("sending", nullable=False)


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
