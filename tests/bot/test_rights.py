"""Whoever sends whatever about whatever: nobody reads or changes what is another person's."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Event, Opened, Pressed, Submitted
from bot.conversation.turn import take_turn
from prompts.message import FormName, Press
from storage.audit import pending
from storage.engine import reading
from storage.tables import Cohort, Nudge, NudgeState, Pairing
from tests.bot.dialogue import EVERY_SWITCH, Dialogue
from tests.bot.tables import Row, rows_of, table_rows, undone
from tests.cast import PLACE, Programme
from tests.prompts.manners import faults_in

STANDS = "…? Only you can read your answer, unless you share it."
AMARAS_SHARED = "The agenda was mine all along."
AMARAS_TITLE = "The place board decides without looking at me."
AMARAS_OWN = "I am tired of carrying this board."
DANS = ("island council", "ambulance volunteers", "Partners start things together")
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", re.IGNORECASE)
# What each person may read of the others'.
PRIVATE_FROM = {
    "amara": DANS,
    "dan": (AMARAS_SHARED, AMARAS_TITLE, AMARAS_OWN),
    "ruth": (AMARAS_OWN, *DANS),
    "priya": (AMARAS_SHARED, AMARAS_TITLE, AMARAS_OWN, *DANS),
}
NAMES = {
    "amara": "Amara Okafor",
    "dan": "Dan Whitfield",
    "ruth": "Ruth Ellis",
    "priya": "Priya Nair",
}
VALUES: dict[str, tuple[str, ...]] = {
    "questions": ("on",),
    "words": ("Something quite different.",),
    "themes": ("care",),
    "objective": ("none",),
    "until": ("2026-12-24",),
    "on": ("2026-12-24",),
    "at": ("10:00",),
    "day0": ("wed",),
    "hour0": ("10:00",),
    "earliest": ("09:00",),
    "latest": ("17:00",),
    "zone": ("Europe/Paris",),
}


async def a_week_later(chat: Dialogue) -> Programme:
    """Amara has shared one answer and kept one, and has a question open; Ruth has a digest."""
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
        ("[Set an objective]", "An objective of yours …"),
        (
            {"Six months from now, what would you most like to be different?": AMARAS_TITLE},
            "Your objective is kept. …",
        ),
        ("Tuesday 12:00", STANDS),
        ("[Answer]", "…? …"),
        ({"Your answer": AMARAS_SHARED}, "…? Saved, for you only."),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Thursday 16:00", STANDS),
        ("[Answer]", "…? …"),
        ({"Your answer": AMARAS_OWN}, "…? Saved, for you only."),
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
        ("Tuesday 12:00", STANDS),
    )
    return chat.programme


async def every_about(programme: Programme) -> list[str]:
    """An id of each kind of thing of each of its owners; and what is nobody's."""
    found: dict[tuple[object, ...], UUID] = {}
    async with reading(programme.engine) as db:
        for nudge in await db.exec(select(Nudge).where(Nudge.state == NudgeState.SENT)):
            # Amara has one that is open and one that is closed.
            found[nudge.member_id, nudge.closed_at is None] = nudge.id
        for table in (Pairing, Cohort):
            found[table, None] = (await db.exec(select(table.id).limit(1))).one()
    abouts = [str(key) for key in (*found.values(), uuid4())] + ["", "nonsense\0" * 1000]
    if programme.engine.dialect.name == "sqlite":
        return abouts
    # The turns are the same on both; what a database could choke on are the last three.
    return [*abouts[:2], *abouts[-3:]]


async def turn(programme: Programme, db: AsyncSession, event: Event) -> str:
    replies = await take_turn(db, event, now=programme.now, bank=programme.bank, place=PLACE)
    assert replies
    assert not [fault for reply in replies for fault in faults_in(reply)]
    return repr(replies)


def said_too_much(who: str, reply: str) -> list[str]:
    return [words for words in PRIVATE_FROM[who] if words in reply]


@pytest.mark.parametrize("who", PRIVATE_FROM)
async def test_looking_shows_nothing_of_another_and_changes_nothing(
    chat: Dialogue, who: str
) -> None:
    programme = await a_week_later(chat)
    abouts = await every_about(programme)
    async with undone(programme.engine) as db:
        before = await rows_of(db)
        for form in FormName:
            for about in abouts:
                reply = await turn(programme, db, Opened(*programme.who(who), form, about))
                assert not said_too_much(who, reply), (form, about)
        assert await rows_of(db) == before


async def test_the_coach_sees_what_was_shared_and_no_more(chat: Dialogue) -> None:
    """So that the test above cannot pass by showing nothing to anybody."""
    programme = await a_week_later(chat)
    page = repr(await programme.opens("ruth", FormName.DIGEST, programme.asked("Ruth Ellis")))
    assert AMARAS_SHARED in page
    assert AMARAS_TITLE in page
    assert AMARAS_OWN in repr(await programme.opens("amara", FormName.JOURNAL))


@pytest.mark.parametrize("who", PRIVATE_FROM)
async def test_nothing_that_is_sent_reaches_another_persons_things(
    chat: Dialogue, who: str
) -> None:
    programme = await a_week_later(chat)
    abouts = await every_about(programme)
    await _tries(
        programme,
        who,
        [Pressed(*programme.who(who), press, about) for press in Press for about in abouts],
    )
    await _tries(
        programme,
        who,
        [
            Submitted(*programme.who(who), form, about, VALUES)
            for form in FormName
            for about in abouts
        ],
    )


async def _tries(programme: Programme, who: str, events: Iterable[Event]) -> None:
    member = await programme.member(NAMES[who])
    async with reading(programme.engine) as db:
        before = await rows_of(db)
    for event in events:
        async with undone(programme.engine) as db:
            with written_by(programme.engine) as written:
                reply = await turn(programme, db, event)
                await db.flush()
            assert not said_too_much(who, reply), event
            # Whatever is to be recorded names them as whoever did it.
            assert {entry.actor for entry in pending(db)} <= {member.id}, event
            after = {name: await table_rows(db, name) for name in written - {"receipt"}}
        strange = _not_theirs(who, member.id, before, after)
        assert not strange, (event, strange)


@contextmanager
def written_by(engine: AsyncEngine) -> Iterator[set[str]]:
    """The names of the tables that something is written to in the meantime."""
    written: set[str] = set()

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        if found := WRITES.match(statement):
            written.add(found[1])

    listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield written
    finally:
        remove(engine.sync_engine, "before_cursor_execute", note)


def _not_theirs(
    who: str, member: UUID, before: dict[str, list[Row]], after: dict[str, list[Row]]
) -> list[tuple[str, Row]]:
    """The changed rows that this person has no right to change."""
    theirs = [row for row in before["pairing"] if member in {row["leader_id"], row["coach_id"]}]
    pairings = {row["id"] for row in theirs}
    partners = {row[one] for row in theirs for one in ("leader_id", "coach_id")}
    leaders = {row["leader_id"] for row in before["pairing"] if row["coach_id"] == member}
    agreements = (*before["agreement"], *after.get("agreement", ()))
    agreed = {row["id"]: row["member_id"] for row in agreements}
    strange = []
    for name, rows in after.items():
        was = before[name]
        for row in [one for one in was if one not in rows] + [
            one for one in rows if one not in was
        ]:
            owner = row.get("member_id") or agreed.get(row.get("agreement_id")) or row["id"]
            allowed = (
                owner == member
                # What is shared with a coach is not hers to change; when they meet is, for both,
                # and whether they work together at all.
                or (name == "coaching_session" and row["pairing_id"] in pairings)
                or (name == "pairing" and row["id"] in pairings)
                # And the other one is told that something was done.
                or (name == "nudge" and row["kind"] == "notice" and row["member_id"] in partners)
                # And with it, what is asked around a session.
                or (name == "sequence_run" and row["member_id"] in leaders)
                # A lead changes a cohort's hours, and with them those of whoever follows it.
                or (who == "priya" and name in {"cohort", "cadence"})
            )
            if not allowed:
                strange.append((name, row))
    return strange
