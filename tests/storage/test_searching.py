"""Looking something up among very many answers: all of them are looked through, slice by slice."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import reading
from storage.members import Member
from storage.reflections import FEW, Looked, journal
from storage.searching import AT_ONCE, find_in_answers
from tests.drills.years import lay_out_journal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MANY = 2 * max(AT_ONCE, FEW) + 30
OLDEST = f"({MANY - 1})"


async def newest(engine: AsyncEngine, leader: Member, words: str, limit: int) -> list[int]:
    """How many days ago each was answered, of the newest that hold these words."""
    async with reading(engine) as db:
        found = await find_in_answers(db, leader, words)
        entries = await journal(db, leader, limit, Looked(among=found))
    return [(NOW - one.answered_at).days - 1 for one in entries]


async def test_the_oldest_of_very_many_is_found_and_so_are_all(engine: AsyncEngine) -> None:
    leader = await lay_out_journal(engine, NOW, MANY)
    assert await newest(engine, leader, OLDEST, 13) == [MANY - 1]
    assert await newest(engine, leader, "Ward CLERK", 13) == list(range(13))
    assert await newest(engine, leader, "sailing", 13) == []
    # Of more than a statement would take, those that are not among the first slices, either.
    async with reading(engine) as db:
        found = await find_in_answers(db, leader, "weeks")
        recent = {one.id for one in await journal(db, leader, FEW + 3)}
        entries = await journal(db, leader, 2, Looked(among=found - recent))
    assert len(found) == MANY
    assert len(found - recent) > FEW
    assert [(NOW - one.answered_at).days - 1 for one in entries] == [FEW + 3, FEW + 4]


async def test_page_after_page_shows_every_answer_once(engine: AsyncEngine) -> None:
    leader = await lay_out_journal(engine, NOW, 30)
    seen: list[int] = []
    async with reading(engine) as db:
        page = await journal(db, leader, 7)
        while page:
            seen += [(NOW - one.answered_at).days - 1 for one in page]
            page = await journal(db, leader, 7, Looked(older_than=page[-1]))
    assert seen == list(range(30))


async def test_what_a_telephone_bends_is_found_as_it_is_typed(engine: AsyncEngine) -> None:
    leader = await lay_out_journal(engine, NOW, 1, "“She’d known” – for weeks…")
    for words in ("she'd", "she’d", "\"she'd", "weeks..."):
        assert await newest(engine, leader, words, 13) == [0], words
