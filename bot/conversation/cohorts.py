"""What a cohort's days, hours and holidays mean for its leaders."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from scheduler.planning import next_moment, replan
from storage.cadences import away_days, cadence_of, in_cohort
from storage.members import Member
from storage.programmes import nation_of
from storage.tables import Cohort


async def follow(db: AsyncSession, cohort: Cohort, now: datetime) -> None:
    """Whoever has not chosen their own days follows, from their next question on."""
    for row in await in_cohort(db, cohort.id):
        if not row.own:
            row.slots, row.earliest, row.latest = cohort.slots, cohort.earliest, cohort.latest
    await keep_holidays(db, cohort, now)


async def keep_holidays(db: AsyncSession, cohort: Cohort, now: datetime) -> None:
    """Bank holidays are kept by everybody, and each one's next moment is set afresh."""
    nation, rows = await nation_of(db, cohort), await in_cohort(db, cohort.id)
    away = await away_days(db, [row.member_id for row in rows])
    for row in rows:
        row.nation = nation
        if row.next_due_at is not None:
            coming = next_moment(row, away.get(row.member_id, ()), now)
            row.next_due_at, row.next_day = (coming.at, coming.day) if coming else (None, None)
        db.add(row)


async def join(db: AsyncSession, someone: Member, cohort: Cohort, now: datetime) -> None:
    """They are asked on its days and hours from now on, unless they chose their own."""
    row = await cadence_of(db, someone)
    if row is None:
        return
    if not row.own:
        row.slots, row.earliest, row.latest = cohort.slots, cohort.earliest, cohort.latest
    row.nation = await nation_of(db, cohort)
    if row.next_due_at is not None:
        await replan(db, row, now)
    db.add(row)
