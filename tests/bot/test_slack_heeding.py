"""What follows from Slack's refusals, and from what it tells of where people are reached."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from bot.failures import Verdict
from bot.logs import FIELDS, only_allowed
from bot.slack.failing import failure_in
from bot.slack.failures import Consequence, Failure
from bot.slack.heeding import Addresses, Heeding
from bot.slack.posting import PLATFORM, SlackMessenger
from prompts.bank import Bank
from scheduler.delivery import Found
from storage.engine import reading, transaction
from storage.installations import install, installations, standings
from storage.members import Member, addressees, member, reached_at
from storage.nudges import Intent, lease, mark_sending
from storage.tables import NudgeState
from tests.bot.in_slack import InSlack, in_slack
from tests.cast import MONDAY
from tests.scheduler.cohort import Cohort
from tests.slack.people import Person

NOON = MONDAY + timedelta(days=1, hours=3)
MINUTE = timedelta(minutes=1)


class Ward:
    """A workspace in which Amara and Dan are asked."""

    def __init__(self, engine: AsyncEngine, bank: Bank) -> None:
        self.engine = engine
        self.cohort = Cohort(engine, bank, NOON)
        self.cohort.place.platform = PLATFORM
        self.heeding = Heeding(engine, self.clock)

    async def clock(self) -> datetime:
        return self.cohort.now

    @property
    def id(self) -> UUID:
        return self.cohort.place.id

    async def opens(self) -> "Ward":
        await self.cohort.joins("Amara", "Dan", addresses={"Amara": "D1", "Dan": "D2"})
        async with transaction(self.engine) as db:
            before = NOON - timedelta(days=30)
            await install(db, PLATFORM, "cohort", "xoxb-1", before, bot_user="U0")
        await self.cohort.has_due("Amara", "Dan")
        return self

    async def hears(self, error: str, user_id: str = "") -> None:
        await self.heeding.heed(self.id, failure_in(200, {"ok": False, "error": error}), user_id)

    async def person(self, name: str) -> Member:
        async with reading(self.engine) as db:
            return await member(db, self.cohort.people[name].id)

    async def is_let_in(self) -> bool:
        async with reading(self.engine) as db:
            return bool(await installations(db, PLATFORM))


@pytest.fixture
async def ward(engine: AsyncEngine, bank: Bank) -> Ward:
    return await Ward(engine, bank).opens()


async def test_a_workspace_whose_token_is_dead_is_ended_once(ward: Ward) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            await ward.hears("token_revoked", "Amara")

    assert not await ward.is_let_in()
    assert [line["event"] for line in lines] == ["slack ended a workspace"]
    assert len(await ward.cohort.nudges()) == 2


async def test_nothing_goes_out_that_a_sender_held_already_when_the_workspace_ended(
    ward: Ward,
) -> None:
    owner = uuid4()
    async with transaction(ward.engine) as db:
        held = await lease(db, owner, NOON, 10)
    await ward.hears("token_revoked", "Amara")
    async with transaction(ward.engine) as db:
        assert await mark_sending(db, owner, [Intent(one.id) for one in held]) == set()
    assert len(held) == 2
    assert await ward.cohort.states() == [NudgeState.EXPIRED] * 2


@pytest.mark.parametrize("error", ["accesslimited", "message_limit_exceeded", "missing_scope"])
async def test_a_workspace_that_takes_nothing_for_now_says_so_where_an_operator_looks(
    ward: Ward, error: str
) -> None:
    await ward.hears(error, "Amara")
    async with reading(ward.engine) as db:
        [standing] = await standings(db, PLATFORM)
    assert standing.refused_at == NOON
    assert error in standing.refused_because
    async with transaction(ward.engine) as db:
        await install(db, PLATFORM, "cohort", "xoxb-2", NOON, bot_user="U0")
    async with reading(ward.engine) as db:
        [standing] = await standings(db, PLATFORM)
    assert standing.refused_at is None


async def test_a_workspace_that_let_us_in_again_a_moment_ago_is_not_ended(ward: Ward) -> None:
    async with transaction(ward.engine) as db:
        await install(db, PLATFORM, "cohort", "xoxb-2", NOON, bot_user="U0")

    await ward.hears("invalid_auth")
    assert await ward.is_let_in()

    ward.cohort.now = NOON + MINUTE
    await ward.hears("invalid_auth")
    assert not await ward.is_let_in()


async def test_one_team_of_an_organisation_that_is_closed_ends_nobody_elses(ward: Ward) -> None:
    async with transaction(ward.engine) as db:
        before = NOON - timedelta(days=30)
        await install(db, PLATFORM, "cohort", "xoxb-1", before, bot_user="U0", enterprise="cohort")

    await ward.hears("team_access_not_granted", "Amara")
    await ward.hears("team_access_not_granted")

    assert await ward.is_let_in()
    assert await ward.cohort.states("Amara") == [NudgeState.EXPIRED]
    assert await ward.cohort.states("Dan") == [NudgeState.READY]


async def test_a_workspace_of_its_own_that_is_closed_has_ended(ward: Ward) -> None:
    await ward.hears("team_access_not_granted", "Amara")
    assert not await ward.is_let_in()


@pytest.mark.parametrize(
    ("error", "because"),
    [
        ("user_disabled", "Slack cannot reach this person. (user_disabled)"),
        (
            "app_access_restricted",
            "This person may not use the app in their workspace. (app_access_restricted)",
        ),
    ],
)
async def test_what_waits_for_somebody_who_cannot_be_reached_is_let_go_and_theirs_alone(
    ward: Ward, error: str, because: str
) -> None:
    for _ in range(2):
        await ward.hears(error, "Amara")

    amaras = await ward.cohort.nudge("Amara")
    assert (amaras.state, amaras.ended_because) == (NudgeState.EXPIRED, because)
    assert await ward.cohort.states("Dan") == [NudgeState.READY]
    assert (await ward.person("Amara")).name == "Amara"
    assert (await ward.cohort.cadence("Amara")).next_due_at is not None


async def test_a_channel_that_takes_nothing_any_more_is_forgotten(ward: Ward) -> None:
    for _ in range(2):
        await ward.hears("channel_not_found", "Amara")

    assert (await ward.person("Amara")).address == ""
    assert (await ward.person("Dan")).address == "D2"
    assert await ward.cohort.states("Amara") == [NudgeState.READY]


@pytest.mark.parametrize("error", ["user_disabled", "channel_not_found", "app_access_restricted"])
@pytest.mark.parametrize("user_id", ["", "a stranger"])
async def test_what_is_about_nobody_we_know_changes_nothing(
    ward: Ward, error: str, user_id: str
) -> None:
    await ward.hears(error, user_id)

    assert (await ward.person("Amara")).address == "D1"
    assert await ward.cohort.states() == [NudgeState.READY] * 2
    assert await ward.is_let_in()


@pytest.mark.parametrize(
    "error", ["missing_scope", "accesslimited", "messages_tab_disabled", "a_name_never_heard_of"]
)
async def test_the_operator_is_told_once_an_hour_in_fields_that_a_line_may_carry(
    ward: Ward, error: str
) -> None:
    with capture_logs() as lines:
        for _ in range(40):
            await ward.hears(error, "Amara")
        ward.cohort.now = NOON + 61 * MINUTE
        await ward.hears(error, "Dan")

    assert len(lines) == 2
    for line in lines:
        said = {name: value for name, value in line.items() if name != "log_level"}
        assert said == {"event": "slack refused", "workspace": str(ward.id), "error": error}
        assert only_allowed(None, "", dict(said)) == said


async def test_a_database_that_is_gone_is_told_of_and_raises_nothing(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stuck() -> None:
        await asyncio.Event().wait()

    heeding = Heeding(ward.engine, stuck)
    monkeypatch.setattr("bot.slack.heeding.PATIENCE_SECONDS", 0.01)
    with capture_logs() as lines:
        await heeding.heed(ward.id, failure_in(200, {"ok": False, "error": "invalid_auth"}), "")

    assert [line["error"] for line in lines] == ["TimeoutError"]


@pytest.mark.parametrize("consequence", Consequence)
async def test_every_consequence_is_heeded_without_a_word_too_many(
    ward: Ward, consequence: Consequence
) -> None:
    failure = Failure("not slack", Verdict.NEVER, consequence, "Something else answers.")
    with capture_logs() as lines:
        await ward.heeding.heed(ward.id, failure, "Amara")

    for line in lines:
        assert line["event"] in {"slack refused", "slack ended a workspace"}
        assert FIELDS["error"](line["error"])


# Where people are reached


async def test_addresses_are_written_down_together_and_whoever_is_gone_is_passed_over(
    ward: Ward,
) -> None:
    addresses = Addresses(ward.engine)
    for name, channel in (("Amara", "D7"), ("Dan", "D8")):
        addresses.learn(ward.cohort.people[name].id, channel)
    addresses.learn(uuid4(), "D9")

    await addresses.write_down()
    await addresses.write_down()

    async with reading(ward.engine) as db:
        found = await addressees(db, {one.id for one in ward.cohort.people.values()})
    assert {one.name: one.address for one in found.values()} == {"Amara": "D7", "Dan": "D8"}


async def test_the_first_question_tells_where_amara_is_reached_and_its_trace_is_found(
    engine: AsyncEngine, bank: Bank
) -> None:
    async with in_slack() as world:
        world.clock.at = NOON
        amara, cohort, addresses = await first_question(world, engine, bank)
        [sent] = await cohort.send()
        await addresses.write_down()

        [post] = world.slack.messages(amara)
        async with reading(engine) as db:
            [to] = (await addressees(db, {cohort.people[amara.id].id})).values()
        assert to.address == post.channel
        trace = await cohort.messenger.trace(to, sent.nudge_id)
        assert trace == Found(f"{post.channel}/{post.ts}")


async def test_a_dropped_channel_is_learnt_anew(engine: AsyncEngine, bank: Bank) -> None:
    async with in_slack() as world:
        world.clock.at = NOON
        amara, cohort, addresses = await first_question(world, engine, bank)
        someone = cohort.people[amara.id]
        async with transaction(engine) as db:
            await reached_at(db, someone, "D0GONE")
        assert len(await cohort.send()) == 1
        await addresses.write_down()

        [post] = world.slack.messages(amara)
        async with reading(engine) as db:
            assert (await member(db, someone.id)).address == post.channel


async def first_question(
    world: InSlack, engine: AsyncEngine, bank: Bank
) -> tuple[Person, Cohort, Addresses]:
    """Amara has never written to the app."""
    royal = world.slack.workspace("Royal Infirmary")
    amara = world.slack.person(royal, "Amara Osei")
    addresses = Addresses(engine)
    messenger = SlackMessenger(world.calls, lambda: world.clock().timestamp(), addresses.learn)
    cohort = Cohort(engine, bank, NOON, messenger)
    cohort.place.platform, cohort.place.external_id = PLATFORM, amara.team
    world.tokens.of[cohort.place.id] = royal.token
    await cohort.joins(amara.id)
    await cohort.has_due(amara.id)
    return amara, cohort, addresses
