"""Why a nudge waits or was not sent, as one of a few words that can be counted.

What ended before has none: its sentence stands in `ended_because`, as it did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("nudge", sa.Column("why_not", sa.String(20), nullable=True))
    op.create_index("ix_nudge_due_at", "nudge", ["due_at"])


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
