"""Whatever somebody does about experiments: two at most, never far ahead, and every one ends."""

import asyncio
from datetime import time, timedelta

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from prompts.bank import load_bank
from prompts.message import FormName, Press
from scheduler.tidying import tidy
from storage.engine import reading
from storage.experiments import experiments_of
from storage.questions import all_nudges
from storage.tables import Experiment, ExperimentState, Nudge
from tests.bot.dialogue import next_moment
from tests.cast import Programme
from tests.databases import Databases, close, open_sealed

DEEDS = ("answer", "not yet", "skip", "tomorrow", "not for me", "nothing", "look back", "make")
BANK = load_bank()
CHOICES = {"ON4": "balanced", "EX10": "change it"}


async def seen(programme: Programme) -> tuple[list[Experiment], list[Nudge]]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return await experiments_of(db, amara), await all_nudges(db, amara)


async def passes(programme: Programme) -> None:
    """Until the next slot of hers, when whatever is due comes."""
    slots = (("Tuesday", time(12)), ("Thursday", time(16)))
    now, zone = programme.now, "Europe/London"
    await programme.passes(until=min(next_moment(now, zone, *slot) for slot in slots))


async def does(programme: Programme, deed: str) -> None:
    every, nudges = await seen(programme)
    waiting = [one for one in nudges if one.open_until and one.open_until > programme.now]
    match deed:
        case "nothing":
            return
        case "make":
            due = (programme.now + timedelta(days=8)).date().isoformat()
            await programme.submits("amara", FormName.EXPERIMENT, action="Try it.", due=due)
        case "look back":
            for one in every[:1]:
                await programme.presses("amara", Press.LOOK_BACK, one.id)
        case "answer":
            for one in waiting:
                words = CHOICES.get(one.question_id, "It was the agenda.")
                await programme.submits("amara", FormName.ANSWER, one.id, words=words)
        case _:
            await programme.says("amara", deed)


@settings(
    max_examples=5,
    # Each is months of somebody's life: shrinking one would take minutes.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(deeds=["look back", "nothing", "answer", "answer"])
@example(deeds=["not yet", "not yet", "not yet", "not for me", "make", "make", "make"])
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=4, max_size=12))
def test_two_at_most_never_far_ahead_and_every_one_ends(
    deeds: list[str], databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    url = databases.fresh("sqlite", tmp_path_factory.mktemp("ends"))
    asyncio.run(lives(url, deeds))
    databases.give_back(url)


async def lives(url: str, deeds: list[str]) -> None:
    engine = open_sealed(url)
    try:
        programme = await Programme(engine, BANK).lay_out()
        await programme.agrees("amara")
        await does(programme, "make")
        for deed in deeds:
            await passes(programme)
            await does(programme, deed)
            await holds(programme)
        # From now on she only answers whatever comes; or is silent, and it goes by itself.
        for _ in range(40):
            await passes(programme)
            every, _ = await seen(programme)
            if all(one.state is ExperimentState.CLOSED for one in every):
                return
            await does(programme, "not yet")
            await does(programme, "answer")
            await holds(programme)
        raise AssertionError("an experiment never ended")
    finally:
        await close(engine)


async def holds(programme: Programme) -> None:
    await tidy(programme.engine, programme.now)
    every, _ = await seen(programme)
    still = [one for one in every if one.state is not ExperimentState.CLOSED]
    today = programme.now.date()
    assert len(still) <= 2
    assert all((one.due - today).days <= 21 for one in still)
    assert all(one.delays <= 3 for one in every)
    assert all((one.decision is None) == (one in still) for one in every)
