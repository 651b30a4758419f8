"""What the fake sends is let in and read by the product, each as what it is."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.incoming import (
    Echo,
    Edited,
    Ended,
    Heard,
    HomeOpened,
    Incoming,
    LimitedIntake,
    PersonChanged,
    Withdrawn,
)
from bot.slack.reading import read
from bot.slack.rendering import to_payload, to_view
from bot.slack.scopes import REASONS
from bot.slack.trusting import Seal, content_type, greeting, look_at, parse, refused
from prompts.message import FormName, Press
from tests.bot.samples import ABOUT, EVERY_FIELD, QUESTION_MESSAGE
from tests.slack import FakeSlack
from tests.slack.listening import Clock, Listening
from tests.slack.listening import Heard as Request
from tests.slack.people import Person, Workspace
from tests.slack.test_fake import METADATA
from tests.slack.workspace import SCOPES


def understood(slack: FakeSlack, clock: Clock, request: Request) -> Incoming:
    headers = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    seal = look_at("POST", headers, clock())
    assert isinstance(seal, Seal)
    assert refused(seal, headers, request.body, [slack.signing_secret]) is None
    payload = parse(content_type(headers), request.body)
    assert greeting(payload) is None
    return read(payload)


def test_a_workspace_gives_what_the_manifest_asks_for() -> None:
    assert set(REASONS) == SCOPES


async def test_events(
    slack: FakeSlack,
    client: AsyncWebClient,
    royal: Workspace,
    amara: Person,
    app: Listening,
    clock: Clock,
) -> None:
    slack.echoes = True
    await client.chat_postMessage(channel=amara.id, text="Hello", metadata=METADATA)
    await slack.settled()
    await slack.opens_home(amara)
    await slack.says(amara, "R & D at https://example.org")
    await slack.edits(amara, "R & D")
    await slack.deletes(amara)
    await slack.changes(amara, deleted=True)
    await slack.limits_events(royal)
    await slack.revokes_tokens(royal)
    await slack.uninstalls(royal)
    read_as = [understood(slack, clock, request) for request in app.heard]
    assert [type(one) for one in read_as] == [
        Echo,
        HomeOpened,
        Heard,
        Edited,
        Withdrawn,
        PersonChanged,
        LimitedIntake,
        Ended,
        Ended,
    ]
    said = read_as[2]
    assert isinstance(said, Heard)
    assert said.event.words == "R & D at https://example.org"
    assert said.event.workspace == royal.id


async def test_presses_forms_and_commands(
    slack: FakeSlack, client: AsyncWebClient, amara: Person, app: Listening, clock: Clock
) -> None:
    await client.chat_postMessage(channel=amara.id, **to_payload(QUESTION_MESSAGE))
    await slack.presses(amara, "Skip")
    pressed = understood(slack, clock, app.heard[-1])
    assert isinstance(pressed, Heard)
    assert (pressed.event.press, pressed.event.about) == (Press.SKIP, ABOUT)
    await slack.presses(amara, "Answer")
    opened = understood(slack, clock, app.heard[-1])
    assert isinstance(opened, Heard)
    await client.views_open(trigger_id=opened.where.trigger, view=to_view(EVERY_FIELD))
    await slack.submits(amara, {"Your answer": "It is mine.", "Days": ["Monday"]})
    sent = understood(slack, clock, app.heard[-1])
    assert isinstance(sent, Heard)
    assert sent.event.form is FormName.WHEN
    assert sent.event.values["answer"] == ("It is mine.",)
    assert sent.event.values["cue"] == ("After the huddle",)
    await slack.types(amara, "/bearings", "pause")
    typed = understood(slack, clock, app.heard[-1])
    assert isinstance(typed, Heard)
    assert typed.event.words == "pause"


@pytest.mark.parametrize(
    "words", ["a\nb", "<@U1> & <!here>", "&amp;", "https://a.example/?a=1&b=2"]
)
async def test_words_arrive_as_they_were_typed(
    slack: FakeSlack, amara: Person, app: Listening, clock: Clock, words: str
) -> None:
    await slack.says(amara, words)
    said = understood(slack, clock, app.heard[-1])
    assert isinstance(said, Heard)
    assert said.event.words == words
