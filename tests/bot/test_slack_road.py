"""The road from due to sent, over Slack."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.slack.posting import PLATFORM
from prompts.bank import Bank
from storage.tables import NudgeState, Workspace
from tests.bot.in_slack import InSlack, in_slack
from tests.cast import MONDAY
from tests.scheduler.cohort import Cohort
from tests.slack.faults import disconnected, rate_limited
from tests.slack.people import Person

NOON = MONDAY + timedelta(days=1, hours=3)


@pytest.fixture
async def world() -> AsyncIterator[InSlack]:
    async with in_slack() as world:
        world.clock.at = NOON
        yield world


@pytest.fixture
def amara(world: InSlack) -> Person:
    royal = world.slack.workspace("Royal Infirmary")
    return world.slack.person(royal, "Amara Osei")


@pytest.fixture
async def cohort(world: InSlack, amara: Person, engine: AsyncEngine, bank: Bank) -> Cohort:
    """Amara has written to the app before, so that her channel is known."""
    place = Workspace(platform=PLATFORM, external_id=amara.team)
    workspace = world.slack.world.workspaces[amara.team]
    world.tokens.of[place.id] = workspace.token
    cohort = Cohort(engine, bank, NOON, world.messenger, place)
    channel = world.slack.world.direct(amara).id
    await cohort.joins(amara.id, addresses={amara.id: channel})
    await cohort.has_due(amara.id)
    return cohort


async def test_a_question_is_sent_and_kept_under_slacks_name_for_it(
    world: InSlack, cohort: Cohort, amara: Person
) -> None:
    [sent] = await cohort.send()

    [post] = world.slack.messages(amara)
    assert sent.message_id == f"{post.channel}/{post.ts}"
    assert post.metadata["event_payload"] == {"delivery_id": str(sent.nudge_id)}


async def test_a_question_that_slack_took_before_the_line_broke_is_found_and_asked_once(
    world: InSlack, cohort: Cohort, amara: Person
) -> None:
    world.slack.faults.put("chat.postMessage", disconnected())

    assert await cohort.send() == []
    assert await cohort.states() == [NudgeState.SENDING]
    assert await cohort.reap() == 1

    [post] = world.slack.messages(amara)
    nudge = await cohort.nudge(amara.id)
    assert nudge.state is NudgeState.SENT
    assert nudge.message_id == f"{post.channel}/{post.ts}"
    assert await cohort.send(NOON + timedelta(hours=1)) == []
    assert len(world.slack.messages(amara)) == 1


async def test_a_question_that_never_reached_slack_is_asked_after_all(
    world: InSlack, cohort: Cohort, amara: Person
) -> None:
    world.slack.faults.put("chat.postMessage", disconnected(accepted=False))

    assert await cohort.send() == []
    assert await cohort.reap() == 1
    assert len(await cohort.send()) == 1

    assert len(world.slack.messages(amara)) == 1


async def test_two_complaints_in_a_row_delay_a_question_and_lose_none(
    world: InSlack, cohort: Cohort, amara: Person
) -> None:
    world.slack.faults.put("chat.postMessage", rate_limited(300), times=2)
    sent = []

    for minute in range(0, 60, 5):
        sent += await cohort.send(NOON + timedelta(minutes=minute))
        await world.hands.move(330)

    assert len(sent) == 1
    assert len(world.slack.messages(amara)) == 1
    assert len(world.slack.called("chat.postMessage")) == 3
    assert (await cohort.nudge(amara.id)).attempts == 1
