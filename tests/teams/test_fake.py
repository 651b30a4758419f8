"""The fake's connector: what it takes, and what it gives back."""

from bot.teams.rendering import to_activity
from tests.bot.samples import QUESTION, QUESTION_MESSAGE, SAVED
from tests.slack.listening import Clock
from tests.teams import FakeTeams
from tests.teams.people import Person, Tenant
from tests.teams.reaching import Client

HELLO = {"type": "message", "text": "Hello"}


async def test_a_message_stands_in_a_persons_chat(
    teams: FakeTeams, client: Client, amara: Person
) -> None:
    created = await client.creates(amara)
    again = await client.creates(amara)
    assert (created.status, created.body) == (201, again.body)
    sent = await client.sends(amara, to_activity(QUESTION_MESSAGE))
    assert sent.status == 201
    assert teams.screen(amara).newest.startswith(f"{QUESTION}\nOnly you can read your answer.\n")
    # The box is on the card itself; the form is one press further.
    assert teams.screen(amara).buttons[:3] == ("Save", "Answer", "Skip")
    assert [call.operation for call in teams.calls] == ["create", "create", "send"]
    assert teams.calls[-1].answer == sent.body


async def test_a_message_is_changed_and_taken_away(
    teams: FakeTeams, client: Client, amara: Person
) -> None:
    sent = await client.sends(amara, to_activity(QUESTION_MESSAGE))
    changed = await client.updates(amara, sent.body["id"], to_activity(SAVED))
    assert (changed.status, changed.body) == (200, sent.body)
    assert "Saved, for you only." in teams.screen(amara).newest
    assert len(teams.screen(amara).messages) == 1
    assert (await client.deletes(amara, sent.body["id"])).status == 200
    assert teams.screen(amara).messages == ()
    assert (await client.deletes(amara, sent.body["id"])).code == "ActivityNotFoundInConversation"


async def test_a_member_is_told_with_what_the_directory_knows(
    client: Client, teams: FakeTeams, royal: Tenant, amara: Person
) -> None:
    told = (await client.looks_up(amara)).body
    assert told["aadObjectId"] == amara.aad
    assert (told["email"], told["userRole"]) == ("amara@royal.example", "user")
    guest = teams.person(royal, "Ines Duarte", role="guest")
    assert "#EXT#" in (await client.looks_up(guest)).body["userPrincipalName"]
    nobody = teams.person(royal, "Somebody", role="anonymous")
    assert "aadObjectId" not in (await client.looks_up(nobody)).body
    unknown = await client.looks_up(amara, "29:nobody")
    assert (unknown.status, unknown.code) == (404, "MemberNotFoundInConversation")


async def test_a_token_is_taken_as_long_as_it_lasts(
    teams: FakeTeams, client: Client, amara: Person, clock: Clock
) -> None:
    assert (await client.sends(amara, HELLO)).status == 201
    clock.passes(hours=1)
    late = await client.sends(amara, HELLO)
    assert late.status == 401
    client.token = teams.tokens.gives()
    assert (await client.sends(amara, HELLO)).status == 201
    assert teams.screen(amara).messages == ("Hello", "Hello")


async def test_a_tenant_knows_no_conversation_of_another(
    teams: FakeTeams, client: Client, amara: Person
) -> None:
    elsewhere = teams.tenant("St Elsewhere")
    where = teams.conversation(amara).id
    url = f"{elsewhere.service_url}v3/conversations/{where}/activities"
    assert (await client.calls("POST", url, HELLO)).code == "ConversationNotFound"
    teams.moves(amara.tenant)
    assert (await client.sends(amara, HELLO)).status == 201
    for_all = f"{teams.service_url}v3/conversations/{where}/activities"
    assert (await client.calls("POST", for_all, HELLO)).status == 201
