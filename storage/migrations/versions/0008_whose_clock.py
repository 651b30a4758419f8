"""By whose clock somebody lives; and for whom the app is there before they are known here.

Whose zone was chosen before is not known any more: what was kept counts as what their chat says.
Only where London may have been no more than a guess, it is asked for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("zone_told", sa.String(64), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("zone_chosen", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("zone_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE member SET zone_told = timezone WHERE timezone <> 'Europe/London' OR "
        "workspace_id NOT IN (SELECT id FROM workspace WHERE platform = 'teams')"
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.alter_column(
            "zone_told", existing_type=sa.String(64), existing_nullable=False, server_default=None
        )
        batch_op.alter_column(
            "zone_chosen", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )
    op.create_table(
        "newcomer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("chat_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("email_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_newcomer_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newcomer")),
        sa.UniqueConstraint(
            "workspace_id", "chat_index", "email_index", name=op.f("uq_newcomer_workspace_id_chat_index_email_index")
        ),
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
