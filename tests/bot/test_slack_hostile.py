"""Whatever comes to the door in Slack's name: no fault of ours, and nothing that is not Slack's
has an effect."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, select
from starlette.applications import Starlette

from bot.slack.incoming import PLATFORM
from bot.slack.listening import Door
from bot.slack.trusting import LARGEST_BODY
from prompts.bank import ServedBank
from prompts.message import FormName, Press
from storage.engine import reading
from storage.members import find_member
from storage.rowsums import row_sums
from tests.bot.playing import count
from tests.bot.slack_ward import Ward, in_the_ward, is_asked
from tests.slack import SIGNING_SECRET

HERE = "https://bearings.example"
EVENTS = f"{HERE}/slack/events"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        await ward.slack.changes(ward.amara, timezone="Africa/Lagos")
        await ward.slack.types(ward.amara, "/bearings", "journal")
        await ward.settles()
        yield ward


def client(ward: Ward) -> httpx.AsyncClient:
    door = Door(ward.app.installations, ward.app.book, ward.app.dispatcher, [SIGNING_SECRET])
    app = httpx.ASGITransport(Starlette(routes=door.routes()))
    return httpx.AsyncClient(transport=app)


async def rows(ward: Ward) -> dict[str, int]:
    tables = {m.class_.__table__.name: m.class_ for m in SQLModel._sa_registry.mappers}  # type: ignore[attr-defined]
    return {name: await count(ward.engine, table) for name, table in tables.items()}


# What somebody does may be told to another: a notice for them, and its place in their chat.
TOLD = {"nudge", "chat_line", "reply"}
# Whose a row is, where `member_id` does not say it.
OWNERS = {"member": "id", "pairing": "leader_id"}
# What no leader has a hand in, whatever they send.
NOBODYS = {
    *("workspace", "programme", "cohort", "installation", "install_state", "team_access"),
    *("own_question", "sealed_with", "totals_release", "total"),
}


Rows = dict[str, object]


async def of_others(ward: Ward, amara: UUID) -> Rows:
    """Every row that belongs to somebody else than Amara, and every table that is nobody's."""
    found: Rows = {}
    async with ward.engine.connect() as connection:
        for name, table in SQLModel.metadata.tables.items():
            owner = table.c.get(OWNERS.get(name, "member_id"))
            if owner is not None and name not in TOLD:
                theirs = await connection.execute(select(table).where(owner != amara))
                found[name] = sorted((tuple(row) for row in theirs), key=repr)
        sums = await row_sums(connection)
    return found | {name: sums[name] for name in NOBODYS}


@pytest.fixture
async def look(ward: Ward) -> Callable[[], Awaitable[Rows]]:
    """What belongs to others. Amara's id stays when she is forgotten."""
    async with reading(ward.engine) as db:
        amara = await find_member(db, PLATFORM, ward.royal.id, ward.amara.id)
    assert amara
    return partial(of_others, ward, amara.id)


@pytest.fixture
async def before(look: Callable[[], Awaitable[Rows]]) -> Rows:
    return await look()


patiently = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
sparingly = settings(patiently, max_examples=50)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
headers = st.dictionaries(
    st.sampled_from(
        [
            *("x-slack-signature", "x-slack-request-timestamp", "content-type"),
            *("content-encoding", "x-slack-retry-num", "x-forwarded-for", "cookie"),
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
    max_size=4,
)


@patiently
@given(st.sampled_from(["GET", "PUT", "DELETE", "PATCH", *["POST"] * 6]), headers, st.binary())
async def test_what_nobody_signed_is_refused_and_leaves_nothing(
    ward: Ward, method: str, headers: Mapping[str, str], body: bytes
) -> None:
    before, calls = await rows(ward), len(ward.slack.calls)
    async with client(ward) as slack:
        answer = await slack.request(method, EVENTS, headers=dict(headers), content=body)
    assert answer.status_code == (401 if method == "POST" else 405)
    assert answer.content == b""
    await ward.settles()
    assert await rows(ward) == before
    assert len(ward.slack.calls) == calls


async def test_what_is_too_long_is_not_read(ward: Ward) -> None:
    async with client(ward) as slack:
        answer = await slack.post(EVENTS, content=b"x" * (LARGEST_BODY + 1))
    assert answer.status_code == 413


async def test_what_was_signed_with_another_secret_or_long_ago_is_refused(ward: Ward) -> None:
    await ward.slack.says(ward.amara, "stop")
    [*_, sent] = ward.slack.sent
    await ward.settles()
    before = await rows(ward)
    own = {"content-type": sent.content_type}
    async with client(ward) as slack:
        ward.slack.signing_secret = "another"  # noqa: S105
        forged = await slack.post(
            EVENTS, headers=own | ward.slack.signed(sent.body), content=sent.body
        )
        ward.slack.signing_secret = SIGNING_SECRET
        ward.slack.world.now = lambda: datetime.now(UTC) - timedelta(minutes=6)
        late = await slack.post(
            EVENTS, headers=own | ward.slack.signed(sent.body), content=sent.body
        )
    assert (forged.status_code, late.status_code) == (401, 401)
    assert await rows(ward) == before


def a_place(draw: Any, payload: Any) -> list[Any]:
    """The way to some part of it."""
    way: list[Any] = []
    while isinstance(payload, (dict, list)) and payload and (not way or draw(st.booleans())):
        keys = sorted(payload) if isinstance(payload, dict) else range(len(payload))
        way.append(draw(st.sampled_from(list(keys))))
        payload = payload[way[-1]]
    return way


@st.composite
def changed(draw: Any, payload: Any) -> Any:
    """As Slack sends it, but for some parts, which are gone or anything."""
    payload = json.loads(json.dumps(payload))
    for _ in range(draw(st.integers(0, 3))):
        inner, way = payload, a_place(draw, payload)
        for key in way[:-1]:
            inner = inner[key]
        if draw(st.booleans()):
            inner[way[-1]] = draw(junk)
        else:
            del inner[way[-1]]
    return payload


def button(does: str) -> dict[str, Any]:
    return {"type": "button", "action_id": does, "block_id": "b", "action_ts": "1.2", "value": "x"}


def a_request(data: st.DataObject, ward: Ward) -> tuple[str, bytes]:
    """One of those that Slack has sent, but for some parts: its kind of content, and its body."""
    sent = data.draw(st.sampled_from([one for one in ward.slack.sent if one.payload]))
    payload = data.draw(changed(sent.payload))
    if sent.kind == "interactive" and "actions" in payload:
        names = [*(f"press:{one}:0" for one in Press), *(f"open:{one}:0" for one in FormName)]
        payload["actions"] = [button(data.draw(st.sampled_from(names)))]
    if sent.is_form:
        plain = {str(key): str(value) for key, value in payload.items()}
        return sent.content_type, urlencode(plain, errors="replace").encode()
    if sent.kind == "interactive":
        return sent.content_type, urlencode({"payload": json.dumps(payload)}).encode()
    return sent.content_type, json.dumps(payload).encode()


@sparingly
@given(st.data())
async def test_whatever_slack_signed_one_after_the_other_touches_nothing_of_others(
    ward: Ward, look: Callable[[], Awaitable[Rows]], before: Rows, data: st.DataObject
) -> None:
    bodies = []
    async with client(ward) as slack:
        for _ in range(data.draw(st.integers(1, 4))):
            kind, body = a_request(data, ward)
            bodies.append(body)
            signed = {"content-type": kind, **ward.slack.signed(body)}
            answer = await slack.post(EVENTS, headers=signed, content=body)
            assert answer.status_code in {200, 400}, body
    await ward.settles()
    after = await look()
    assert [name for name in after if after[name] != before[name]] == [], bodies


@patiently
@given(st.sampled_from([JSON, FORM]), junk, st.binary(max_size=50))
async def test_what_slack_signed_and_nobody_can_read_leaves_nothing(
    ward: Ward, kind: str, said: Any, raw: bytes
) -> None:
    before, calls = await rows(ward), len(ward.slack.calls)
    for body in (json.dumps(said).encode(), raw, b"payload=" + json.dumps(said).encode()):
        async with client(ward) as slack:
            signed = {"content-type": kind, **ward.slack.signed(body)}
            answer = await slack.post(EVENTS, headers=signed, content=body)
        assert answer.status_code in {200, 400}
    await ward.settles()
    assert await rows(ward) == before
    assert len(ward.slack.calls) == calls
