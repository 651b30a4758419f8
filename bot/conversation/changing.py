"""The log of changes as people read it: for a lead's page and for the operator's command."""

from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.composing.configuring import Change
from storage.changes import Kept, Thing, changes_in
from storage.members import opened_names
from storage.programmes import names_of
from storage.tables import Cohort, OwnQuestion, Pairing, Programme

T = TypeVar("T", Programme, Cohort, Pairing, OwnQuestion)

OPERATOR, GONE = "Whoever runs Bearings", "Somebody who has left"


async def latest_changes(db: AsyncSession, workspace_id: UUID, limit: int) -> list[Change]:
    """Newest first, with the names of whatever is still there."""
    kept = await changes_in(db, workspace_id, limit)
    names = await _names(db, kept)
    return [
        Change(
            one.at,
            OPERATOR if one.actor is None else names.get(one.actor, GONE),
            _what(one, names),
            one.before,
            one.after,
        )
        for one in kept
    ]


def _what(one: Kept, names: dict[UUID, str]) -> str:
    if one.thing not in set(Thing):
        return one.thing  # as an earlier version wrote it
    name = names.get(one.about) if one.about else None
    return f"{one.thing.capitalize()} {name}" if name else one.thing.capitalize()


async def _names(db: AsyncSession, kept: Sequence[Kept]) -> dict[UUID, str]:
    ids = {one.about for one in kept if one.about}
    pairings = await _rows(db, Pairing, ids)
    both = {each for one in pairings for each in (one.leader_id, one.coach_id)}
    people = await opened_names(db, {*ids, *both, *(one.actor for one in kept if one.actor)})
    places: list[Programme | Cohort] = [
        *await _rows(db, Programme, ids),
        *await _rows(db, Cohort, ids),
    ]
    return {
        **people,
        **await names_of(db, places),
        **{
            one.id: f"{people.get(one.leader_id, GONE)} with {people.get(one.coach_id, GONE)}"
            for one in pairings
        },
        **{one.id: one.key for one in await _rows(db, OwnQuestion, ids)},
    }


async def _rows(db: AsyncSession, table: type[T], ids: Collection[UUID]) -> list[T]:
    return list(await db.exec(select(table).where(col(table.id).in_(ids))))
