"""Our edges against the strict fake Teams: what it signs is let in, what we ask it takes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.failures import Verdict
from bot.hosts import Hosts, hosts_of
from bot.payloads import Payload
from bot.teams.calling import Calls, open_calls
from bot.teams.credentials import ManagedIdentity, Password, Proof, read_certificate
from bot.teams.failures import CallError, Consequence
from bot.teams.keys import SELDOM, open_keys
from bot.teams.listening import Body, Door
from bot.teams.trusting import Claims, Trust
from tests.bot.microsoft import Seconds, certificate_pem, signing_key
from tests.bot.playing import served
from tests.teams import FakeTeams, fake_teams
from tests.teams.faults import Fault, disconnected, empty, html_page, refused, throttled
from tests.teams.people import Person

CARD = {"type": "message", "text": "Who spoke first?"}
_C = Consequence


@dataclass
class Edges:
    teams: FakeTeams
    amara: Person
    hosts: Hosts
    seconds: Seconds = field(default_factory=Seconds)
    took: list[Payload] = field(default_factory=list)

    async def take(self, said: Payload, claims: Claims) -> tuple[int, Body]:
        assert said["serviceUrl"] == claims.service_url
        self.took.append(said)
        return 200, None

    @property
    def here(self) -> tuple[str, str, str]:
        """Her tenant, its address, and her conversation."""
        said: Any = self.took[-1]
        return self.amara.tenant.id, said["serviceUrl"], said["conversation"]["id"]

    @asynccontextmanager
    async def calls(self, proof: Proof | None = None) -> AsyncIterator[Calls]:
        proof = proof or Password(self.teams.password)
        async with open_calls(self.teams.app_id, proof, self.teams.token_url, self.hosts) as (
            calls,
            _,
        ):
            yield calls


@pytest.fixture
async def edges() -> AsyncIterator[Edges]:
    async with fake_teams() as teams:
        royal = teams.tenant("Royal Infirmary")
        amara = teams.person(royal, "Amara Okafor", zone="Europe/London")
        edges = Edges(teams, amara, hosts_of([teams.service_host]))
        async with open_keys(teams.openid_url, edges.seconds) as keys:
            trust = Trust(teams.app_id, keys, edges.hosts, [royal.id])
            door = Door(trust, edges.take)
            async with served(Starlette(routes=door.routes())) as address:
                teams.messages_url = f"{address}/api/messages"
                assert (await teams.installs(amara)).status == 200
                yield edges


async def test_what_teams_signs_is_let_in_and_each_thing_that_we_ask_is_taken(edges: Edges) -> None:
    assert (await edges.teams.says(edges.amara, "Hello")).status == 200
    said: Any = edges.took[-1]
    user, bot = said["from"]["id"], said["recipient"]["id"]
    tenant, there, chat = edges.here
    async with edges.calls() as calls:
        sent = await calls.send(*edges.here, CARD)
        await calls.update(*edges.here, sent, {**CARD, "text": "Saved."})
        assert edges.teams.screen(edges.amara).newest == "Saved."
        assert await calls.create(tenant, there, bot, user) == chat
        known = await calls.member(*edges.here, user)
    assert known["aadObjectId"] == said["from"]["aadObjectId"]
    assert len(edges.teams.called("token")) == 1


async def test_what_anybody_else_signs_is_not(edges: Edges) -> None:
    said, before = edges.took[-1], len(edges.took)
    bad = edges.teams.signer.bad_headers(edges.here[1])
    async with httpx.AsyncClient() as browser:
        for what, header in bad.items():
            answer = await browser.post(
                edges.teams.messages_url, json=said, headers={"authorization": header}
            )
            assert answer.status_code in {401, 403}, what
            assert answer.content == b""
    assert len(edges.took) == before


async def test_another_tenant_is_not_ours(edges: Edges) -> None:
    county = edges.teams.tenant("County Hospital")
    ben = edges.teams.person(county, "Ben Carter")
    assert (await edges.teams.installs(ben)).status == 403
    assert (await edges.teams.says(ben, "Hello")).status == 403


async def test_a_key_that_teams_begins_to_sign_with_is_known_within_a_minute(edges: Edges) -> None:
    edges.teams.signer.rotates(forgets=True)
    assert (await edges.teams.says(edges.amara, "Hello")).status == 401
    edges.seconds.at += SELDOM
    assert (await edges.teams.says(edges.amara, "Hello")).status == 200


FAULTS: list[tuple[Fault, Verdict, Consequence]] = [
    (refused(403, "ConversationBlockedByUser"), Verdict.NEVER, _C.PERSON_STOPPED),
    (refused(403, "Forbidden", sub_code="MessageWritesBlocked"), Verdict.NEVER, _C.PERSON_STOPPED),
    (refused(404, "ConversationNotFound"), Verdict.NEVER, _C.DROP_CONVERSATION),
    (refused(412, "PreconditionFailed"), Verdict.LATER, _C.NOTHING),
    (html_page(), Verdict.LATER, _C.NOTHING),
    (empty(), Verdict.LATER, _C.NOTHING),
    (html_page(403), Verdict.NEVER, _C.PERSON_STOPPED),
    (html_page(201, accepted=True), Verdict.DOUBTFUL, _C.NOTHING),
    (disconnected(), Verdict.DOUBTFUL, _C.NOTHING),
    (throttled(30), Verdict.LATER, _C.NOTHING),
]


@pytest.mark.parametrize(("fault", "verdict", "follows"), FAULTS)
async def test_whatever_goes_wrong_is_tried_once(
    edges: Edges, fault: Fault, verdict: Verdict, follows: Consequence
) -> None:
    edges.teams.faults.put("send", fault)
    async with edges.calls() as calls:
        with pytest.raises(CallError) as raised:
            await calls.send(*edges.here, CARD)
    assert (raised.value.failure.verdict, raised.value.consequence) == (verdict, follows)
    assert len(edges.teams.called("send")) == 1


async def test_who_blocked_the_app_is_left_alone(edges: Edges) -> None:
    edges.teams.blocks(edges.amara)
    async with edges.calls() as calls:
        with pytest.raises(CallError) as raised:
            await calls.send(*edges.here, CARD)
    assert raised.value.consequence is _C.PERSON_STOPPED


async def test_each_way_to_show_who_the_app_is_is_taken(edges: Edges, tmp_path: Path) -> None:
    tokens = edges.teams.tokens
    tokens.certificate = signing_key("certificate").public_key()
    file = tmp_path / "teams.pem"
    file.write_text(certificate_pem())
    msi, machine = "/msi/token", "/metadata/identity/oauth2/token"
    for proof in (
        Password(edges.teams.password),
        read_certificate(file),
        ManagedIdentity("", f"{edges.teams.host}{msi}", tokens.identity),
        ManagedIdentity(edges.teams.app_id, f"{edges.teams.host}{machine}"),
    ):
        async with edges.calls(proof) as calls:
            await calls.send(*edges.here, CARD)
    assert len(edges.teams.called("token")) == 4


async def test_a_wrong_secret_is_told_in_plain_words_and_nothing_is_sent(edges: Edges) -> None:
    async with edges.calls(Password("wrong")) as calls:
        with pytest.raises(CallError, match="the client secret is wrong") as raised:
            await calls.send(*edges.here, CARD)
    assert raised.value.permanent
    assert edges.teams.called("send") == []


async def test_a_token_that_is_no_longer_taken_is_replaced_for_the_next_message(
    edges: Edges,
) -> None:
    async with edges.calls() as calls:
        await calls.send(*edges.here, CARD)
        edges.teams.tokens.forgets()
        with pytest.raises(CallError) as raised:
            await calls.send(*edges.here, CARD)
        await calls.send(*edges.here, CARD)
    assert not raised.value.permanent
    assert len(edges.teams.called("token")) == 2
