"""Bearings as an operator runs it: `serve` and `work`, with a Slack that it has to make do with."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.drills.processes import House, Running, house, until
from tests.slack import FakeSlack, fake_slack
from tests.slack.people import Person, Workspace

NO_TOKEN = {"SLACK_BOT_TOKEN": "xoxb-wrong"}
SWITCHES = {"Send me questions": True}
WISH = "Six months from now, what would you most like to be different?"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as slack:
        yield slack


@pytest.fixture
def royal(slack: FakeSlack) -> Workspace:
    return slack.workspace("Royal Infirmary")


@pytest.fixture
def amara(slack: FakeSlack, royal: Workspace) -> Person:
    return slack.person(royal, "Amara Okafor", timezone="Europe/London")


@pytest.fixture
def run_house(
    database_url: str, tmp_path: Path, slack: FakeSlack, royal: Workspace
) -> Iterator[House]:
    with house(tmp_path, database_url) as there:
        there.surroundings = {
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_BOT_TOKEN": royal.token,
            "SLACK_API_URL": slack.api_url,
            "PORT": "0",
        }
        yield there


async def is_up(there: House, slack: FakeSlack) -> Running:
    running = there.start("serve")
    await asyncio.to_thread(until, lambda: "Serving on" in running.printed(), "it serves", running)
    [address] = [one for one in running.printed().split() if one.startswith("http://")]
    slack.events_url = f"{address}/slack/events"
    return running


def chat(slack: FakeSlack, person: Person, words: str) -> bool:
    return any(words in one for one in slack.screen(person).messages)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_from_nothing_to_the_first_question(
    run_house: House, slack: FakeSlack, amara: Person
) -> None:
    serving = await is_up(run_house, slack)
    assert (await slack.verifies_url("challenge")).body == "challenge"
    added = await asyncio.to_thread(run_house.run, "slack", "add", amara.id, "--leader", "--lead")
    assert (added.returncode, added.stderr) == (0, "")
    assert "Amara Okafor is known now, in Europe/London." in added.stdout

    await slack.opens_home(amara)
    await slack.until(lambda: chat(slack, amara, "Before we start"))
    await slack.types(amara, "/bearings", "let leaders begin")
    await slack.until(lambda: chat(slack, amara, "Its leaders can agree and begin."))
    await slack.presses(amara, "Choose and agree")
    await slack.until(lambda: bool(slack.screen(amara).views))
    await slack.submits(amara, SWITCHES)
    await slack.until(lambda: chat(slack, amara, "Agreed."))
    await slack.presses(amara, "Set an objective")
    await slack.until(lambda: bool(slack.screen(amara).views))
    await slack.submits(amara, {WISH: "Fewer meetings that decide nothing."})
    await slack.until(lambda: chat(slack, amara, "kept"))
    await slack.types(amara, "/bearings", "question")
    await slack.until(lambda: chat(slack, amara, "Only you can read your answer"))
    await slack.presses(amara, "Answer")
    await slack.until(lambda: bool(slack.screen(amara).views))
    await slack.submits(amara, {"Your answer": "The agenda was mine."})
    await slack.until(lambda: chat(slack, amara, "Saved, for you only"))
    assert await asyncio.to_thread(serving.told_to_stop) == 0
    assert "agenda" not in serving.complained() + serving.printed()
    assert serving.trouble() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_token_that_slack_does_not_know_is_refused_in_plain_words(
    run_house: House, slack: FakeSlack
) -> None:
    ended = await asyncio.to_thread(run_house.run, "serve", **NO_TOKEN)
    assert ended.returncode == 78
    assert "Slack does not take SLACK_BOT_TOKEN." in ended.stderr
    assert "Copy it once more from your app’s page" in ended.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_a_public_address_it_is_heard_through_a_socket(
    run_house: House, slack: FakeSlack, amara: Person
) -> None:
    serving = run_house.start(
        "serve", SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN=slack.turns_on_socket_mode()
    )
    await asyncio.to_thread(until, lambda: "Serving on" in serving.printed(), "it serves", serving)
    await slack.sockets.connected()
    # Nobody knows her yet; she is told so, and that is heard and answered.
    await slack.says(amara, "Hello")
    await slack.until(lambda: bool(slack.screen(amara).newest))
    assert await asyncio.to_thread(serving.told_to_stop) == 0


HALVES = {
    "SLACK_BOT_TOKEN": {"SLACK_BOT_TOKEN": ""},
    "SLACK_SIGNING_SECRET": {"SLACK_SIGNING_SECRET": ""},
    "SLACK_CLIENT_SECRET": {"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1.2"},
    "SLACK_CLIENT_ID": {"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_SECRET": "hush"},
    "BEARINGS_BASE_URL": {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "hush",
    },
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("missing", HALVES)
async def test_half_of_slack_is_refused_by_the_name_of_what_is_missing(
    run_house: House, missing: str
) -> None:
    ended = await asyncio.to_thread(lambda: run_house.run("serve", **HALVES[missing]))
    assert ended.returncode == 78
    assert f"{missing} is missing" in ended.stderr
    assert "hush" not in ended.stderr
