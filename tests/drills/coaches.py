"""Many coaches whose digests are all due at one moment, for the drills and the measurements.

As in life they coach unequally many: one to three leaders, two on average. Each leader shared an
objective, an experiment and some answers in the weeks before, of which a digest told; every other
one has shared an answer since. Nothing here is ever opened, so nothing is sealed for its place.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from scheduler.cadence import DAYS
from storage.engine import transaction
from storage.members import Member, NewMember, add_members
from storage.tables import (
    CadenceRow,
    Experiment,
    MemberRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Pairing,
    Reflection,
)
from tests.drills.crowd import A_SECOND, NEW_ID, copy_rows, lay_out_crowd, noon_zone

A_DAY = timedelta(days=1)
MOST_LEADERS = 3
# How many answers each leader shared before the last digest.
TOLD = 3
EARLIER = "earlier"
# Everybody else's, after the first leader's.
QUESTIONS = "nudge AS model JOIN pairing ON pairing.leader_id <> model.member_id"
ANSWERS = (
    "reflection AS model CROSS JOIN nudge JOIN pairing ON pairing.leader_id = nudge.member_id "
    "WHERE nudge.id <> model.nudge_id AND nudge.kind = 'question'"
)
EXPERIMENTS = "experiment AS model JOIN pairing ON pairing.leader_id <> model.member_id"
# Of every second leader of each coach.
EVERY_OTHER = (
    "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY coach_id ORDER BY id) AS n "
    "FROM pairing) AS numbered WHERE n % 2 = 0"
)
NOTED = (
    "INSERT INTO digest_item (nudge_id, item_id, kind, pairing_id, member_id, shared_at, moves) "  # noqa: S608 - our own words
    "SELECT nudge.id, item.id, '{table}', pairing.id, pairing.leader_id, item.shared_at, {moves} "
    "FROM {table} AS item JOIN pairing ON pairing.id = item.pairing_id "
    f"JOIN nudge ON nudge.member_id = pairing.coach_id AND nudge.slot = '{EARLIER}' "
    "WHERE item.shared_at < nudge.due_at"
)


def leaders_of(coaches: int) -> int:
    """How many leaders so many coaches have."""
    return sum(1 + number % MOST_LEADERS for number in range(coaches))


async def lay_out_coaches(engine: AsyncEngine, now: datetime, coaches: int) -> None:
    await lay_out_crowd(engine, now, due=0, others=leaders_of(coaches))
    async with transaction(engine) as db:
        connection = await db.connection()
        await connection.execute(
            text(
                "INSERT INTO permission (id, agreement_id, allows, given_at) "  # noqa: S608
                f"SELECT {NEW_ID[engine.dialect.name]}, agreement_id, 'sharing', given_at "
                "FROM permission"
            )
        )
        people = await _coaches(db, coaches, now)
        await _share(db, await _pair(db, people, now), now)
        await _tell_earlier(db, people, now)
        await _count(db)
        await _share_likewise(db, NEW_ID[engine.dialect.name], now - A_DAY)
        await _count(db)
        for table, moves in (("reflection", 0), ("objective", 0), ("experiment", 1)):
            await connection.execute(text(NOTED.format(table=table, moves=moves)))
        await make_digests_due(db, now)
    await look_through(engine)


async def make_digests_due(db: AsyncSession, now: datetime) -> None:
    """Of every coach, since a second ago; and nobody was told yet of what is new."""
    since = now - A_SECOND
    connection = await db.connection()
    newer = f"SELECT id FROM nudge WHERE kind = 'digest' AND slot <> '{EARLIER}'"  # noqa: S608
    await connection.execute(text(f"DELETE FROM digest_item WHERE nudge_id IN ({newer})"))  # noqa: S608
    await connection.execute(text(f"DELETE FROM nudge WHERE id IN ({newer})"))  # noqa: S608
    await db.exec(
        update(CadenceRow)
        .where(col(CadenceRow.kind) == NudgeKind.DIGEST)
        .values(next_due_at=since, next_day=since.date(), last_day=None)
        .execution_options(synchronize_session=False)
    )


async def look_through(engine: AsyncEngine) -> None:
    """PostgreSQL plans by what it counted, as it does by itself in the course of a day."""
    if engine.dialect.name == "postgresql":
        async with engine.connect() as alone:
            await alone.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(text("VACUUM ANALYZE"))


async def insert_all(db: AsyncSession, rows: Sequence[SQLModel]) -> None:
    """All of one table."""
    table = type(rows[0]).__table__  # type: ignore[attr-defined]
    connection = await db.connection()
    await connection.execute(insert(table), [one.model_dump() for one in rows])


async def insert_like(
    db: AsyncSession, model: SQLModel, changes: Sequence[Mapping[str, object]]
) -> None:
    """A row for each of these, which differs from the model by that alone. To make so many whole
    objects would take longer than to store them."""
    row, table = model.model_dump(), type(model).__table__  # type: ignore[attr-defined]
    connection = await db.connection()
    await connection.execute(insert(table), [{**row, **changed} for changed in changes])


async def _coaches(db: AsyncSession, count: int, now: datetime) -> list[Member]:
    workspace, zone = (await db.exec(select(MemberRow.workspace_id))).first(), noon_zone(now)
    assert workspace
    names = [f"coach-{number}" for number in range(count)]
    coaches = await add_members(
        db,
        workspace,
        [
            NewMember(user_id=one, address=one, name=one, timezone=zone, is_coach=True)
            for one in names
        ],
    )
    model = CadenceRow(
        member_id=coaches[0].id,
        kind=NudgeKind.DIGEST,
        workspace_id=workspace,
        slots=f"{DAYS[now.weekday()][:3]} 12:00",
        zone=zone,
    )
    await insert_like(db, model, [{"member_id": one.id} for one in coaches])
    return coaches


async def _pair(db: AsyncSession, coaches: Sequence[Member], now: datetime) -> Pairing:
    """Returns the first of all the pairings."""
    leaders = iter(list(await db.exec(select(MemberRow.id).where(col(MemberRow.is_leader)))))
    model = Pairing(
        workspace_id=coaches[0].workspace_id,
        leader_id=coaches[0].id,
        coach_id=coaches[0].id,
        accepted_at=now - 90 * A_DAY,
    )
    pairs = [
        {"id": uuid4(), "coach_id": coach.id, "leader_id": next(leaders)}
        for number, coach in enumerate(coaches)
        for _ in range(1 + number % MOST_LEADERS)
    ]
    await insert_like(db, model, pairs)
    return model.model_copy(update=pairs[0])


async def _share(db: AsyncSession, pairing: Pairing, now: datetime) -> None:
    """What the first leader was asked and shared; one of the answers, for a model of all others."""
    whose: dict[str, Any] = {"workspace_id": pairing.workspace_id, "member_id": pairing.leader_id}
    days = [now - 7 * number * A_DAY for number in range(TOLD, 0, -1)]
    shared: dict[str, Any] = {"shared_at": days[0], "pairing_id": pairing.id}
    questions = [_question(at, whose) for at in (*days, now - A_DAY)]
    answer = Reflection(
        **whose,
        **shared,
        nudge_id=questions[0].id,
        question_id="CON-OPN-1",
        question_version=1,
        question_words="What was it?",
        words=bytes(300),
        answered_at=days[0],
    )
    experiment = Experiment(
        **whose,
        **shared,
        due=now.date(),
        words=bytes(300),
        made_at=days[0],
        moves=1,
        moved_at=days[0],
    )
    for rows in (questions, [answer], [experiment]):
        await insert_all(db, rows)


def _question(at: datetime, whose: dict[str, Any]) -> Nudge:
    return Nudge(
        **whose,
        slot=at.date().isoformat(),
        kind=NudgeKind.QUESTION,
        due_at=at,
        ready_at=at,
        expires_at=at,
        state=NudgeState.SENT,
        question_id="CON-OPN-1",
    )


async def _tell_earlier(db: AsyncSession, coaches: Sequence[Member], now: datetime) -> None:
    at = now - 3 * A_DAY
    model = Nudge(
        workspace_id=coaches[0].workspace_id,
        member_id=coaches[0].id,
        slot=EARLIER,
        kind=NudgeKind.DIGEST,
        due_at=at,
        ready_at=at,
        expires_at=at,
        state=NudgeState.SENT,
    )
    await insert_like(db, model, [{"id": uuid4(), "member_id": one.id} for one in coaches])


async def _share_likewise(db: AsyncSession, new_id: str, newest: datetime) -> None:
    theirs = {"id": new_id, "member_id": "pairing.leader_id", "pairing_id": "pairing.id"}
    await copy_rows(db, Nudge, theirs, f"{QUESTIONS} WHERE model.kind = 'question'")
    await _count(db)
    of_the_day = {
        "nudge_id": "nudge.id",
        "answered_at": "nudge.due_at",
        "shared_at": "nudge.due_at",
    }
    some = f"(nudge.slot <> '{newest.date().isoformat()}' OR pairing.id NOT IN ({EVERY_OTHER}))"
    await copy_rows(db, Reflection, {**theirs, **of_the_day}, f"{ANSWERS} AND {some}")
    await copy_rows(db, Experiment, theirs, EXPERIMENTS)
    connection = await db.connection()
    await connection.execute(
        text(
            "UPDATE objective SET shared_at = made_at, "
            "pairing_id = (SELECT id FROM pairing WHERE leader_id = objective.member_id)"
        )
    )


async def _count(db: AsyncSession) -> None:
    """Or PostgreSQL would take what was just laid out for a handful of rows."""
    connection = await db.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(text("ANALYZE"))
