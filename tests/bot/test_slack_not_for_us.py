"""What comes to the door and is not for us, or from people whom we are not there for."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot.slack.listening import Door
from prompts.bank import ServedBank
from storage.engine import transaction
from storage.installations import end_installation
from tests.bot.playing import served
from tests.bot.slack_ward import Ward, in_the_ward, is_asked, stored
from tests.slack import SIGNING_SECRET
from tests.slack.sending import Answer


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


async def nothing_follows(ward: Ward, sent: Answer) -> None:
    assert sent.status == 200
    assert sent.text == ""


async def test_what_is_not_for_us_is_taken_and_nothing_follows(ward: Ward) -> None:
    await is_asked(ward)
    before, calls = await stored(ward), len(ward.slack.calls)
    elsewhere = ward.slack.workspace("Elsewhere")
    olu = ward.slack.person(elsewhere, "Olu")
    robot = ward.slack.person(ward.royal, "Robot", is_bot=True)
    channel = ward.slack.channel(ward.royal, "site-board", ward.amara, bot=True)
    in_channel = {"channel": channel.id, "channel_type": "channel", "text": "stop", "ts": "1.2"}
    for answer in (
        await ward.slack.says(olu, "hello"),
        await ward.slack.types(olu, "/bearings", "hello"),
        await ward.slack.says(robot, "hello", bot_id="B0ROBOT"),
        await ward.slack.sends_event(
            ward.royal, {"type": "message", "user": ward.amara.id, **in_channel}
        ),
        await ward.slack.sends_event(ward.royal, {"type": "reaction_added", "user": olu.id}),
        await ward.slack.limits_events(ward.royal),
    ):
        await nothing_follows(ward, answer)
    await ward.settles()
    assert await stored(ward) == before
    assert len(ward.slack.calls) == calls


async def test_what_is_sent_for_another_app_is_taken_and_nothing_follows(ward: Ward) -> None:
    await is_asked(ward)
    before, calls = await stored(ward), len(ward.slack.calls)
    door = Door(
        ward.app.installations,
        ward.app.book,
        ward.app.dispatcher,
        [SIGNING_SECRET],
        app_id="A0ANOTHER",
    )
    async with served(Starlette(routes=door.routes())) as address:
        ward.slack.events_url = f"{address}/slack/events"
        await nothing_follows(ward, await ward.slack.says(ward.amara, "stop"))
        await nothing_follows(ward, await ward.slack.presses(ward.amara, "Skip"))
        await nothing_follows(ward, await ward.slack.types(ward.amara, "/bearings", "stop"))
    await ward.settles()
    assert await stored(ward) == before
    assert len(ward.slack.calls) == calls


async def test_somebody_of_another_organisation_is_refused_kindly(ward: Ward) -> None:
    olu = ward.slack.person(ward.royal, "Olu", home_team="T0ELSEWHERE")
    before = await stored(ward)
    for words in ("hello", "I want to talk"):
        assert (await ward.slack.says(olu, words)).status == 200
        await ward.settles()
    [told] = [one for one in ward.slack.messages(olu) if one.bot_id]
    assert "I am here for people of this organisation" in told.text
    assert await stored(ward) == before


async def test_what_is_typed_stays_in_its_form_when_the_workspace_has_ended_meanwhile(
    ward: Ward,
) -> None:
    await is_asked(ward)
    await ward.presses(ward.amara, "Answer")
    found = await ward.app.installations.find(ward.royal.id)
    assert found
    async with transaction(ward.engine) as db:
        await end_installation(db, found.workspace_id, "gone", ward.now, happened_at=ward.now)
    ward.app.installations.forget()
    said = await ward.slack.types(ward.amara, "/bearings", "help")
    assert "I am not connected to this workspace any more" in said.text
    answer = await ward.slack.submits(ward.amara, {"Your answer": "I rang her first."})
    assert "this was not saved" in answer.text
    [view] = ward.slack.world.stack(ward.amara)
    assert view.typed


async def test_who_is_of_elsewhere_is_told_so_once_whatever_they_do_with_their_line(
    ward: Ward,
) -> None:
    olu = ward.slack.person(ward.royal, "Olu", home_team="T0ELSEWHERE")
    await ward.says(olu, "hello")
    before = len(ward.slack.called("chat.postMessage"))
    for words in ("hello there", "hello again"):
        await ward.slack.edits(olu, words)
        await ward.settles()
    await ward.slack.deletes(olu)
    await ward.settles()
    assert len(ward.slack.called("chat.postMessage")) == before
