"""the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pc_counter",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name=op.f("pk_pc_counter")),
    )
    op.create_table(
        "pc_edition",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pc_edition")),
    )
    op.create_table(
        "pc_house_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pc_house_event")),
    )
    op.create_table(
        "pc_staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_staff")),
        sa.UniqueConstraint("email_index", name=op.f("uq_pc_staff_email_index")),
    )
    op.create_table(
        "pc_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.Column("right", sa.String(length=40), nullable=False),
        sa.Column("regime", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("laws", sa.JSON(), nullable=False),
        sa.Column("workflow_digest", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("notice_version", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("disposition", sa.String(length=32), nullable=True),
        sa.Column("ground", sa.String(length=64), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_due", sa.Date(), nullable=True),
        sa.Column("answer_due", sa.Date(), nullable=False),
        sa.Column("target_due", sa.Date(), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["pc_staff.id"], name=op.f("fk_pc_case_owner_id_pc_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_case")),
        sa.UniqueConstraint("form_key", name=op.f("uq_pc_case_form_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_pc_case_reference")),
    )
    with op.batch_alter_table("pc_case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pc_case_alarm",
            ["alarm_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index("ix_pc_case_closed", ["closed_at", "id"], unique=False)
        batch_op.create_index(
            "ix_pc_case_legal",
            ["answer_due"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_pc_case_queue",
            ["target_due", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_pc_case_queue_owner",
            ["owner_id", "target_due", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_pc_case_queue_regime",
            ["regime", "target_due", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_pc_case_queue_right",
            ["right", "target_due", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "ix_pc_case_queue_state",
            ["state", "target_due", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "pc_challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("index", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_challenge_case_id_pc_case")),
        sa.ForeignKeyConstraint(["staff_id"], ["pc_staff.id"], name=op.f("fk_pc_challenge_staff_id_pc_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_challenge")),
    )
    with op.batch_alter_table("pc_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pc_challenge_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pc_challenge_index"), ["index"], unique=False)
        batch_op.create_index(batch_op.f("ix_pc_challenge_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "pc_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_event_case_id_pc_case")),
        sa.PrimaryKeyConstraint("number", "case_id", name=op.f("pk_pc_event")),
    )
    op.create_table(
        "pc_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("index", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("match", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_identifier_case_id_pc_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_identifier")),
    )
    with op.batch_alter_table("pc_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pc_identifier_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_pc_identifier_index", ["index", "created_at"], unique=False)

    op.create_table(
        "pc_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("challenges", sa.JSON(), nullable=False),
        sa.Column("delivery", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_letter_case_id_pc_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_letter")),
    )
    with op.batch_alter_table("pc_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pc_letter_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_pc_letter_unsent",
            ["created_at", "id"],
            unique=False,
            sqlite_where=sa.text("delivery <> 'accepted'"),
            postgresql_where=sa.text("delivery <> 'accepted'"),
        )

    op.create_table(
        "pc_package_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_package_file_case_id_pc_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_package_file")),
    )
    with op.batch_alter_table("pc_package_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pc_package_file_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pc_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("index", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh_for", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_session_case_id_pc_case")),
        sa.ForeignKeyConstraint(["staff_id"], ["pc_staff.id"], name=op.f("fk_pc_session_staff_id_pc_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_session")),
    )
    with op.batch_alter_table("pc_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pc_session_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pc_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_pc_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "pc_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pc_case.id"], name=op.f("fk_pc_text_case_id_pc_case")),
        sa.ForeignKeyConstraint(["staff_id"], ["pc_staff.id"], name=op.f("fk_pc_text_staff_id_pc_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pc_text")),
    )
    with op.batch_alter_table("pc_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pc_text_case_id"), ["case_id"], unique=False)
    protect_the_trail()


TRAILS = ("pc_event", "pc_house_event")


def protect_the_trail() -> None:
    """An event is written once: the database itself refuses to change or remove it."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TRAILS:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION pc_event_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$"
    )
    for table in TRAILS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION pc_event_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION pc_event_append_only()"
        )


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first tables")
