"""The loop: experiments, measures, ratings, reviews, what went into which digest, pins."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aside",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_aside_member_id")),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name=op.f("fk_aside_pairing_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_aside_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aside")),
    )
    with op.batch_alter_table("aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aside_member_id"), ["member_id"])
        batch_op.create_index(batch_op.f("ix_aside_pairing_id"), ["pairing_id"])

    op.create_table(
        "coach_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_coach_question_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_coach_question_pairing_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_coach_question_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coach_question")),
    )
    with op.batch_alter_table("coach_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coach_question_member_id"), ["member_id"])

    op.create_table(
        "pin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(40), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name=op.f("fk_pin_pairing_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_pin_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
    )
    with op.batch_alter_table("pin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pin_pairing_id"), ["pairing_id"])

    op.create_table(
        "calendar_link",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_calendar_link_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["coaching_session.id"], name=op.f("fk_calendar_link_session_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_calendar_link")),
    )
    with op.batch_alter_table("calendar_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_link_member_id"), ["member_id"])
        batch_op.create_index(batch_op.f("ix_calendar_link_session_id"), ["session_id"])

    op.create_table(
        "experiment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=True),
        sa.Column("reflection_id", sa.Uuid(), nullable=True),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decision", sa.String(20), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("delays", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["experiment.id"], name=op.f("fk_experiment_follows_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_experiment_member_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_experiment_objective_id")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_experiment_pairing_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_experiment_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment")),
    )
    with op.batch_alter_table("experiment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_experiment_due",
            ["due"],
            sqlite_where=sa.text("state != 'closed'"),
            postgresql_where=sa.text("state != 'closed'"),
        )
        batch_op.create_index(batch_op.f("ix_experiment_member_id"), ["member_id"])
        batch_op.create_index("ix_experiment_pairing_id", ["pairing_id"])

    op.create_table(
        "measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_measure_member_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_measure_objective_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_measure_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_objective_id"), ["objective_id"])

    op.create_table(
        "objective_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_objective_version_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_objective_version_objective_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_objective_version_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_version")),
    )
    with op.batch_alter_table("objective_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objective_version_objective_id"), ["objective_id"])

    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_review_member_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_review_objective_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_review_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_objective_id"), ["objective_id"])

    op.create_table(
        "digest_item",
        sa.Column("nudge_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_digest_item_member_id")
        ),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudge.id"], name=op.f("fk_digest_item_nudge_id")),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_digest_item_pairing_id")
        ),
        sa.PrimaryKeyConstraint("nudge_id", "item_id", name=op.f("pk_digest_item")),
    )
    with op.batch_alter_table("digest_item", schema=None) as batch_op:
        batch_op.create_index("ix_digest_item_item_id_pairing_id", ["item_id", "pairing_id"])
        batch_op.create_index(batch_op.f("ix_digest_item_member_id"), ["member_id"])
        batch_op.create_index(batch_op.f("ix_digest_item_pairing_id"), ["pairing_id"])

    op.create_table(
        "rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("objective_id", sa.Uuid(), nullable=False),
        sa.Column("nudge_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pairing_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_rating_member_id")),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudge.id"], name=op.f("fk_rating_nudge_id")),
        sa.ForeignKeyConstraint(
            ["objective_id"], ["objective.id"], name=op.f("fk_rating_objective_id")
        ),
        sa.ForeignKeyConstraint(["pairing_id"], ["pairing.id"], name=op.f("fk_rating_pairing_id")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_rating_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_pairing_id"), ["pairing_id"])
        batch_op.create_index(batch_op.f("ix_rating_nudge_id"), ["nudge_id"])
        batch_op.create_index(batch_op.f("ix_rating_objective_id"), ["objective_id"])

    with op.batch_alter_table("cadence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suggestions", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("coaching_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("minutes", sa.Integer(), nullable=False, server_default="60"))
        batch_op.add_column(sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("nudge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("experiment_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("pin_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_nudge_pin_id"), "pin", ["pin_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_nudge_experiment_id"), "experiment", ["experiment_id"], ["id"]
        )

    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objective_pairing_id"), ["pairing_id"])
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("whose", sa.String(20), nullable=True))
        batch_op.add_column(sa.Column("next_review", sa.Date(), nullable=True))

    op.create_index(
        "ix_reflection_member_id_answered_at", "reflection", ["member_id", "answered_at"]
    )
    op.drop_index("ix_reflection_member_id", "reflection")

    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("digest_held_until", sa.DateTime(timezone=True), nullable=True)
        )

    op.create_index(
        "ix_objective_next_review",
        "objective",
        ["next_review"],
        sqlite_where=sa.text("next_review IS NOT NULL"),
        postgresql_where=sa.text("next_review IS NOT NULL"),
    )
    op.create_index(
        "ix_sequence_run_about",
        "sequence_run",
        ["about"],
        sqlite_where=sa.text("about IS NOT NULL"),
        postgresql_where=sa.text("about IS NOT NULL"),
    )

    # The values for the rows there are; what is written from now on says its own.
    for table, name, kind in (
        ("cadence", "suggestions", sa.Boolean()),
        ("coaching_session", "minutes", sa.Integer()),
        ("coaching_session", "changes", sa.Integer()),
        ("objective", "version", sa.Integer()),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                name, existing_type=kind, existing_nullable=False, server_default=None
            )

    # A quarter from today, for objectives that were set before reviews had a day.
    objective = sa.table(
        "objective", sa.column("state", sa.String()), sa.column("next_review", sa.Date())
    )
    op.execute(
        objective.update()
        .where(objective.c.state == "active")
        .values(next_review=date.today() + timedelta(days=91))
    )


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
