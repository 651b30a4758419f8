"""Without a public address: we call Slack, and everything works as it does over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.payloads import Payload
from bot.slack.failures import CallError
from bot.slack.listening import Door
from bot.slack.sockets import SILENT_SECONDS, Sockets, by_socket
from prompts.bank import ServedBank
from storage.engine import NotKeptError
from storage.tables import Intake, Receipt
from tests.bot.playing import count
from tests.bot.slack_ward import Ward, in_the_ward
from tests.slack.faults import failed, rate_limited
from tests.slack.sending import Sent


@dataclass
class Time:
    """The real time, and how far it was moved on; nobody waits."""

    ahead: float = 0.0
    waited: list[float] = field(default_factory=list)

    def seconds(self) -> float:
        return time.time() + self.ahead

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)


@dataclass
class Desk:
    """What is behind the socket: the ward's own door, and how often it fails first."""

    door: Door
    failures: list[Exception] = field(default_factory=list)
    arrivals: asyncio.Queue[Payload] = field(default_factory=asyncio.Queue)

    async def take(self, payload: Payload) -> tuple[int, str]:
        self.arrivals.put_nowait(payload)
        if self.failures:
            raise self.failures.pop()
        return await self.door.take(payload)


@dataclass
class Connected:
    ward: Ward
    desk: Desk
    time: Time
    sockets: Sockets

    @property
    def opened(self) -> int:
        return len(self.ward.slack.called("apps.connections.open"))

    async def is_replaced(self, old: object) -> None:
        """Until the new one stands alone."""
        sockets = self.ward.slack.sockets
        async with asyncio.timeout(30), sockets._changed:
            await sockets._changed.wait_for(
                lambda: len(sockets.open) == 1 and old not in sockets.open
            )


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        yield ward


@asynccontextmanager
async def on_a_socket(ward: Ward) -> AsyncIterator[Connected]:
    door = Door(ward.app.installations, ward.app.book, ward.app.dispatcher, [])
    desk, now = Desk(door), Time()
    token = ward.slack.turns_on_socket_mode()
    async with by_socket(token, ward.slack.api_url, desk.take, now.seconds, now.wait) as sockets:
        await ward.slack.sockets.connected()
        yield Connected(ward, desk, now, sockets)


@pytest.fixture
async def here(ward: Ward) -> AsyncIterator[Connected]:
    async with on_a_socket(ward) as here:
        yield here


async def test_amara_agrees_in_a_form_through_a_socket(here: Connected) -> None:
    ward = here.ward
    await ward.slack.opens_home(ward.amara)
    assert (await ward.comes_to(ward.amara)).startswith("Before we start")
    await ward.presses(ward.amara, "Choose and agree")
    assert "Agreed." in await ward.submits(ward.amara, {"Send me questions": True})
    assert ward.slack.screen(ward.amara).views == ()
    assert await ward.says(ward.amara, "help")


async def test_what_is_wrong_in_a_form_comes_back_in_the_acknowledgement(here: Connected) -> None:
    ward = here.ward
    await ward.slack.opens_home(ward.amara)
    await ward.settles()
    await ward.presses(ward.amara, "Choose and agree")
    await ward.slack.submits(ward.amara, {"Send me questions": True})
    [said] = [one for one in ward.slack.sockets.said if one.get("payload")]
    assert said["payload"] == {"response_action": "clear"}


async def test_an_event_is_on_the_disk_before_it_is_acknowledged(here: Connected) -> None:
    ward = here.ward
    assert (await ward.slack.says(ward.amara, "help")).status == 200
    assert await count(ward.engine, Intake) == 1


async def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(
    here: Connected,
) -> None:
    ward = here.ward
    here.desk.failures = [NotKeptError("disk full"), ValueError("a fault of ours")]
    saying = asyncio.ensure_future(ward.slack.says(ward.amara, "help"))
    for _ in range(2):
        await here.desk.arrivals.get()
        assert not saying.done()
        await ward.slack.sockets.redelivers_unacked()
    assert (await saying).status == 200
    assert await count(ward.engine, Intake) == 1


async def test_what_comes_twice_has_one_effect(here: Connected) -> None:
    ward = here.ward
    sent = (await ward.slack.says(ward.amara, "help")).sent
    assert sent
    await ward.settles()
    before = len(ward.slack.messages(ward.amara))
    assert (await ward.slack.sends(Sent("events_api", sent.payload))).status == 200
    await ward.settles()
    assert len(ward.slack.messages(ward.amara)) == before
    assert await count(ward.engine, Receipt) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback"},
        {"type": "event_callback", "team_id": "T1", "event": None},
        {"type": "block_actions", "actions": []},
        {"type": "event_callback", "event": {"text": "\ud800"}},
        {},
    ],
)
async def test_what_cannot_be_read_is_acknowledged_and_dropped(
    here: Connected, payload: dict[str, object]
) -> None:
    answer = await here.ward.slack.sends(Sent("events_api", payload))
    assert (answer.status, answer.text) == (200, "")
    assert await count(here.ward.engine, Intake) == 0


# Connections


def of_the_library() -> list[str]:
    """The tasks of Slack's client that still run."""
    code = [task.get_coro().cr_code for task in asyncio.all_tasks()]  # type: ignore[union-attr]
    return [one.co_qualname for one in code if "slack_sdk" in one.co_filename]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_before_slack_hangs_up_another_connection_stands(
    here: Connected, reason: str
) -> None:
    sockets = here.ward.slack.sockets
    [old] = sockets.open
    await sockets.disconnects(reason)  # type: ignore[arg-type]
    await sockets.connected(2)
    await here.is_replaced(old)
    assert (await here.ward.slack.says(here.ward.amara, "help")).status == 200
    assert here.opened == 2


async def test_what_was_left_when_slack_hung_up_comes_by_the_next(here: Connected) -> None:
    ward = here.ward
    [old] = ward.slack.sockets.open
    here.desk.failures = [NotKeptError("disk full")]
    saying = asyncio.ensure_future(ward.slack.says(ward.amara, "help"))
    await here.desk.arrivals.get()
    await ward.slack.sockets.closes()
    assert (await saying).status == 200
    await here.is_replaced(old)
    assert await count(ward.engine, Intake) == 1


async def test_a_connection_that_is_silent_is_replaced(here: Connected) -> None:
    [old] = here.ward.slack.sockets.open
    here.sockets.look()
    assert here.opened == 1
    here.time.ahead += SILENT_SECONDS + 10
    here.sockets.look()
    await here.is_replaced(old)
    assert here.opened == 2
    here.sockets.look()
    assert (await here.ward.slack.says(here.ward.amara, "help")).status == 200
    assert here.opened == 2


async def test_it_is_tried_again_and_not_sooner_than_slack_asks(here: Connected) -> None:
    [old] = here.ward.slack.sockets.open
    here.ward.slack.faults.put("apps.connections.open", failed("internal_error"))
    here.ward.slack.faults.put("apps.connections.open", rate_limited(45))
    here.time.ahead += 10
    await here.ward.slack.sockets.closes()
    await here.is_replaced(old)
    assert here.time.waited == [1.0, 45.0]


async def test_a_connection_that_slack_drops_at_once_is_not_replaced_in_a_hurry(
    here: Connected,
) -> None:
    [old] = here.ward.slack.sockets.open
    await here.ward.slack.sockets.disconnects("link_disabled")
    await here.is_replaced(old)
    assert here.time.waited == [5.0]


async def test_a_token_that_slack_does_not_take_is_said_at_once(ward: Ward) -> None:
    door = Door(ward.app.installations, ward.app.book, ward.app.dispatcher, [])
    with pytest.raises(CallError) as refused:
        async with by_socket("xapp-unknown", ward.slack.api_url, door.take):
            pass
    assert refused.value.permanent
    assert ward.slack.sockets.open == []


async def test_at_the_end_what_is_under_way_is_finished(ward: Ward) -> None:
    async with on_a_socket(ward) as here:
        assert of_the_library()
        saying = asyncio.ensure_future(ward.slack.says(ward.amara, "help"))
        await here.desk.arrivals.get()
    assert (await saying).status == 200
    await ward.slack.sockets.connected(0)
    assert of_the_library() == []


async def test_a_line_on_which_nobody_hears_holds_up_no_end(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.sockets.CLOSE_SECONDS", 0.05)
    ward.slack.sockets.hearing.clear()
    async with asyncio.timeout(9):  # the library would wait for ten seconds
        async with on_a_socket(ward):
            pass
    assert of_the_library() == []
