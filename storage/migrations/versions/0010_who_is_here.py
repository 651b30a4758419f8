"""Why somebody is not here, and their language; and what a platform said no to.

Until now nobody left but whose account was closed at the platform.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NEW = (
    ("left_because", sa.String(20), ""),
    ("locale", sa.String(35), ""),
    ("is_guest", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        for name, kind, before in _NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=before))
    with op.batch_alter_table("member", schema=None) as batch_op:
        for name, _, _ in _NEW:
            batch_op.alter_column(name, server_default=None)
    op.execute("UPDATE member SET left_because = 'gone' WHERE left_at IS NOT NULL")
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("refused_because", sa.String(200), nullable=False, server_default="")
        )
    with op.batch_alter_table("installation", schema=None) as batch_op:
        batch_op.alter_column("refused_because", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
