"""Programmes, cohorts, days and hours are made as somebody wants them, and what was changed is
recorded: by the file and by the forms alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.cohorts import follow, keep_holidays
from bot.conversation.setups import (
    CohortSetup,
    Comparison,
    Difference,
    ProgrammeSetup,
    Setup,
    SetupError,
    as_setup,
    compare,
    twice,
    whole,
)
from bot.conversation.supporting import shipped_support
from prompts.composing.configuring import overdue_in_words
from prompts.supporting import out_of_date
from storage.changes import Change, Thing, note_change
from storage.members import plainly
from storage.programmes import (
    add_cohort,
    add_programme,
    cohorts_of,
    names_of,
    programmes_in,
    purposes_of,
    say_purpose,
)
from storage.tables import Cohort, Programme, Workspace

T = TypeVar("T", Programme, Cohort)


async def present_setup(db: AsyncSession, workspace_id: UUID) -> Setup:
    """Everything as it is now. Raises SetupError where two share a name."""
    workspace = await db.get_one(Workspace, workspace_id)
    programmes = await programmes_in(db, workspace_id)
    names, purposes = await names_of(db, programmes), await purposes_of(db, programmes)
    found = [
        ProgrammeSetup(
            names[one.id],
            purposes.get(one.id, ""),
            one.nation,
            one.opened_at is not None,
            await _cohorts(db, one),
        )
        for one in sorted(programmes, key=lambda one: (names[one.id], one.id))
    ]
    _only_one_of_each([one.name for one in found])
    return Setup(workspace.box_only, tuple(found))


async def _cohorts(db: AsyncSession, programme: Programme) -> tuple[CohortSetup, ...]:
    cohorts = await cohorts_of(db, programme)
    names = await names_of(db, cohorts)
    found = [
        as_setup(one, names[one.id])
        for one in sorted(cohorts, key=lambda one: (names[one.id], one.id))
    ]
    _only_one_of_each([one.name for one in found])
    return tuple(found)


def _only_one_of_each(names: list[str]) -> None:
    again = twice(names)
    if again is not None:
        raise SetupError(
            f"Two here are called “{names[again]}”, and a file cannot say which is meant. "
            "Give one of them another name in the chat."
        )


async def set_up(
    db: AsyncSession, workspace_id: UUID, wanted: Setup, now: datetime, actor: UUID | None = None
) -> Comparison:
    """`actor`: the lead who does it, or nobody for the operator's commands. Whatever is refused is
    refused before anything is written: SetupError, CadenceError."""
    # Two who set up the same workspace do so one after the other.
    workspace = await db.get_one(Workspace, workspace_id, with_for_update=True)
    present = await present_setup(db, workspace_id)
    compared = compare(wanted, present)
    check_may_open(wanted, present, now)
    about = await _write(db, workspace, wanted, now) if compared.differences else {}
    for one in compared.differences:
        _record(db, workspace_id, one, about, now, actor)
    return compared


def check_may_open(wanted: Setup, present: Setup, now: datetime) -> None:
    """Nobody begins while what they would be shown in need has not been checked."""
    begun = {plainly(one.name) for one in present.programmes if one.is_open}
    opening = [one for one in wanted.programmes if one.is_open and plainly(one.name) not in begun]
    overdue = out_of_date(shipped_support(), now.date()) if opening else []
    if overdue:
        raise SetupError(overdue_in_words(overdue))


def _record(
    db: AsyncSession,
    workspace_id: UUID,
    one: Difference,
    about: dict[tuple[str, str], UUID],
    now: datetime,
    actor: UUID | None,
) -> None:
    key = (plainly(one.programme), plainly(one.cohort))
    note_change(
        db,
        Change(now, workspace_id, _thing(one), one.before, one.after, about.get(key), actor),
    )


def _thing(one: Difference) -> Thing:
    if one.cohort:
        return Thing.COHORT
    return Thing.PROGRAMME if one.programme else Thing.WORKSPACE


async def _write(
    db: AsyncSession, workspace: Workspace, wanted: Setup, now: datetime
) -> dict[tuple[str, str], UUID]:
    """The ids of what was named, by the names."""
    if wanted.box_only is not None:
        workspace.box_only = wanted.box_only
        db.add(workspace)
    here = await _by_name(db, await programmes_in(db, workspace.id))
    about: dict[tuple[str, str], UUID] = {}
    for one in wanted.programmes:
        programme = here.get(plainly(one.name)) or await add_programme(db, workspace.id, one.name)
        about[plainly(one.name), ""] = programme.id
        moved = one.nation is not None and programme.nation != one.nation
        programme.nation = one.nation or programme.nation
        if one.is_open and programme.opened_at is None:
            programme.opened_at = now
        if one.purpose is not None:
            await say_purpose(db, programme, one.purpose)
        db.add(programme)
        await db.flush()
        cohorts = await _by_name(db, await cohorts_of(db, programme))
        for each in one.cohorts:
            cohort = await _write_cohort(db, programme, cohorts.get(plainly(each.name)), each, now)
            about[plainly(one.name), plainly(each.name)] = cohort.id
        for cohort in cohorts.values() if moved else ():
            await keep_holidays(db, cohort, now)
    return about


async def _write_cohort(
    db: AsyncSession,
    programme: Programme,
    cohort: Cohort | None,
    wanted: CohortSetup,
    now: datetime,
) -> Cohort:
    present = as_setup(cohort) if cohort else None
    cohort = cohort or await add_cohort(db, programme, wanted.name)
    after = whole(wanted, present)
    values = {
        "slots": after.slots,
        "earliest": after.earliest,
        "latest": after.latest,
        "nation": after.holidays,
    }
    if any(getattr(cohort, name) != value for name, value in values.items()):
        cohort.sqlmodel_update(values)
        db.add(cohort)
        await db.flush()
        await follow(db, cohort, now)
    return cohort


async def _by_name(db: AsyncSession, rows: Sequence[T]) -> dict[str, T]:
    names = await names_of(db, rows)
    return {plainly(names[row.id]): row for row in rows}
