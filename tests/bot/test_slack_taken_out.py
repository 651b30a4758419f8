"""Who takes Bearings out hears nothing more at once, and nothing old when it is back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from bot.slack.installing import connect
from prompts.bank import ServedBank
from scheduler.planning import plan_due
from storage.engine import reading
from storage.installations import ENDED
from storage.tables import Nudge, NudgeState
from tests.bot.playing import MINE, WISH
from tests.bot.slack_ward import Ward, agrees, in_the_ward, said_to
from tests.cast import MONDAY

TUESDAY_NOON = MONDAY + timedelta(days=1, hours=2)
A_WEEK = timedelta(days=7)


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    """Amara's first question is due, and nobody has sent it yet."""
    async with in_the_ward(engine, served_bank) as ward:
        await agrees(ward)
        ward.amara.tab = "messages"
        await ward.presses(ward.amara, "Set an objective")
        await ward.submits(ward.amara, {WISH: MINE})
        ward.now = TUESDAY_NOON
        await plan_due(ward.engine, ward.now)
        assert NudgeState.READY in await states(ward)
        yield ward


async def states(ward: Ward) -> dict[NudgeState, str]:
    async with reading(ward.engine) as db:
        return {one.state: one.ended_because for one in await db.exec(select(Nudge))}


async def is_taken_out(ward: Ward, how: str) -> None:
    if how == "app_uninstalled":
        await ward.slack.uninstalls(ward.royal)
    else:
        await ward.slack.revokes_tokens(ward.royal)
    await ward.settles()


@pytest.mark.parametrize("how", ["app_uninstalled", "tokens_revoked"])
async def test_what_was_due_is_let_go_at_once_and_slack_is_asked_nothing(
    ward: Ward, how: str
) -> None:
    await is_taken_out(ward, how)
    assert await states(ward) == {NudgeState.EXPIRED: ENDED.words}
    calls = len(ward.slack.calls)
    for weeks in (0, 1, 2):
        await ward.passes(until=TUESDAY_NOON + weeks * A_WEEK)
    assert len(ward.slack.calls) == calls
    assert await states(ward) == {NudgeState.EXPIRED: ENDED.words}


async def test_when_it_is_let_in_again_the_next_question_comes_and_none_of_before(
    ward: Ward,
) -> None:
    await is_taken_out(ward, "app_uninstalled")
    for weeks in (1, 2):
        await ward.passes(until=TUESDAY_NOON + weeks * A_WEEK)
    told = said_to(ward)
    ward.slack.token(ward.royal).refused = ""
    ward.now += timedelta(hours=1)
    await connect(ward.engine, ward.royal.token, ward.slack.api_url, ward.now)
    ward.app.installations.forget()

    await ward.passes(minutes=5)
    assert said_to(ward) == told
    await ward.passes(until=TUESDAY_NOON + 3 * A_WEEK)
    assert said_to(ward) == told + 1
