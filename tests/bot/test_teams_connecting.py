"""Teams joined as `serve` and `work` join it, from the settings alone."""

import aiohttp
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from bot.app import build_server, database_clock
from bot.connecting import open_platforms
from bot.settings import SettingsError, read_settings
from prompts.bank import ServedBank
from tests.bot.playing import served
from tests.teams import fake_teams
from tests.teams.faults import html_page


async def test_a_stranger_who_writes_to_what_serve_serves_is_answered(
    engine: AsyncEngine, served_bank: ServedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fake_teams() as teams:
        royal = teams.tenant("Royal Infirmary")
        kofi = teams.person(royal, "Kofi Mensah")
        for name, value in teams.settings(royal).items():
            monkeypatch.setenv(name, value)
        clock = database_clock(engine)
        async with open_platforms(
            engine, clock, served_bank, read_settings(), hears=True
        ) as platforms:
            assert set(platforms.messengers) == {"teams"}
            app: Starlette = build_server(engine, platforms)
            async with served(app) as address:
                teams.messages_url = f"{address}/api/messages"
                assert (await teams.says(kofi, "hello")).status == 200
                await teams.until(lambda: "I do not know you" in teams.screen(kofi).newest)
                async with aiohttp.ClientSession() as nobody:
                    got = await nobody.post(teams.messages_url, json={"type": "message"})
                    assert (got.status, await got.read()) == (401, b"")


async def test_work_sends_and_hears_nothing(
    engine: AsyncEngine, served_bank: ServedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fake_teams() as teams:
        for name, value in teams.settings(teams.tenant("Royal Infirmary")).items():
            monkeypatch.setenv(name, value)
        async with open_platforms(
            engine, database_clock(engine), served_bank, read_settings()
        ) as platforms:
            assert set(platforms.messengers) == {"teams"}
            assert platforms.routes == ()


async def test_a_wrong_secret_shows_at_the_start(
    engine: AsyncEngine, served_bank: ServedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fake_teams() as teams:
        for name, value in teams.settings(teams.tenant("Royal Infirmary")).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("TEAMS_APP_PASSWORD", "of yesterday")
        with pytest.raises(SettingsError, match="gives the app no token: the client secret"):
            async with open_platforms(engine, database_clock(engine), served_bank, read_settings()):
                pass


async def test_it_starts_while_microsoft_is_away(
    engine: AsyncEngine, served_bank: ServedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fake_teams() as teams:
        for name, value in teams.settings(teams.tenant("Royal Infirmary")).items():
            monkeypatch.setenv(name, value)
        teams.faults.put("token", html_page(), times=1)
        teams.faults.put("openid", html_page(), times=1)
        async with open_platforms(
            engine, database_clock(engine), served_bank, read_settings(), hears=True
        ) as platforms:
            assert set(platforms.messengers) == {"teams"}
