"""Workspaces let us in from a browser, let us in again, and want nothing from us any more."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from starlette.applications import Starlette

from bot.slack.incoming import PLATFORM, Ended, TeamsChanged
from bot.slack.installing import Leave, connect
from bot.slack.oauth import OAuth, OAuthApp
from bot.slack.scopes import REASONS
from prompts.bank import ServedBank
from scheduler.delivery import DeliveryError
from storage import install_states
from storage.engine import reading, transaction
from storage.installations import ENDED, installations, token_of
from storage.members import NewMember, add_members
from storage.programmes import add_cohort, add_programme
from storage.tables import InstallState, Intake, Nudge, NudgeKind, NudgeState
from tests.bot.playing import MINE, WISH, count
from tests.bot.slack_trust import HERE, Trust, brought, in_the_trust
from tests.bot.slack_ward import in_the_ward
from tests.cast import MONDAY
from tests.slack.faults import disconnected, failed, html_page, rate_limited
from tests.slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.slack.people import Person, Workspace

ACCESS = "oauth.v2.access"


@pytest.fixture
async def trust(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Trust]:
    async with in_the_trust(engine, served_bank) as trust:
        yield trust


async def let_in(trust: Trust) -> list[str]:
    async with reading(trust.engine) as db:
        return [one.workspace for one in await installations(db, PLATFORM)]


async def with_ruth_in_it(trust: Trust, workspace: str) -> None:
    """A programme there, of which Ruth is the lead."""
    found = await trust.installations.find(workspace)
    assert found
    async with transaction(trust.engine) as db:
        place = found.workspace_id
        programme = await add_programme(db, place, "Leading across boundaries", trust.now)
        await add_cohort(db, programme, "Autumn cohort")
        ruth = NewMember(user_id=trust.ruth.id, name="Ruth Adeyemi", is_lead=True)
        await add_members(db, place, [ruth])


# From the browser to the first answer


async def test_ruth_installs_it_and_is_answered(trust: Trust) -> None:
    page = await trust.installs()

    assert page.status_code == 200
    assert "Bearings is installed" in page.text
    assert await let_in(trust) == [trust.county.id]
    await with_ruth_in_it(trust, trust.county.id)
    assert (await trust.slack.says(trust.ruth, "help")).status == 200
    await trust.settles()
    assert trust.slack.screen(trust.ruth).newest
    assert trust.slack.called("auth.test") == []


async def test_slack_is_asked_for_what_we_need_and_where_to_come_back(trust: Trust) -> None:
    async with trust.browser() as browser:
        there = await trust.goes_to_slack(browser)

    assert there.startswith(f"{trust.slack.authorize_url}?")
    asked = brought(there)
    assert set(asked["scope"].split(",")) >= REASONS.keys()
    assert (asked["client_id"], asked["redirect_uri"]) == (
        CLIENT_ID,
        f"{HERE}/slack/oauth_redirect",
    )
    assert len(asked["state"]) >= 43


async def test_what_binds_it_to_the_browser_no_script_and_no_other_site_can_touch(
    trust: Trust,
) -> None:
    async with trust.browser() as browser:
        cookie = (await browser.get("/slack/install")).headers["set-cookie"]

    assert cookie.startswith("__Host-bearings-install=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(
        cookie.split("; ")
    )


async def test_on_ones_own_machine_it_works_without_https(trust: Trust) -> None:
    known = OAuthApp(CLIENT_ID, CLIENT_SECRET, "http://localhost:8000", trust.slack.api_url)
    oauth = OAuth(trust.engine, trust.clock, trust.installations, known)
    trust.site = Starlette(routes=oauth.routes())
    async with trust.browser("http://localhost:8000") as browser:
        away = await browser.get("/slack/install")
        assert "secure" not in away.headers["set-cookie"].lower()
        there = away.headers["location"]
        page = await browser.get(trust.slack.oauth.consents(trust.county, trust.ruth, there))
    assert page.status_code == 200


async def test_the_token_is_kept_sealed_and_shown_nowhere(trust: Trust) -> None:
    page = await trust.installs()

    token = trust.county.token
    assert token not in page.text
    async with trust.engine.connect() as connection:
        rows = await connection.exec_driver_sql("SELECT * FROM installation")
        assert token.encode() not in repr(rows.all()).encode()
    found = await trust.installations.find(trust.county.id)
    assert found
    assert await trust.installations.token(found.workspace_id) == token


def test_where_slacks_own_page_is_follows_from_where_its_api_is() -> None:
    app = OAuthApp("1.2", "s", "https://b.example/", "https://slack-gov.com/api/")
    assert app.authorize("x").startswith("https://slack-gov.com/oauth/v2/authorize?")
    assert app.back == "https://b.example/slack/oauth_redirect"


# What can go wrong on the way


async def test_a_way_back_is_good_once(trust: Trust) -> None:
    async with trust.browser() as browser:
        back = trust.slack.oauth.consents(
            trust.county, trust.ruth, await trust.goes_to_slack(browser)
        )
        cookies = dict(browser.cookies)
        assert (await browser.get(back)).status_code == 200
        again = await browser.get(back, headers={"cookie": _as_header(cookies)})
    assert again.status_code == 400
    assert "used already" in again.text
    assert len(trust.slack.called(ACCESS)) == 1


def _as_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def test_a_way_back_is_good_for_ten_minutes(trust: Trust) -> None:
    async with trust.browser() as browser:
        there = await trust.goes_to_slack(browser)
        trust.now += timedelta(minutes=10)
        page = await browser.get(trust.slack.oauth.consents(trust.county, trust.ruth, there))
    assert page.status_code == 400
    assert "too old" in page.text
    assert trust.slack.called(ACCESS) == []


async def test_in_another_browser_nothing_is_installed_and_the_first_can_still_finish(
    trust: Trust,
) -> None:
    async with trust.browser() as browser, trust.browser() as other:
        there = await trust.goes_to_slack(browser)
        back = trust.slack.oauth.consents(trust.county, trust.ruth, there)
        await trust.goes_to_slack(other)
        for stranger in (other, trust.browser()):
            page = await stranger.get(back)
            assert page.status_code == 400
            assert "another browser" in page.text
        assert await let_in(trust) == []
        assert (await browser.get(back)).status_code == 200


async def test_who_says_no_is_told_that_nothing_happened(trust: Trust) -> None:
    async with trust.browser() as browser:
        back = trust.slack.oauth.declines(await trust.goes_to_slack(browser))
        page = await browser.get(back)
    assert page.status_code == 200
    assert "Nothing was installed" in page.text
    assert await count(trust.engine, InstallState) == 0


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": "c1"},
        {"state": "guessed"},
        {"state": "é" * 50, "code": "c1"},
        {"state": "x" * 5_000, "code": "y" * 5_000},
        {"error": "access_denied"},
        {"error": "<script>alert(1)</script>", "state": "<b>"},
    ],
)
async def test_whoever_comes_from_elsewhere_gets_a_page_and_starts_nothing(
    trust: Trust, query: dict[str, str]
) -> None:
    async with trust.browser() as browser:
        page = await browser.get(f"/slack/oauth_redirect?{urlencode(query)}")
    assert page.status_code == 400
    assert "Begin again" in page.text
    assert "<script" not in page.text
    assert trust.slack.calls == []


@pytest.mark.parametrize("code", ["", "x" * 501, "\x00", "ünïcode"])
async def test_a_code_that_slack_cannot_have_given_is_not_brought_there(
    trust: Trust, code: str
) -> None:
    async with trust.browser() as browser:
        state = brought(await trust.goes_to_slack(browser))["state"]
        query = urlencode({"state": state, "code": code})
        page = await browser.get(f"/slack/oauth_redirect?{query}")
    assert page.status_code == 400
    assert trust.slack.calls == []


async def test_a_code_that_slack_does_not_know(trust: Trust) -> None:
    async with trust.browser() as browser:
        state = brought(await trust.goes_to_slack(browser))["state"]
        page = await browser.get(f"/slack/oauth_redirect?state={state}&code=guessed")
    assert page.status_code == 400
    assert "did not accept" in page.text
    assert "invalid_code" not in page.text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (rate_limited(30), "Begin again in a few minutes"),
        (html_page(503), "Begin again in a few minutes"),
        (disconnected(), "Begin again in a few minutes"),
        (failed("fatal_error"), "Begin again in a few minutes"),
        (failed("bad_client_secret"), "Tell whoever runs Bearings"),
        (failed("bad_redirect_uri"), "Tell whoever runs Bearings"),
    ],
)
async def test_when_slack_gives_no_token_it_is_said_without_its_words(
    trust: Trust, fault: object, said: str
) -> None:
    trust.slack.faults.put(ACCESS, fault)  # type: ignore[arg-type]
    page = await trust.installs()
    assert page.status_code == 424
    assert said in page.text
    assert not any(word in page.text for word in ("bad_", "fatal", "ratelimited", "<!DOCTYPE"))
    assert await let_in(trust) == []


async def test_with_too_little_leave_nothing_is_installed_and_the_page_says_what_is_missing(
    trust: Trust,
) -> None:
    async with trust.browser() as browser:
        asked = await trust.goes_to_slack(browser)
        less = asked.replace("im%3Ahistory%2C", "")
        page = await browser.get(trust.slack.oauth.consents(trust.county, trust.ruth, less))
    assert page.status_code == 400
    assert "im:history" in page.text
    assert "chat:write" not in page.text
    assert await let_in(trust) == []


async def test_however_many_begin_who_begins_last_is_let_in(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install_states, "MOST", 1)
    async with trust.browser() as idle:
        await trust.goes_to_slack(idle)
        assert (await trust.installs()).status_code == 200
        assert (await idle.head("/slack/install")).headers.get("set-cookie") is None
    assert await let_in(trust) == [trust.county.id]


# For a whole organisation


@pytest.fixture
def trusts_own(trust: Trust) -> tuple[Workspace, Person]:
    """The workspace in which the organisation's admin sits."""
    workspace = trust.slack.workspace("Head office", installed=False, enterprise="E1")
    admin = trust.slack.person(workspace, "Priya Nair")
    return workspace, admin


async def test_an_organisation_lets_us_in_and_its_teams_are_heard(
    trust: Trust, trusts_own: tuple[Workspace, Person]
) -> None:
    workspace, priya = trusts_own
    trust.ruth = priya
    assert (await trust.installs(workspace, priya, of_all=True)).status_code == 200

    assert await let_in(trust) == ["E1"]
    await with_ruth_in_it(trust, "E1")
    await trust.slack.says(priya, "help")
    assert await count(trust.engine, Intake) == 1
    await trust.settles()
    assert trust.slack.screen(priya).newest
    other = trust.slack.workspace("North", installed=False, enterprise="E1")
    kwame = trust.slack.person(other, "Kwame Mensah")
    await trust.slack.says(kwame, "help")
    assert await count(trust.engine, Intake) == 1
    stranger = trust.slack.workspace("Elsewhere", installed=False, enterprise="E2")
    await trust.slack.says(trust.slack.person(stranger, "Nobody"), "help")
    assert await count(trust.engine, Intake) == 1


async def test_a_team_is_heard_as_long_as_the_organisation_opens_it_to_us(
    trust: Trust, trusts_own: tuple[Workspace, Person]
) -> None:
    workspace, priya = trusts_own
    await trust.installs(workspace, priya, of_all=True)
    await with_ruth_in_it(trust, "E1")
    north = trust.slack.workspace("North", installed=False, enterprise="E1")
    kwame = trust.slack.person(north, "Kwame Mensah")

    async def is_heard(somebody: Person) -> bool:
        before = await count(trust.engine, Intake)
        assert (await trust.slack.says(somebody, "help")).status == 200
        after = await count(trust.engine, Intake)
        await trust.settles()
        return after > before

    assert await is_heard(kwame)
    await trust.slack.changes_teams(workspace, north, granted=False)
    await trust.settles()
    assert not await is_heard(kwame)
    assert await is_heard(priya)
    answer = await trust.slack.types(kwame, "/bearings", "help")
    assert "I am not connected to this workspace any more" in answer.text
    assert await let_in(trust) == ["E1"]

    await trust.slack.changes_teams(workspace, north, granted=True)
    await trust.settles()
    assert await is_heard(kwame)


async def test_its_own_team_may_be_closed_and_the_organisation_still_opens_it_again(
    trust: Trust, trusts_own: tuple[Workspace, Person]
) -> None:
    """Slack names that very team in the envelope of the news."""
    workspace, priya = trusts_own
    await trust.installs(workspace, priya, of_all=True)
    await with_ruth_in_it(trust, "E1")
    for granted in (False, True):
        await trust.slack.changes_teams(workspace, workspace, granted=granted)
        await trust.settles()
        found = await trust.installations.find(workspace.id, "E1")
        assert (found is not None) is granted


async def test_old_news_of_a_team_changes_nothing(
    trust: Trust, trusts_own: tuple[Workspace, Person]
) -> None:
    workspace, priya = trusts_own
    await trust.installs(workspace, priya, of_all=True)
    now = trust.now
    for at, granted in ((now, False), (now - timedelta(minutes=1), True)):
        news = TeamsChanged("Ev1", "E1", (workspace.id,), granted, at, enterprise="E1")
        await trust.installations.change_teams(news)
    assert await trust.installations.find(workspace.id, "E1") is None


async def test_a_team_that_let_us_in_by_itself_is_not_its_organisations_to_close(
    trust: Trust, trusts_own: tuple[Workspace, Person]
) -> None:
    workspace, priya = trusts_own
    await trust.installs(workspace, priya, of_all=True)
    north = trust.slack.workspace("North", installed=False, enterprise="E1")
    await trust.installs(north, trust.slack.person(north, "Kwame Mensah"))
    await trust.slack.changes_teams(workspace, north, granted=False)
    await trust.settles()
    found = await trust.installations.find(north.id, "E1")
    assert found
    assert found.workspace == north.id


async def test_one_team_of_it_that_leaves_ends_its_own_leave_alone(
    trust: Trust, trusts_own: tuple[Workspace, Person]
) -> None:
    workspace, priya = trusts_own
    await trust.installs(workspace, priya, of_all=True)
    north = trust.slack.workspace("North", installed=False, enterprise="E1")
    kwame = trust.slack.person(north, "Kwame Mensah")
    await trust.installs(north, kwame)
    assert sorted(await let_in(trust)) == sorted(["E1", north.id])

    await trust.slack.uninstalls(north)
    await trust.slack.revokes_tokens(north)
    await trust.settles()
    assert await let_in(trust) == ["E1"]


async def test_a_token_in_the_settings_may_be_an_organisations(
    trust: Trust, trusts_own: tuple[Workspace, Person]
) -> None:
    workspace, priya = trusts_own
    await trust.installs(workspace, priya, of_all=True)
    await connect(trust.engine, workspace.token, trust.slack.api_url, trust.now)
    assert await let_in(trust) == ["E1"]


# The end, and a new beginning


@pytest.mark.parametrize("how", ["uninstalls", "revokes_tokens"])
async def test_who_wants_nothing_from_us_gets_nothing(trust: Trust, how: str) -> None:
    await trust.installs()
    await with_ruth_in_it(trust, trust.county.id)
    found = await trust.installations.find(trust.county.id)
    assert found
    trust.now += timedelta(minutes=1)

    await getattr(trust.slack, how)(trust.county)
    await trust.settles()

    before = len(trust.slack.calls)
    with pytest.raises(DeliveryError) as refused:
        await trust.installations.token(found.workspace_id)
    assert refused.value.permanent
    for act in (trust.slack.says(trust.ruth, "help"), trust.slack.opens_home(trust.ruth)):
        assert (await act).status == 200
    answer = await trust.slack.types(trust.ruth, "/bearings", "help")
    assert "I am not connected to this workspace any more" in answer.text
    await trust.settles()
    assert await count(trust.engine, Intake) == 0
    assert len(trust.slack.calls) == before


async def test_a_question_that_waits_is_not_sent_where_they_want_nothing_from_us(
    engine: AsyncEngine, served_bank: ServedBank
) -> None:
    async with in_the_ward(engine, served_bank) as ward:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        leave = Leave(ward.royal.id, ward.royal.token, ward.royal.bot.id)
        await ward.app.installations.let_in(leave, yesterday)
        await ward.slack.opens_home(ward.amara)
        await ward.settles()
        await ward.presses(ward.amara, "Choose and agree")
        await ward.submits(ward.amara, {"Send me questions": True})
        await ward.presses(ward.amara, "Set an objective")
        await ward.submits(ward.amara, {WISH: MINE})

        await ward.slack.uninstalls(ward.royal)
        await ward.settles()
        before = len(ward.slack.calls)
        await ward.passes(until=MONDAY + timedelta(days=1, hours=2))

        assert len(ward.slack.calls) == before
        async with reading(engine) as db:
            [nudge] = await db.exec(select(Nudge).where(Nudge.kind == NudgeKind.QUESTION))
        assert (nudge.state, nudge.ended_because) == (NudgeState.EXPIRED, ENDED.words)


async def test_they_come_back_and_all_of_it_is_still_there(trust: Trust) -> None:
    await trust.installs()
    await with_ruth_in_it(trust, trust.county.id)
    first = await trust.installations.find(trust.county.id)
    trust.now += timedelta(minutes=1)
    await trust.slack.uninstalls(trust.county)
    await trust.settles()
    trust.now += timedelta(minutes=1)

    await trust.installs()

    assert await trust.installations.find(trust.county.id) == first
    await trust.slack.says(trust.ruth, "help")
    await trust.settles()
    assert trust.slack.screen(trust.ruth).newest


async def test_news_of_the_old_end_does_not_end_the_new_beginning(trust: Trust) -> None:
    await trust.installs()
    gone = await trust.slack.uninstalls(trust.county)
    trust.now += timedelta(minutes=1)
    await trust.installs()

    await trust.slack.redelivers(gone)
    await trust.settles()
    assert await let_in(trust) == [trust.county.id]


# Without asking, and without being out of date


async def test_slack_is_never_asked_who_we_are_and_its_limit_ends_nothing(trust: Trust) -> None:
    await trust.installs()
    await with_ruth_in_it(trust, trust.county.id)
    trust.slack.faults.put("auth.test", rate_limited(30), times=None)
    trust.slack.faults.put("chat.postMessage", rate_limited(1))

    for words in ("help", "pause", "resume"):
        answer = await trust.slack.says(trust.ruth, words)
        assert (answer.status, answer.text) == (200, "")
    await trust.settles()

    assert trust.slack.called("auth.test") == []
    assert not any("install" in post.text.lower() for post in trust.slack.messages(trust.ruth))
    assert await let_in(trust) == [trust.county.id]


async def test_a_token_is_read_once_in_some_seconds(trust: Trust) -> None:
    await trust.installs()
    found = await trust.installations.find(trust.county.id)
    assert found
    here = found.workspace_id
    first = await trust.installations.token(here)
    async with trust.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE installation SET ended_at = installed_at")

    assert await trust.installations.token(here) == first
    assert await trust.installations.find(trust.county.id) == found
    trust.seconds.at += trust.installations.LASTS
    with pytest.raises(DeliveryError):
        await trust.installations.token(here)
    assert await trust.installations.find(trust.county.id) is None


async def test_a_token_that_was_being_read_when_it_was_taken_away_is_not_remembered(
    trust: Trust,
) -> None:
    await trust.installs()
    found = await trust.installations.find(trust.county.id)
    assert found
    here = found.workspace_id
    trust.now += timedelta(minutes=1)

    ended = Ended("Ev1", trust.county.id, trust.now, "tokens_revoked")
    reads = [trust.installations.token(here) for _ in range(5)]
    await asyncio.gather(*reads, trust.installations.end(ended, trust.now), return_exceptions=True)

    with pytest.raises(DeliveryError):
        await trust.installations.token(here)
    async with reading(trust.engine) as db:
        assert await token_of(db, here) is None
