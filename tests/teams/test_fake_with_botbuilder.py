"""Botbuilder, which knows real Teams, takes the fake for it: what comes in and what goes out.

It asks for keys and sends with blocking calls, so it has a thread and a loop of its own here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import requests
from aiohttp import web
from botbuilder.core import CloudAdapterBase, MessageFactory, TurnContext
from botbuilder.core.teams import TeamsActivityHandler, TeamsInfo
from botbuilder.schema import (
    Activity,
    AdaptiveCardInvokeResponse,
    AdaptiveCardInvokeValue,
    Attachment,
    ChannelAccount,
    ConversationParameters,
    InvokeResponse,
)
from botbuilder.schema.teams import (
    TaskModuleContinueResponse,
    TaskModuleMessageResponse,
    TaskModuleRequest,
    TaskModuleResponse,
    TaskModuleTaskInfo,
)
from botframework.connector import ConnectorClient
from botframework.connector.auth import (
    AppCredentials,
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    ServiceClientCredentialsFactory,
)
from botframework.connector.models import ErrorResponseException
from msrest.serialization import Model

from bot.teams.rendering import to_card, to_dialog
from prompts.message import Message
from tests.bot.samples import EVERY_FIELD, QUESTION, QUESTION_MESSAGE, SAVED
from tests.teams import FakeTeams, fake_teams
from tests.teams.cards import CARD
from tests.teams.faults import refused
from tests.teams.people import Person
from tests.teams.signing import ISSUER
from tests.teams.tokens import SCOPE

Given = dict[str, Any]
WELCOME = to_card(Message("Saved already.", ()))


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    """By the real time, since botbuilder asks the machine's clock about a token."""
    async with fake_teams() as teams:
        yield teams


class Asking(AppCredentials):
    """The token endpoint of the fake. Botbuilder's own would ask over https alone."""

    def __init__(self, teams: FakeTeams) -> None:
        super().__init__(teams.app_id, oauth_scope=SCOPE)
        self.teams = teams

    def get_access_token(self, force_refresh: bool = False) -> str:
        form = {"grant_type": "client_credentials", "client_id": self.teams.app_id}
        form |= {"client_secret": self.teams.password, "scope": SCOPE}
        answer = requests.post(self.teams.token_url, data=form, timeout=10)
        return str(answer.json()["access_token"])


class Factory(ServiceClientCredentialsFactory):
    def __init__(self, teams: FakeTeams) -> None:
        self.teams = teams

    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == self.teams.app_id

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(self, *_: Any, **__: Any) -> Asking:
        return Asking(self.teams)


def trust_of(teams: FakeTeams) -> BotFrameworkAuthentication:
    return BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=teams.token_url,
        to_channel_from_bot_oauth_scope=ISSUER,
        to_bot_from_channel_token_issuer=ISSUER,
        to_bot_from_channel_open_id_metadata_url=teams.openid_url,
        to_bot_from_emulator_open_id_metadata_url=teams.openid_url,
        oauth_url=ISSUER,
        credential_factory=Factory(teams),
    )


class Adapter(CloudAdapterBase):
    async def process(self, body: Given, header: str, logic: Any) -> InvokeResponse | None:
        activity = Activity().deserialize(body)
        found = await self.bot_framework_authentication.authenticate_request(activity, header)
        result: InvokeResponse | None = await self.process_activity(found, activity, logic)
        return result


class Asker(TeamsActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        member = await TeamsInfo.get_member(turn_context, turn_context.activity.from_property.id)
        card = Attachment(content_type=CARD, content=to_card(QUESTION_MESSAGE))
        sent = await turn_context.send_activity(MessageFactory.attachment(card))
        if "again" in turn_context.activity.text:
            later = MessageFactory.text(f"Hello {member.given_name}")
            later.id = sent.id
            await turn_context.update_activity(later)

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity("Welcome")

    async def on_adaptive_card_invoke(
        self, turn_context: TurnContext, invoke_value: AdaptiveCardInvokeValue
    ) -> AdaptiveCardInvokeResponse:
        return AdaptiveCardInvokeResponse(status_code=200, type=CARD, value=to_card(SAVED))

    async def on_teams_task_module_fetch(
        self, turn_context: TurnContext, task_module_request: TaskModuleRequest
    ) -> TaskModuleResponse:
        shown = to_dialog(EVERY_FIELD)
        card = Attachment(content_type=CARD, content=shown["card"]["content"])
        info = TaskModuleTaskInfo(title=shown["title"], width="medium", card=card)
        return TaskModuleResponse(task=TaskModuleContinueResponse(value=info))

    async def on_teams_task_module_submit(
        self, turn_context: TurnContext, task_module_request: TaskModuleRequest
    ) -> TaskModuleResponse:
        answer = task_module_request.data["answer"]
        return TaskModuleResponse(task=TaskModuleMessageResponse(value=answer))


async def elsewhere(work: Callable[[], Awaitable[Any]]) -> Any:
    """In a thread with a loop of its own."""

    async def worked() -> Any:
        return await work()

    return await asyncio.to_thread(lambda: asyncio.run(worked()))


def served_by(teams: FakeTeams) -> web.Application:
    adapter, asker = Adapter(trust_of(teams)), Asker()

    async def hear(request: web.Request) -> web.Response:
        body, header = await request.json(), request.headers["Authorization"]
        try:
            result = await elsewhere(lambda: adapter.process(body, header, asker.on_turn))
        except PermissionError:
            return web.Response(status=401)
        if result is None:
            return web.Response()
        said = result.body.serialize() if isinstance(result.body, Model) else result.body
        return web.json_response(said, status=result.status)

    app = web.Application()
    app.router.add_post("/api/messages", hear)
    return app


@pytest.fixture
async def amara(teams: FakeTeams) -> AsyncIterator[Person]:
    """Amara, in a tenant where the app is botbuilder's."""
    runner = web.AppRunner(served_by(teams), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.messages_url = "http://{}:{}/api/messages".format(*runner.addresses[0])
    yield teams.person(teams.tenant("Royal Infirmary"), "Amara Okafor")
    await runner.cleanup()


async def test_a_talk(teams: FakeTeams, amara: Person) -> None:
    assert (await teams.installs(amara)).status == 200
    assert teams.screen(amara).newest == "Welcome"
    assert (await teams.says(amara, "hello")).status == 200
    assert teams.screen(amara).newest.startswith(QUESTION)
    await teams.opens(amara, "Answer")
    await teams.fills(amara, {"Your answer": "The sisters spoke first."}, save="Save")
    assert teams.screen(amara).dialog == "The sisters spoke first."
    teams.closes_dialog(amara)
    await teams.presses(amara, "Skip")
    assert "Saved, for you only." in teams.screen(amara).newest
    await teams.says(amara, "hello again")
    assert teams.screen(amara).newest == "Hello Amara"


async def test_a_token_for_another_app_is_turned_away(teams: FakeTeams, amara: Person) -> None:
    for_another = teams.signer.token(amara.tenant.service_url, aud="another")
    said = (await teams.says(amara, "hello")).activity
    answer = await teams.sends(said, authorization=f"Bearer {for_another}")
    assert answer.status == 401


async def test_its_client_sends_changes_deletes_and_looks(teams: FakeTeams, amara: Person) -> None:
    def talk() -> tuple[str, str]:
        chats = ConnectorClient(Asking(teams), base_url=amara.tenant.service_url).conversations
        made = chats.create_conversation(
            ConversationParameters(
                is_group=False,
                bot=ChannelAccount(id=teams.bot),
                members=[ChannelAccount(id=amara.id)],
                channel_data={"tenant": {"id": amara.tenant.id}},
            )
        )
        sent = chats.send_to_conversation(made.id, Activity(type="message", text="Hello"))
        chats.update_activity(made.id, sent.id, Activity(type="message", text="Hello Amara"))
        gone = chats.send_to_conversation(made.id, Activity(type="message", text="Gone"))
        chats.delete_activity(made.id, gone.id)
        return made.id, chats.get_conversation_members(made.id)[0].name

    assert await asyncio.to_thread(talk) == (teams.conversation(amara).id, "Amara Okafor")
    assert teams.screen(amara).messages == ("Hello Amara",)


async def test_its_client_reads_why_it_was_refused(teams: FakeTeams, amara: Person) -> None:
    where = teams.conversation(amara).id

    def send() -> None:
        client = ConnectorClient(Asking(teams), base_url=amara.tenant.service_url)
        client.conversations.send_to_conversation(where, Activity(type="message", text="Hello"))

    amara.blocked = True
    with pytest.raises(ErrorResponseException) as caught:
        await asyncio.to_thread(send)
    assert caught.value.response.status_code == 403
    assert caught.value.error.error.code == "ConversationBlockedByUser"
    amara.blocked = False
    teams.faults.put("send", refused(412, "PreconditionFailed"))
    with pytest.raises(ErrorResponseException) as caught:
        await asyncio.to_thread(send)
    assert caught.value.response.status_code == 412
    assert teams.screen(amara).messages == ()


async def test_its_proactive_sends_answer_what_never_was(teams: FakeTeams, amara: Person) -> None:
    """Its adapter makes up the id that it replies to, and why the product sends by itself."""
    adapter = Adapter(trust_of(teams))
    said = (await teams.says(amara, "hello")).activity
    reference = TurnContext.get_conversation_reference(Activity().deserialize(said))

    async def remind() -> None:
        await adapter.continue_conversation(
            reference, lambda turn: turn.send_activity("Later"), teams.app_id
        )

    with pytest.raises(ErrorResponseException):
        await elsewhere(remind)
    assert teams.calls[-1].status == 404
