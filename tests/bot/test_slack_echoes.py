"""A nudge of which Slack's answer was lost is in Amara's chat once, and known to be there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.echoing import note_echo
from bot.slack.incoming import Echo
from prompts.bank import ServedBank
from scheduler.tidying import reap
from storage.engine import reading, transaction
from storage.members import find_member, reached_at
from storage.nudges import add_nudges
from storage.tables import Nudge, NudgeKind, NudgeState
from tests.bot.playing import sqlite
from tests.bot.slack_ward import PLATFORM, Ward, agrees, answered, in_the_ward
from tests.cast import MONDAY
from tests.scheduler.cohort import RUN_OUT, a_question
from tests.slack.faults import Fault, disconnected, html_page, rate_limited
from tests.slack.people import Given
from tests.slack.workspace import Post

POST = "chat.postMessage"
NOON = MONDAY + timedelta(days=1, hours=3)
MINUTE = timedelta(minutes=1)
ANSWER = "I rang her before the round, and listened."


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    """Amara has agreed. What is posted comes back only where a test says so."""
    async with in_the_ward(engine, served_bank) as ward:
        await agrees(ward)
        ward.now = NOON
        yield ward


async def has_due(ward: Ward, slot: str = "noon") -> UUID:
    async with transaction(ward.engine) as db:
        amara = await find_member(db, PLATFORM, ward.royal.id, ward.amara.id)
        assert amara
        nudge = a_question(amara, ward.now, slot=slot, expires_at=ward.now + timedelta(hours=9))
        db.add(nudge)
    return nudge.id


async def nudge(ward: Ward, nudge_id: UUID) -> Nudge:
    async with reading(ward.engine) as db:
        return await db.get_one(Nudge, nudge_id)


def names(metadata: Given, nudge_id: UUID) -> bool:
    return bool(metadata) and metadata["event_payload"] == {"delivery_id": str(nudge_id)}


def asked(ward: Ward, nudge_id: UUID) -> list[Post]:
    """The messages of ours that are this nudge."""
    return [one for one in ward.slack.messages(ward.amara) if names(one.metadata, nudge_id)]


def goes_wrong(ward: Ward, nudge_id: UUID, fault: Fault) -> None:
    ward.slack.faults.put(POST, fault, when=lambda said: names(said.get("metadata", {}), nudge_id))


async def comes_back(ward: Ward) -> None:
    await ward.slack.settled()
    await ward.settles()


async def is_looked_into(ward: Ward) -> None:
    """The sender's lease has run out."""
    async with ward.engine.begin() as connection:
        await connection.execute(RUN_OUT)
    await reap(ward.engine, {PLATFORM: ward.app.messenger}, ward.now)


def looked_up(ward: Ward) -> int:
    return len(ward.slack.called("conversations.history"))


async def is_forgotten(ward: Ward) -> None:
    """In which channel she is reached is not known."""
    async with transaction(ward.engine) as db:
        amara = await find_member(db, PLATFORM, ward.royal.id, ward.amara.id, to_change=True)
        assert amara
        await reached_at(db, amara, "")


async def test_the_answer_is_lost_and_the_message_comes_back(ward: Ward) -> None:
    ward.slack.echoes = True
    question = await has_due(ward)
    goes_wrong(ward, question, disconnected(accepted=True))
    await ward.passes()
    assert (await nudge(ward, question)).state is NudgeState.SENDING

    await comes_back(ward)
    await is_looked_into(ward)

    found, [post] = await nudge(ward, question), asked(ward, question)
    assert (found.state, found.message_id) == (NudgeState.SENT, f"{post.channel}/{post.ts}")
    assert found.open_until
    assert looked_up(ward) == 0
    await ward.passes(minutes=5)
    assert len(asked(ward, question)) == 1
    await ward.says(ward.amara, ANSWER, thread=post)
    assert await answered(ward) == [ANSWER]


async def test_the_message_that_never_came_back_is_found_by_looking(ward: Ward) -> None:
    question = await has_due(ward)
    goes_wrong(ward, question, disconnected(accepted=True))
    await ward.passes()
    await is_looked_into(ward)

    found, [post] = await nudge(ward, question), asked(ward, question)
    assert (found.state, found.message_id) == (NudgeState.SENT, f"{post.channel}/{post.ts}")
    assert looked_up(ward) == 1


async def test_what_never_arrived_is_sent_again_once(ward: Ward) -> None:
    question = await has_due(ward)
    goes_wrong(ward, question, disconnected(accepted=False))
    await ward.passes()
    assert asked(ward, question) == []
    await is_looked_into(ward)
    await ward.passes(minutes=3)

    found, [post] = await nudge(ward, question), asked(ward, question)
    assert (found.state, found.message_id) == (NudgeState.SENT, f"{post.channel}/{post.ts}")


async def test_where_nobody_could_look_the_doubt_ends_when_it_comes_back(ward: Ward) -> None:
    ward.slack.echoes = True
    await is_forgotten(ward)
    question = await has_due(ward)
    goes_wrong(ward, question, disconnected(accepted=True))
    await ward.passes()
    # Slack is late with it.
    await ward.slack.settled()
    await is_looked_into(ward)
    assert (await nudge(ward, question)).state is NudgeState.IN_DOUBT

    await ward.settles()

    found, [post] = await nudge(ward, question), asked(ward, question)
    assert (found.state, found.message_id) == (NudgeState.SENT, f"{post.channel}/{post.ts}")
    assert (found.ended_because, found.owner, found.lease_until) == ("", None, None)


async def test_what_was_put_back_though_it_arrived_is_not_sent_again(ward: Ward) -> None:
    """It stood in no history when we looked, and came back after."""
    ward.slack.echoes = True
    question = await has_due(ward)
    goes_wrong(ward, question, disconnected(accepted=True))
    await ward.passes()
    await ward.slack.settled()
    [post] = asked(ward, question)
    hidden, post.metadata = post.metadata, {}
    await is_looked_into(ward)
    post.metadata = hidden
    assert (await nudge(ward, question)).state is NudgeState.READY

    await ward.settles()
    await ward.passes(minutes=3)

    assert asked(ward, question) == [post]
    assert (await nudge(ward, question)).state is NudgeState.SENT


@pytest.mark.parametrize("state", [NudgeState.GIVEN_UP, NudgeState.EXPIRED, NudgeState.SENT])
async def test_what_is_settled_stays_as_it_is(ward: Ward, state: NudgeState) -> None:
    question = await has_due(ward)
    async with transaction(ward.engine) as db:
        row = await db.get_one(Nudge, question)
        row.state, row.attempts, row.ended_because = state, 1, "As it was."
        row.message_id = "D7/1.2" if state is NudgeState.SENT else ""
    before = await nudge(ward, question)

    assert not await echoes(ward, str(question))
    assert await nudge(ward, question) == before


async def test_where_a_question_that_was_asked_for_stands_is_learnt_from_it(ward: Ward) -> None:
    question = await has_due(ward)
    async with transaction(ward.engine) as db:
        row = await db.get_one(Nudge, question)
        row.state, row.sent_at = NudgeState.SENT, ward.now

    assert await echoes(ward, str(question))
    assert not await echoes(ward, str(question), message="9.9")

    found = await nudge(ward, question)
    assert (found.state, found.sent_at, found.message_id) == (NudgeState.SENT, ward.now, "D1/1.0")


async def test_what_was_never_begun_cannot_come_back(ward: Ward) -> None:
    question = await has_due(ward)
    assert not await echoes(ward, str(question))
    assert (await nudge(ward, question)).state is NudgeState.READY


async def test_what_names_nothing_of_this_workspace_changes_nothing(ward: Ward) -> None:
    question = await has_due(ward)
    await ward.passes()
    before = await nudge(ward, question)
    for named in ("", "no id", str(uuid4())):
        assert not await echoes(ward, named)
    other = await has_due(ward, "another")
    goes_wrong(ward, other, disconnected(accepted=True))
    await ward.passes(hours=5)
    assert not await echoes(ward, str(other), workspace="T0ELSEWHERE")
    assert await nudge(ward, question) == before


async def echoes(
    ward: Ward, named: str, *, message: str = "1.0", workspace: str | None = None
) -> bool:
    echo = Echo("Ev1", workspace or ward.royal.id, "D1", message, named)
    async with transaction(ward.engine) as db:
        return await note_echo(db, echo, ward.now)


# By chance


@sqlite
@pytest.mark.parametrize("seed", range(12))
async def test_whatever_slack_does_each_nudge_arrives_once(ward: Ward, seed: int) -> None:
    """Answers are lost and posts are refused, echoes come at once, late, twice or never, and the
    matter is looked into whenever it is."""
    chance = Random(seed)  # noqa: S311 - so that it can be repeated
    ward.slack.echoes = chance.random() < 0.7
    async with transaction(ward.engine) as db:
        amara = await find_member(db, PLATFORM, ward.royal.id, ward.amara.id)
        assert amara
        nudges = [
            a_question(
                amara,
                ward.now,
                slot=f"question {n}",
                kind=NudgeKind.QUESTION,
                expires_at=ward.now + timedelta(days=5),
            )
            for n in range(4)
        ]
        await add_nudges(db, nudges)
    for _ in range(30):
        happens(ward, chance)
        await ward.passes(minutes=chance.choice([1, 3, 70]))
        if chance.random() < 0.4:
            await comes_back(ward)
        if chance.random() < 0.5:
            await is_looked_into(ward)
    ward.slack.faults.clear()
    for _ in range(2):
        await comes_back(ward)
        await is_looked_into(ward)
        await ward.passes(hours=2)
    for one in nudges:
        found, [post] = await nudge(ward, one.id), asked(ward, one.id)
        assert (found.state, found.message_id) == (NudgeState.SENT, f"{post.channel}/{post.ts}")


def happens(ward: Ward, chance: Random) -> None:
    faults: list[Fault] = [
        disconnected(accepted=True),
        disconnected(accepted=False),
        html_page(accepted=True),
        html_page(accepted=False),
        rate_limited(1),
    ]
    if chance.random() < 0.6:
        ward.slack.faults.put(POST, chance.choice(faults))
