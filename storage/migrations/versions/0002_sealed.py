"""Everything private is sealed.

What was kept before in the clear cannot be sealed here, where there are no keys: only a database
without people is brought up. Before this there was only the playground's.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrating import SchemaError


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM member")).scalar():
        raise SchemaError(
            "This database holds what was written before answers were sealed. It can only be the "
            "playground's: move its folder away, and begin again."
        )
    op.create_table(
        "audit",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "agreed",
                "withdrew",
                "left the totals",
                "shared",
                "took back",
                "opened",
                "refused",
                "corrected",
                "asked for data",
                "took data",
                "paused",
                "resumed",
                "stopped",
                "erased",
                "paired",
                "unpaired",
                "configured",
                "keys",
                name="action",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.String(400), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_owner_id_at", ["owner_id", "at"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "sealed_with",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_with")),
    )
    op.create_table(
        "totals_release",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_totals_release_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "quarter", name=op.f("pk_totals_release")),
    )
    op.create_table(
        "total",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "taking part",
                "answered",
                "paired",
                "coaches",
                name="totalkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "value",
            sa.Enum(
                "too few",
                "count",
                "share",
                "at most",
                "at least",
                name="totalvalue",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_total_cohort_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_total_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "quarter"],
            ["totals_release.workspace_id", "totals_release.quarter"],
            name=op.f("fk_total_workspace_id_quarter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_total")),
    )
    with op.batch_alter_table("total", schema=None) as batch_op:
        batch_op.create_index(
            "ix_total_workspace_id_quarter", ["workspace_id", "quarter"], unique=False
        )

    op.create_table(
        "copy_link",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_taken", sa.Boolean(), nullable=False),
        sa.Column("json_taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_copy_link_member_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_copy_link")),
    )
    with op.batch_alter_table("copy_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_copy_link_member_id"), ["member_id"], unique=False)

    op.create_table(
        "counted",
        sa.Column("total_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_counted_member_id")),
        sa.ForeignKeyConstraint(["total_id"], ["total.id"], name=op.f("fk_counted_total_id")),
        sa.PrimaryKeyConstraint("total_id", "member_id", name=op.f("pk_counted")),
    )
    with op.batch_alter_table("counted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counted_member_id"), ["member_id"], unique=False)

    with op.batch_alter_table("chat_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.Uuid(), nullable=False))
        batch_op.add_column(sa.Column("workspace_id", sa.Uuid(), nullable=False))
        batch_op.alter_column(
            "body",
            existing_type=sa.TEXT(),
            type_=sa.LargeBinary(),
            postgresql_using="body::bytea",
            existing_nullable=False,
        )
        batch_op.create_unique_constraint(batch_op.f("uq_chat_line_id"), ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_chat_line_workspace_id"), "workspace", ["workspace_id"], ["id"]
        )

    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.alter_column(
            "name",
            existing_type=sa.VARCHAR(),
            type_=sa.LargeBinary(),
            postgresql_using="name::bytea",
            existing_nullable=False,
        )

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_index", sa.LargeBinary(length=32), nullable=False))
        batch_op.add_column(sa.Column("name_index", sa.LargeBinary(length=32), nullable=False))
        batch_op.add_column(sa.Column("email_index", sa.LargeBinary(length=32), nullable=True))
        batch_op.add_column(sa.Column("told_of_chat_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("asked_to_be_forgotten_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("hand_over_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column(
            "user_id",
            existing_type=sa.VARCHAR(length=200),
            type_=sa.LargeBinary(),
            postgresql_using="user_id::bytea",
            existing_nullable=False,
        )
        batch_op.alter_column(
            "address",
            existing_type=sa.VARCHAR(),
            type_=sa.LargeBinary(),
            postgresql_using="address::bytea",
            existing_nullable=False,
        )
        batch_op.alter_column(
            "name",
            existing_type=sa.VARCHAR(),
            type_=sa.LargeBinary(),
            postgresql_using="name::bytea",
            existing_nullable=False,
        )
        batch_op.alter_column(
            "email",
            existing_type=sa.VARCHAR(),
            type_=sa.LargeBinary(),
            postgresql_using="email::bytea",
            existing_nullable=False,
        )
        batch_op.drop_constraint(batch_op.f("uq_member_workspace_id_user_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_member_email_index"), ["email_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_member_name_index"), ["name_index"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_member_workspace_id_user_index"), ["workspace_id", "user_index"]
        )

    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("pairing_id", sa.Uuid(), nullable=True))
        batch_op.alter_column(
            "words",
            existing_type=sa.TEXT(),
            type_=sa.LargeBinary(),
            postgresql_using="words::bytea",
            existing_nullable=False,
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_objective_pairing_id"), "pairing", ["pairing_id"], ["id"]
        )

    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("leader_accepted_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("coach_accepted_at", sa.DateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nation", sa.String(40), nullable=False))
        batch_op.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("kept_months", sa.Integer(), nullable=False))
        batch_op.alter_column(
            "name",
            existing_type=sa.VARCHAR(),
            type_=sa.LargeBinary(),
            postgresql_using="name::bytea",
            existing_nullable=False,
        )

    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.alter_column(
            "words",
            existing_type=sa.TEXT(),
            type_=sa.LargeBinary(),
            postgresql_using="words::bytea",
            existing_nullable=False,
        )

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("box_only", sa.Boolean(), nullable=False))
        batch_op.drop_column("name")


def downgrade() -> None:
    raise NotImplementedError("There is no way back: restore the backup made before.")
