"""What was said in one chat is taken in its order; and which teams of an organisation are heard.

What waits from before keeps no order among itself: it is some moments' worth.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.add_column(sa.Column("line", sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(
            sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True)
        )
    op.execute("UPDATE intake SET happened_at = received_at")
    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.alter_column("happened_at", nullable=False)
        batch_op.create_index("ix_intake_line", ["line", "happened_at", "number"])
    op.create_table(
        "team_access",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_team_access_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "team", name=op.f("pk_team_access")),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
