"""Runs of sequences, reminders, the dial, bank holidays and a programme's own questions."""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sequence_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.String(40), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=True),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_sequence_run_member_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_sequence_run_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequence_run")),
    )
    op.create_index(
        "ix_sequence_run_member_id",
        "sequence_run",
        ["member_id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "own_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(20), nullable=False),
        sa.Column("lens", sa.String(20), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name=op.f("fk_own_question_author_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_own_question_cohort_id")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["member.id"], name=op.f("fk_own_question_reviewer_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_own_question_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_question")),
        sa.UniqueConstraint(
            "workspace_id", "key", "version", name=op.f("uq_own_question_workspace_id_key_version")
        ),
    )

    with op.batch_alter_table("cadence", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("dial", sa.String(20), nullable=False, server_default="balanced")
        )
        batch_op.add_column(
            sa.Column("reminders", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("nation", sa.String(40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("carried_on_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nation", sa.String(40), nullable=False, server_default=""))
    # The values for the rows there are; what is written from now on says its own.
    with op.batch_alter_table("cadence", schema=None) as batch_op:
        for name, kind in (("dial", sa.String(20)), ("reminders", sa.Boolean()), ("nation", sa.String(40))):
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.alter_column(
            "nation", existing_type=sa.String(40), existing_nullable=False, server_default=None
        )

    op.drop_index("ix_nudge_waiting", table_name="nudge")
    with op.batch_alter_table("nudge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("open_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("follows_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("run_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_nudge_follows_id"), "nudge", ["follows_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_nudge_run_id"), "sequence_run", ["run_id"], ["id"]
        )
    op.create_index(
        "ix_nudge_open_until",
        "nudge",
        ["open_until"],
        sqlite_where=sa.text("open_until IS NOT NULL"),
        postgresql_where=sa.text("open_until IS NOT NULL"),
    )
    # What waits now waits until the next tidying, which lets go of it if it has waited two days.
    nudge = sa.table(
        "nudge",
        sa.column("state", sa.String()),
        sa.column("kind", sa.String()),
        sa.column("sent_at", sa.DateTime(timezone=True)),
        sa.column("closed_at", sa.DateTime(timezone=True)),
        sa.column("open_until", sa.DateTime(timezone=True)),
    )
    op.execute(
        nudge.update()
        .where(nudge.c.kind == "question", nudge.c.state == "sent", nudge.c.closed_at.is_(None))
        .values(open_until=_two_days_after(nudge.c.sent_at))
    )


def _two_days_after(moment: sa.ColumnElement[object]) -> sa.ColumnElement[object]:
    if op.get_bind().dialect.name == "sqlite":
        # As SQLAlchemy writes moments there: with six digits of a second.
        return sa.func.strftime("%Y-%m-%d %H:%M:%f000", moment, "+2 days")
    return moment + sa.text("interval '2 days'")


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
