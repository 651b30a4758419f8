"""Each call to Teams over real HTTP: once, with one token, to a named host, and what follows."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest

from bot.failures import Verdict
from bot.hosts import hosts_of
from bot.pacing import Lane
from bot.teams.asking import LIMITS, Gate
from bot.teams.calling import Calls, open_calls
from bot.teams.credentials import Password
from bot.teams.failures import CallError, Consequence
from tests.bot.hands import Hands
from tests.bot.microsoft import APP, PASSWORD, TENANT, Answer, Microsoft, microsoft

AMARA, RUTH = "a:1amara", "a:1ruth"
WORDS = "I never speak up on Thursdays."
CARD = {"type": "message", "text": WORDS, "summary": WORDS}
_C = Consequence


@dataclass
class World:
    there: Microsoft
    calls: Calls
    hands: Hands

    @property
    def royal(self) -> tuple[str, str]:
        return TENANT, self.there.service_url

    async def send(self, to: str = AMARA, lane: Lane = Lane.AT_ONCE) -> str:
        return await self.calls.send(*self.royal, to, CARD, lane=lane)

    async def refused(self, lane: Lane = Lane.AT_ONCE) -> CallError:
        with pytest.raises(CallError) as raised:
            await self.send(lane=lane)
        return raised.value


async def a_world(limits: aiohttp.ClientTimeout = LIMITS) -> AsyncIterator[World]:
    hands = Hands()
    gate = Gate(hands)
    # It has been open for a while.
    hands.time += 60
    async with microsoft() as there:
        hosts = hosts_of([there.host])
        more = {"gate": gate, "limits": limits}
        async with open_calls(APP, Password(PASSWORD), there.token_url, hosts, **more) as opened:
            yield World(there, opened[0], hands)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async for one in a_world():
        yield one


@pytest.fixture
async def hasty_world() -> AsyncIterator[World]:
    async for one in a_world(aiohttp.ClientTimeout(total=0.1)):
        yield one


async def test_each_thing_takes_one_call(world: World) -> None:
    calls, royal = world.calls, world.royal
    world.there.answers("/members/", Answer(200, {"id": "29:amara", "email": "a@example.org"}))
    world.there.says["/v3/conversations/a%3A1amara/activities/1%3A2"] = lambda _: Answer(200)

    assert await world.send() == "1:2"
    await calls.update(*royal, AMARA, "1:2", CARD)
    began = await calls.create(*royal, f"28:{APP}", "29:amara")
    known = await calls.member(*royal, AMARA, "29:amara")

    assert (began, known["email"]) == ("1:3", "a@example.org")
    _, *made = world.there.calls
    here = "/emea/v3/conversations"
    assert [(call.method, call.path) for call in made] == [
        ("POST", f"{here}/a%3A1amara/activities"),
        ("PUT", f"{here}/a%3A1amara/activities/1%3A2"),
        ("POST", here),
        ("GET", f"{here}/a%3A1amara/members/29%3Aamara"),
    ]
    assert {call.headers["Authorization"] for call in made} == {"Bearer granted-1"}
    assert made[2].json == {
        "isGroup": False,
        "bot": {"id": f"28:{APP}"},
        "members": [{"id": "29:amara"}],
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }


async def test_a_thousand_messages_take_one_token(world: World) -> None:
    for number in range(0, 1_000, 20):
        sent = [world.send(f"a:{number + one}") for one in range(20)]
        moving = asyncio.create_task(world.hands.move(2))
        await asyncio.gather(*sent)
        await moving
    assert len(world.there.called("/activities")) == 1_000
    assert len(world.there.called("oauth2")) == 1


def code(name: str) -> dict[str, object]:
    return {"error": {"code": name, "message": WORDS}}


PAGE = b"<html><body>I never speak up on Thursdays.</body></html>"
LATER, NEVER, DOUBTFUL = Verdict.LATER, Verdict.NEVER, Verdict.DOUBTFUL
TABLE: list[tuple[Answer, Verdict, Consequence]] = [
    (Answer(400, code("BadArgument")), NEVER, _C.PLAIN_ONCE),
    (Answer(401, code("BotNotRegistered")), NEVER, _C.TELL_OPERATOR),
    (Answer(401, {"message": "Authorization has been denied."}), LATER, _C.TELL_OPERATOR),
    (Answer(403, code("BotDisabledByAdmin")), NEVER, _C.PERSON_STOPPED),
    (Answer(403, code("ConversationBlockedByUser")), NEVER, _C.PERSON_STOPPED),
    (Answer(403, code("BotNotInConversationRoster")), NEVER, _C.PERSON_STOPPED),
    (Answer(403, code("ForbiddenOperationException")), NEVER, _C.PERSON_STOPPED),
    (Answer(403, {"error": {"innerHttpError": {"body": 1}}}), NEVER, _C.PERSON_STOPPED),
    (Answer(403, {"subCode": "MessageWritesBlocked"}), NEVER, _C.PERSON_STOPPED),
    (Answer(403, code("InvalidBotApiHost")), NEVER, _C.TELL_OPERATOR),
    (Answer(404, code("ConversationNotFound")), NEVER, _C.DROP_CONVERSATION),
    (Answer(404, code("ActivityNotFoundInConversation")), NEVER, _C.GONE),
    (Answer(405), NEVER, _C.TELL_OPERATOR),
    (Answer(412, code("PreconditionFailed")), LATER, _C.NOTHING),
    (Answer(413, code("MessageSizeTooBig")), NEVER, _C.PLAIN_ONCE),
    (Answer(429, code("Throttled")), LATER, _C.NOTHING),
    (Answer(500, code("ServiceError")), DOUBTFUL, _C.NOTHING),
    (Answer(502), LATER, _C.NOTHING),
    (Answer(503), LATER, _C.NOTHING),
    (Answer(504), LATER, _C.NOTHING),
    (Answer(501), DOUBTFUL, _C.NOTHING),
    (Answer(302, None, {"Location": "https://evil.example/"}), LATER, _C.TELL_OPERATOR),
]


@pytest.mark.parametrize(("answer", "verdict", "follows"), TABLE)
async def test_whatever_is_refused_is_tried_once_and_says_what_follows(
    world: World, answer: Answer, verdict: Verdict, follows: Consequence
) -> None:
    world.there.answers("/activities", answer)
    error = await world.refused()
    assert (error.failure.verdict, error.consequence) == (verdict, follows)
    assert error.permanent is (verdict is NEVER)
    assert error.unsure is (verdict is DOUBTFUL)
    assert WORDS not in str(error)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert len(world.there.called("/activities")) == 1


@pytest.mark.parametrize("body", [PAGE, b"", b"\xff\xfe", b"[1]", b'{"error": "x"}'])
async def test_the_status_is_known_whatever_the_body_is(world: World, body: bytes) -> None:
    for answer, verdict, follows in TABLE:
        if answer.body in (code("ActivityNotFoundInConversation"), code("BotNotRegistered")):
            continue  # where it is the code that says so
        is_host = answer.body == code("InvalidBotApiHost")
        world.there.answers("/activities", Answer(answer.status, body))
        error = await world.refused()
        expected = _C.PERSON_STOPPED if is_host else follows
        assert (error.failure.verdict, error.consequence) == (verdict, expected)
        await world.hands.move(60)


@pytest.mark.parametrize("body", [PAGE, b"", b"[1]", b'{"id": 7}', b'{"id": ""}', b"{}"])
async def test_a_message_without_an_id_may_have_been_taken(world: World, body: bytes) -> None:
    world.there.answers("/activities", Answer(201, body))
    assert (await world.refused()).unsure
    assert len(world.there.called("/activities")) == 1


async def test_a_change_needs_no_words_in_answer(world: World) -> None:
    for answer in (Answer(200), Answer(202, b""), Answer(204), Answer(200, PAGE)):
        world.there.answers("/activities/", answer)
        await world.calls.update(*world.royal, AMARA, "1:2", CARD)


async def test_what_is_not_found_in_a_change_is_the_message(world: World) -> None:
    world.there.answers("/activities/", Answer(404, code("ConversationNotFound")))
    with pytest.raises(CallError) as raised:
        await world.calls.update(*world.royal, AMARA, "1:2", CARD)
    assert raised.value.consequence is _C.GONE


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("17", timedelta(seconds=17)),
        ("0", timedelta(seconds=1)),
        ("999999999", timedelta(days=1)),
        ("Mon, 01 Jan 2001 00:00:00 GMT", timedelta(seconds=1)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", timedelta(days=1)),
        ("soon", timedelta(seconds=30)),
        ("-5", timedelta(seconds=30)),
        (None, timedelta(seconds=30)),
    ],
)
async def test_patience_that_is_asked_for_is_had(
    world: World, said: str | None, waits: timedelta
) -> None:
    headers = {} if said is None else {"Retry-After": said}
    world.there.answers("/activities", Answer(429, None, headers))
    error = await world.refused()
    assert error.retry_after == waits
    assert error.untried
    world.there.answers("/activities", Answer(503, None, headers))
    await world.hands.move(waits.total_seconds() + 1)
    error = await world.refused()
    assert error.retry_after == waits
    assert not error.untried


# Connections


async def test_where_nobody_listens_nothing_was_sent(world: World) -> None:
    async with microsoft() as gone:
        pass
    hosts = hosts_of([gone.host])
    token = world.there.token_url
    async with open_calls(APP, Password(PASSWORD), token, hosts) as (calls, _):
        with pytest.raises(CallError) as raised:
            await calls.send(TENANT, gone.service_url, AMARA, CARD)
    assert (raised.value.unsure, raised.value.permanent) == (False, False)
    assert gone.calls == []


async def test_a_connection_that_breaks_after_the_words_were_sent_is_doubtful(world: World) -> None:
    await world.send()
    world.there.answers("/activities", Answer(cut=True))
    assert (await world.refused()).unsure
    assert len(world.there.called("/activities")) == 2


async def test_an_answer_that_does_not_come_in_time_is_doubtful(hasty_world: World) -> None:
    world = hasty_world
    world.there.answers("/activities", Answer(hold=asyncio.Event()))
    assert (await world.refused()).unsure
    assert len(world.there.called("/activities")) == 1


async def test_once_the_process_stops_nothing_more_is_sent(world: World) -> None:
    hosts = hosts_of([world.there.host])
    async with open_calls(APP, Password(PASSWORD), world.there.token_url, hosts) as (calls, held):
        await held.token()
    with pytest.raises(CallError) as raised:
        await calls.send(*world.royal, AMARA, CARD)
    assert raised.value.untried
    assert not world.there.called("/activities")


STRANGE = (
    "https://evil.example/",
    "https://smba.trafficmanager.net.evil.example/",
    "http://127.0.0.1:1/",
    "http://localhost/",
    "http://169.254.169.254/",
    "{here}@evil.example/",
    "{here}/v3/conversations@evil.example/",
    "{here}\\@evil.example/",
    "{here}/?x=",
    "{here}/#",
    "{here}/../",
    "file:///etc/",
    "",
)


@pytest.mark.parametrize("address", STRANGE)
async def test_another_host_is_sent_nothing_not_even_a_token_is_fetched(
    world: World, address: str
) -> None:
    where = TENANT, address.format(here=world.there.address)
    for act in (
        world.calls.send(*where, AMARA, CARD),
        world.calls.create(*where, f"28:{APP}", "29:amara"),
        world.calls.member(*where, AMARA, "29:amara"),
    ):
        with pytest.raises(CallError) as raised:
            await act
        assert raised.value.permanent
        assert raised.value.consequence is _C.TELL_OPERATOR
    assert world.there.calls == []


async def test_an_id_stays_a_part_of_its_address(world: World) -> None:
    for strange in ("../../admin", "a/b?c#d", "a%2Fb", "19:x@thread.v2;messageid=1", "é 1"):
        await world.send(strange)
    assert all(
        call.path.startswith("/emea/v3/conversations/") and call.path.count("/") == 5
        for call in world.there.called("/activities")
    )
    for none in ("", ".", "..", "a\nb", "a" * 2_000, "\ud800"):
        with pytest.raises(CallError, match="no id of Teams"):
            await world.send(none)


async def test_no_access_is_told_in_plain_words_and_nothing_is_sent(world: World) -> None:
    refusal = {"error": "invalid_client", "error_codes": [7000215], "error_description": PASSWORD}
    world.there.answers("oauth2", Answer(401, refusal))
    error = await world.refused()
    assert error.permanent
    assert "the client secret is wrong" in str(error)
    assert error.consequence is _C.TELL_OPERATOR
    assert not world.there.called("/activities")


async def test_a_token_that_is_not_taken_is_replaced_for_the_next_call(world: World) -> None:
    world.there.answers("/activities", Answer(401), Answer(201, {"id": "1:1"}))
    await world.refused()
    await world.send()
    first, second = world.there.called("/activities")
    assert first.headers["Authorization"] != second.headers["Authorization"]


async def test_what_was_sent_stands_in_no_log(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    world.there.answers("/activities", Answer(400, code(WORDS)), Answer(201, {"id": "1:1"}))
    await world.refused()
    await world.send()
    said = caplog.text + capsys.readouterr().out
    assert WORDS not in said
    assert "granted" not in said
    assert PASSWORD not in said


# Patience


async def test_a_conversation_in_trouble_delays_no_other(world: World) -> None:
    world.there.answers("a%3A1amara/activities", Answer(429, None, {"Retry-After": "10"}))
    await world.refused()
    error = await world.refused(Lane.IN_TURN)
    assert error.untried
    assert error.retry_after
    assert error.retry_after > timedelta(seconds=9)
    assert len(world.there.called("amara/activities")) == 1
    for _ in range(3):
        sending = asyncio.create_task(world.send(RUTH))
        await world.hands.move(1)
        await sending
    del world.there.says["a%3A1amara/activities"]
    waiting = asyncio.create_task(world.send())
    await world.hands.move(6)
    assert not waiting.done()
    await world.hands.move(2)
    await waiting


async def test_in_one_conversation_one_call_is_under_way(world: World) -> None:
    hold = asyncio.Event()
    world.there.answers("amara/activities", Answer(201, {"id": "1:1"}, hold=hold))
    sending = [asyncio.create_task(world.send()) for _ in range(3)]
    await world.send(RUTH)
    await world.there.until(lambda: bool(world.there.called("amara/activities")))
    await world.send(RUTH)
    assert len(world.there.called("amara/activities")) == 1
    hold.set()
    await asyncio.gather(*sending)
    assert len(world.there.called("amara/activities")) == 3
