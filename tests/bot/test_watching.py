"""What is told to whoever watches: the figures, the alarm, and that neither names anybody."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from bot import app
from bot.watching import exposition, keep_watch, raise_alarms
from prompts.bank import ServedBank
from prompts.composing.delivering import TROUBLES
from storage.engine import NotKeptError, transaction
from tests.bot.commands import Bearings
from tests.bot.slack_ward import in_the_ward, is_asked
from tests.bot.test_healthcommands import PEOPLE, add
from tests.databases import close, open_sealed

DOCS = Path(__file__).parents[2] / "docs"
TOKEN = "the quiet of the ward at four"  # noqa: S105 - a token of this test's


@pytest.fixture
async def data(tmp_path: Path, laid_out: str) -> AsyncIterator[AsyncEngine]:
    engine = open_sealed(f"sqlite:///{tmp_path}/{laid_out}")
    yield engine
    await close(engine)


async def now() -> datetime:
    return datetime.now(UTC)


async def told(engine: AsyncEngine) -> list[Sample]:
    said = (await exposition(engine, now)).decode()
    return [one for family in text_string_to_metric_families(said) for one in family.samples]


def value(samples: list[Sample], name: str, **labels: str) -> float:
    [found] = [one.value for one in samples if one.name == name and one.labels == labels]
    return found


async def asks(data: AsyncEngine, token: str, **headers: str | bytes) -> httpx.Response:
    server = app.build_server(data, metrics_token=token)
    transport = httpx.ASGITransport(app=server)
    async with httpx.AsyncClient(transport=transport, base_url="http://bearings") as client:
        return await client.get("/metrics", headers=headers)


async def test_what_came_due_is_told_by_kind_and_by_what_became_of_it(
    data: AsyncEngine, tmp_path: Path, laid_out: str
) -> None:
    file = str(tmp_path / laid_out)
    add(file, "sent", None, hours=0)
    add(file, "sent", None, hours=3)
    add(file, "given up", "misconfigured", hours=3)
    add(file, "expired", "paused", hours=3)
    said = await told(data)
    for window, outcome, count in (
        ("1h", "delivered", 1),
        ("24h", "delivered", 2),
        ("24h", "due", 3),
        ("24h", "given_up", 1),
        ("24h", "held_back", 1),
        ("1h", "held_back", 0),
    ):
        row = {"window": window, "kind": "question", "outcome": outcome}
        assert value(said, "bearings_messages", **row) == count, row
    assert [one.labels["why"] for one in said if one.name == "bearings_troubles"] == [
        "misconfigured"
    ]
    assert value(said, "bearings_alarms", amiss="not delivered") == 1
    assert value(said, "bearings_alarms", amiss="not sent") == 0


async def test_what_waits_is_told_with_its_age(
    data: AsyncEngine, tmp_path: Path, laid_out: str
) -> None:
    add(str(tmp_path / laid_out), "ready", None, hours=2)
    said = await told(data)
    assert value(said, "bearings_queue_length", queue="messages") == 1
    assert 7_200 <= value(said, "bearings_queue_age_seconds", queue="messages") < 7_400
    assert value(said, "bearings_queue_age_seconds", queue="intake") == 0


async def test_the_keys_are_told_by_their_age(data: AsyncEngine) -> None:
    said = await told(data)
    [active] = [one for one in said if one.name == "bearings_key_age_days"]
    assert active.labels["state"] == "active"
    assert value(said, "bearings_keys_up") == 1
    [due] = [one for one in said if one.name == "bearings_key_step_due_timestamp_seconds"]
    assert due.value > 0


async def test_nobody_is_named_and_no_choice_of_anybodys_is_told(
    data: AsyncEngine, tmp_path: Path, laid_out: str
) -> None:
    for why in ("paused", "stopped", "no agreement"):
        add(str(tmp_path / laid_out), "expired", why)
    said = (await exposition(data, now)).decode()
    assert not [name for name in PEOPLE if name in said]
    assert not [word for word in ("paused", "stopped", "agreement", "workspace") if word in said]


async def test_a_database_that_does_not_answer_is_itself_a_figure(data: AsyncEngine) -> None:
    async with transaction(data) as db:
        await db.exec(text("DROP TABLE intake"))
    said = await told(data)
    assert value(said, "bearings_database_up") == 0
    assert not [one for one in said if one.name == "bearings_alarms"]


async def test_only_whoever_has_the_token_may_look(data: AsyncEngine) -> None:
    assert (await asks(data, "")).status_code == 404
    for wrong in ({}, {"authorization": "Bearer "}, {"authorization": f"Bearer {TOKEN}é".encode()}):
        refused = await asks(data, TOKEN, **wrong)
        assert (refused.status_code, refused.content) == (401, b"")
    shown = await asks(data, TOKEN, authorization=f"Bearer {TOKEN}")
    assert shown.status_code == 200
    assert shown.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert b"bearings_database_up 1.0" in shown.content


@pytest.mark.parametrize(
    ("settings", "because"),
    [
        ({"BEARINGS_METRICS_TOKEN": "short"}, "16 characters or more"),
        ({"BEARINGS_METRICS_PORT": "9100"}, "BEARINGS_METRICS_TOKEN is missing"),
        ({"BEARINGS_METRICS_PORT": "x", "BEARINGS_METRICS_TOKEN": TOKEN}, "whole number"),
    ],
)
def test_figures_are_not_for_everybody(
    bearings: Bearings, settings: dict[str, str], because: str
) -> None:
    ended = bearings("serve", **settings)
    assert ended.code == 78
    assert because in ended.error
    assert TOKEN not in ended.error


async def test_turns_are_timed_by_their_platform(
    engine: AsyncEngine, served_bank: ServedBank
) -> None:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        said = await told(ward.engine)
    assert value(said, "bearings_turn_seconds_count", platform="slack") > 0


# The alarm


async def test_an_alarm_says_what_is_amiss_and_what_to_do(
    data: AsyncEngine, tmp_path: Path, laid_out: str
) -> None:
    with capture_logs() as quiet:
        assert await raise_alarms(data, datetime.now(UTC)) == []
    assert quiet == []
    add(str(tmp_path / laid_out), "ready", None)
    with capture_logs() as lines:
        await raise_alarms(data, datetime.now(UTC))
    [line] = lines
    assert line["log_level"] == "error"
    assert line["event"].startswith("alarm: 1 message was ready and nobody sent it, since ")
    assert "See that `bearings work` runs" in line["event"]
    assert line["count"] == 1


async def test_the_watch_goes_on_through_a_database_that_is_away(
    data: AsyncEngine, tmp_path: Path, laid_out: str
) -> None:
    add(str(tmp_path / laid_out), "ready", None)
    nights = 0

    async def sleep(seconds: float) -> None:
        nonlocal nights
        assert seconds == 300
        nights += 1
        if nights > 3:
            raise asyncio.CancelledError

    async def clock() -> datetime:
        if nights == 2:
            raise NotKeptError("away")
        return datetime.now(UTC)

    with capture_logs() as lines, pytest.raises(asyncio.CancelledError):
        await keep_watch(data, clock, sleep)
    assert [one["event"].split()[0] for one in lines] == ["alarm:", "the", "alarm:"]


# What is handed to operators


async def test_the_dashboard_and_the_rules_name_figures_that_there_are(
    data: AsyncEngine, tmp_path: Path, laid_out: str
) -> None:
    add(str(tmp_path / laid_out), "given up", "misconfigured")
    told_of = {one.name for one in await told(data)} | {"bearings_turn_seconds_bucket"}
    board = json.loads((DOCS / "watching" / "grafana.json").read_text())
    rules = yaml.safe_load((DOCS / "watching" / "rules.yaml").read_text())
    asked = [each["expr"] for panel in board["panels"] for each in panel["targets"]]
    asked += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = {
        word
        for expression in asked
        for word in "".join(c if c.isalnum() or c == "_" else " " for c in expression).split()
        if word.startswith(("bearings_", "process_"))
    }
    assert len(named) > 8
    assert named <= told_of


def test_the_operators_page_has_a_row_for_every_trouble_and_every_figure() -> None:
    page = (DOCS / "operating.md").read_text()
    for why, advice in TROUBLES.items():
        assert f"| {why} | {advice.what} | {advice.do} |" in page
