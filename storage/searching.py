"""Finding something among one's own answers: they are opened, looked through and forgotten again.

There is no index of words: it would say outside of the seal what stands within it.
"""

import asyncio
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.members import Member
from storage.sealing import keys_of, places_in
from storage.tables import Reflection
from storage.vault import CannotOpenError, Key

AT_ONCE = 500
_STRAIGHT = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}


async def find_in_answers(db: AsyncSession, someone: Member, wanted: str) -> set[UUID]:
    """The ids of their reflections that hold every one of these words, in whatever case and with
    whatever accents. A damaged one holds none."""
    words = plain(wanted).split()
    keys = await keys_of(db, [someone.id])
    if not words or someone.id not in keys:
        return set()
    found: set[UUID] = set()
    connection = await db.connection()
    rows = await connection.stream(
        select(col(Reflection.id), col(Reflection.words)).where(
            col(Reflection.member_id) == someone.id
        )
    )
    # In slices, and opened beside the event loop: all at once would hold up whoever else is here.
    async for some in rows.partitions(AT_ONCE):
        sealed = [(row.id, row.words) for row in some]
        found |= await asyncio.to_thread(_look_through, someone, keys[someone.id], sealed, words)
    return found


def _look_through(
    someone: Member, key: Key, sealed: Sequence[tuple[UUID, bytes]], words: Sequence[str]
) -> set[UUID]:
    found, place = set(), places_in(Reflection, someone.workspace_id, someone.id, "words")
    for row, blob in sealed:
        try:
            said = key.open(place(row), blob)
        except CannotOpenError:
            continue
        said = plain(said)
        if all(word in said for word in words):
            found.add(row)
    return found


def plain(words: str) -> str:
    """As it is compared: “Café” is found by “cafe”, and “didn’t” by “didn't”."""
    # Telephones bend quotation marks by themselves; an answer that has no more than these is
    # spared what comes after, which takes ten times as long.
    for bent, straight in _STRAIGHT.items():
        words = words.replace(bent, straight)
    if words.isascii():
        return words.casefold()
    apart = unicodedata.normalize("NFKD", words.casefold())
    for mark in filter(unicodedata.combining, set(apart)):
        apart = apart.replace(mark, "")
    return apart
