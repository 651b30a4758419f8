"""Who was made known and waits to be invited; and what a programme is for, as they are told it.

Whoever is known already was greeted, or is when they first write: they wait for nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("programme", sa.Column("purpose", sa.LargeBinary(), nullable=True))
    op.create_table(
        "invitation",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_invitation_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_invitation_workspace_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_invitation_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["member.id"], name=op.f("fk_invitation_invited_by")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_workspace_id"), "invitation", ["workspace_id"])


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
