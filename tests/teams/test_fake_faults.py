"""What can go wrong on the way to Teams, laid out by a test."""

import asyncio

import aiohttp
import pytest

from tests.slack.listening import Clock
from tests.teams import FakeTeams
from tests.teams.faults import disconnected, empty, html_page, on_hold, refused, throttled
from tests.teams.people import Person, Tenant
from tests.teams.reaching import Client

HELLO = {"type": "message", "text": "Hello"}


async def test_too_many_calls_are_held_off_as_often_as_was_said(
    teams: FakeTeams, client: Client, amara: Person
) -> None:
    teams.faults.put("send", throttled(30), times=2)
    for _ in range(2):
        came = await client.sends(amara, HELLO)
        assert (came.status, came.headers["Retry-After"]) == (429, "30")
    assert (await client.sends(amara, HELLO)).status == 201
    teams.faults.put("send", throttled(None))
    assert "Retry-After" not in (await client.sends(amara, HELLO)).headers
    assert teams.screen(amara).messages == ("Hello",)


async def test_one_person_may_be_met_by_a_fault_and_another_not(
    teams: FakeTeams, client: Client, royal: Tenant, amara: Person
) -> None:
    ruth = teams.person(royal, "Ruth Ellis")
    hers = teams.conversation(ruth).id
    fault = refused(403, "MessageWritesBlocked", sub_code="MessageWritesBlocked")
    teams.faults.put("send", fault, times=None, when=lambda call: call.conversation == hers)
    assert (await client.sends(amara, HELLO)).status == 201
    for _ in range(2):
        came = await client.sends(ruth, HELLO)
        assert (came.status, came.body["subCode"]) == (403, "MessageWritesBlocked")
    teams.faults.clear()
    assert (await client.sends(ruth, HELLO)).status == 201


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_page_or_nothing_instead_of_an_answer_leaves_open_what_was_done(
    teams: FakeTeams, client: Client, amara: Person, accepted: bool
) -> None:
    teams.faults.put("send", html_page(502, accepted=accepted))
    teams.faults.put("send", empty(504, accepted=accepted))
    page, nothing = await client.sends(amara, HELLO), await client.sends(amara, HELLO)
    assert (page.status, page.text[:9]) == (502, "<!DOCTYPE")
    assert (nothing.status, nothing.text) == (504, "")
    assert teams.screen(amara).messages == (("Hello", "Hello") if accepted else ())


async def test_teams_takes_the_message_and_the_line_breaks(
    teams: FakeTeams, client: Client, amara: Person
) -> None:
    teams.faults.put("send", disconnected())
    with pytest.raises(aiohttp.ClientError):
        await client.sends(amara, HELLO)
    assert teams.screen(amara).messages == ("Hello",)


async def test_an_answer_is_held_back_and_nobody_else_may_write_there_meanwhile(
    teams: FakeTeams, client: Client, royal: Tenant, amara: Person
) -> None:
    held = teams.faults.put("send", on_hold())
    sending = asyncio.ensure_future(client.sends(amara, HELLO))
    await held.arrived.wait()
    at_once = await client.sends(amara, HELLO)
    assert (at_once.status, at_once.code) == (412, "PreconditionFailed")
    assert (await client.looks_up(amara)).status == 200
    assert (await client.sends(teams.person(royal, "Ruth Ellis"), HELLO)).status == 201
    held.released.set()
    assert (await sending).status == 201
    assert (await client.sends(amara, HELLO)).status == 201
    assert teams.screen(amara).messages == ("Hello", "Hello")


async def test_one_conversation_takes_so_many_within_a_second_and_within_half_a_minute(
    teams: FakeTeams, client: Client, amara: Person, clock: Clock
) -> None:
    teams.limits.are_on = True
    for _ in range(7):
        assert (await client.sends(amara, HELLO)).status == 201
    came = await client.sends(amara, HELLO)
    assert (came.status, came.headers["Retry-After"]) == (429, "1")
    sent = 7
    while sent < 60:
        clock.passes(seconds=0.4)
        sent += (await client.sends(amara, HELLO)).status == 201
    clock.passes(seconds=2)
    late = await client.sends(amara, HELLO)
    assert late.status == 429
    clock.passes(seconds=30)
    teams.limits.tell_when = False
    assert (await client.sends(amara, HELLO)).status == 201


async def test_a_tenant_takes_fifty_within_a_second_and_another_is_not_touched_by_it(
    teams: FakeTeams, client: Client, royal: Tenant
) -> None:
    teams.limits.are_on = True
    people = [teams.person(royal, f"Leader {n}") for n in range(51)]
    came = [(await client.sends(person, HELLO)).status for person in people]
    assert came == [201] * 50 + [429]
    elsewhere = teams.person(teams.tenant("St Elsewhere"), "Rhys Bevan")
    assert (await client.sends(elsewhere, HELLO)).status == 201
