"""A crowd of leaders who are all due at one moment, for the drills and the measurements.

One of them is laid out by hand, and the database itself makes the others after that model: a
hundred thousand take seconds.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.web.posting import PLATFORM, WORKSPACE
from prompts.bank import Bank
from prompts.composing.agreeing import NOTICE_VERSION
from scheduler.cadence import DAYS
from storage.engine import transaction
from storage.members import Member, NewMember, add_members
from storage.objectives import set_objective
from storage.tables import (
    Agreement,
    Allowed,
    CadenceRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Objective,
    Outcome,
    Permission,
    Workspace,
)

A_SECOND = timedelta(seconds=1)
NEW_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
# How each table's row of the first leader becomes that of another.
OTHERS = "{table} AS model CROSS JOIN member WHERE member.id <> model.member_id"
PERMISSIONS = "permission AS model JOIN agreement ON agreement.id <> model.agreement_id"


def noon_zone(now: datetime) -> str:
    """Where it is noon, so that nobody's hours are over whenever the tests are run."""
    # These names count westwards.
    return f"Etc/GMT{now.astimezone(UTC).hour - 12:+d}"


async def lay_out_crowd(
    engine: AsyncEngine,
    now: datetime,
    *,
    due: int,
    others: int = 0,
    slots: str = "",
    bank: Bank | None = None,
    asked: int = 0,
) -> None:
    """Leaders of the playground who agreed a month ago: so many are due since a second ago, and
    the others not before next week. Without `slots` each is asked once a week, on another day.

    With a bank, whoever is due has been asked so many questions before, and answered them.
    """
    everyone = due + others
    new_id = NEW_ID[engine.dialect.name]
    is_due = f"member.id IN ({_scattered(due, everyone)})"
    async with transaction(engine) as db:
        leader = await _first_leader(db, now, slots or f"{DAYS[(now.weekday() + 3) % 7][:3]} 12:00")
        if bank:
            db.add_all(_history(leader, bank, asked, now))
            await db.flush()
        if everyone > 1:
            await add_members(
                db, leader.workspace_id, [_leader(n, now) for n in range(1, everyone)]
            )
            theirs = {"id": new_id, "member_id": "member.id"}
            for table in (Agreement, Objective, CadenceRow):
                await copy_rows(db, table, theirs, OTHERS.format(table=table.__tablename__))
            await copy_rows(
                db, Permission, {"id": new_id, "agreement_id": "agreement.id"}, PERMISSIONS
            )
            await copy_rows(db, Nudge, theirs, f"{OTHERS.format(table='nudge')} AND {is_due}")
        await make_due(db, now, due, everyone)
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))


async def make_due(db: AsyncSession, now: datetime, due: int, everyone: int) -> None:
    """So many of them, since a second ago."""
    since = now - A_SECOND
    await db.exec(
        update(CadenceRow)
        .where(text(f"member_id IN ({_scattered(due, everyone)})"))
        .values(next_due_at=since, next_day=_local_date(noon_zone(now), since), last_day=None)
        .execution_options(synchronize_session=False)
    )


async def copy_rows(
    db: AsyncSession, table: type[SQLModel], changed: dict[str, str], of: str
) -> None:
    """A row for each of what `of` names, after the one it calls the model."""
    columns = [column.name for column in table.__table__.columns]
    values = [changed.get(column, f"model.{column}") for column in columns]
    connection = await db.connection()
    await connection.execute(
        text(
            f"INSERT INTO {table.__tablename__} ({', '.join(columns)}) "  # noqa: S608 - our words
            f"SELECT {', '.join(values)} FROM {of}"
        )
    )


def _scattered(due: int, everyone: int) -> str:
    """So many of them, spread evenly over everyone as in life."""
    return (
        "SELECT numbered.id FROM "  # noqa: S608 - our own numbers
        "(SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM member) AS numbered "
        f"WHERE n * {due} / {everyone} <> (n + 1) * {due} / {everyone}"
    )


def _leader(number: int, now: datetime) -> NewMember:
    name = f"leader-{number}"
    return NewMember(user_id=name, address=name, name=name, timezone=noon_zone(now), is_leader=True)


async def _first_leader(db: AsyncSession, now: datetime, slots: str) -> Member:
    since, later = now - timedelta(days=30), now + timedelta(days=7)
    workspace = Workspace(platform=PLATFORM, external_id=WORKSPACE)
    db.add(workspace)
    await db.flush()
    [leader] = await add_members(db, workspace.id, [_leader(0, now)])
    agreement = Agreement(
        workspace_id=workspace.id, member_id=leader.id, notice=NOTICE_VERSION, agreed_at=since
    )
    permission = Permission(agreement_id=agreement.id, allows=Allowed.QUESTIONS, given_at=since)
    cadence = CadenceRow(
        member_id=leader.id,
        kind=NudgeKind.QUESTION,
        workspace_id=workspace.id,
        slots=slots,
        zone=leader.timezone,
        # Each would be one more nudge to count, days after what is drilled here.
        reminders=False,
        next_due_at=later,
        next_day=_local_date(leader.timezone, later),
    )
    for row in (agreement, permission, cadence):
        db.add(row)
        await db.flush()
    await set_objective(db, leader, "Partners start things together.", ["connect"], since)
    return leader


def _local_date(zone: str, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _history(leader: Member, bank: Bank, asked: int, now: datetime) -> list[Nudge]:
    """A question every third day, the newest three days ago."""
    days = [now - timedelta(days=3 * number) for number in range(1, asked + 1)]
    return [
        Nudge(
            workspace_id=leader.workspace_id,
            member_id=leader.id,
            slot=f"{at.date().isoformat()}/{NudgeKind.QUESTION}",
            kind=NudgeKind.QUESTION,
            due_at=at,
            ready_at=at,
            expires_at=at,
            state=NudgeState.SENT,
            sent_at=at,
            question_id=question.id,
            question_version=question.version,
            reason="Your objective touches partners.",
            closed_at=at,
            outcome=Outcome.ANSWERED,
        )
        for at, question in zip(days, bank.themed, strict=False)
    ]
