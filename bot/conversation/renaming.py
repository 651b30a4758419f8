"""A programme or a cohort gets another name, which nothing beside it has."""

from collections.abc import Sequence
from typing import TypeVar

from bot.conversation.scene import Scene
from bot.conversation.setups import NAME, RENAMED, SetupError, clean_name
from storage.changes import Thing
from storage.members import plainly
from storage.programmes import names_of, rename
from storage.tables import Cohort, Programme

T = TypeVar("T", Programme, Cohort)


async def rename_to(scene: Scene, row: T, beside: Sequence[T], typed: str) -> str:
    """Its name from now on. A form as it was before sends none, and changes none. Raises
    SetupError."""
    names = await names_of(scene.db, beside)
    if not typed.strip() or (name := clean_name(typed)) == names[row.id]:
        return names[row.id]
    if any(plainly(names[one.id]) == plainly(name) for one in beside if one.id != row.id):
        raise SetupError("There is another of that name already. Choose a different one.")
    await rename(scene.db, row, name)
    thing = Thing.COHORT if isinstance(row, Cohort) else Thing.PROGRAMME
    scene.changed(thing, row.id, NAME, RENAMED)
    return name
