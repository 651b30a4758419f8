"""What the tests of the playground do again and again, and how they look at what is stored."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from starlette.applications import Starlette

from bot.serving import take_port
from storage.engine import reading
from storage.members import named_member
from storage.rights import Purpose
from storage.tables import ChatLine, Nudge, Objective, Receipt, Reflection
from storage.texts import open_texts
from tests.bot.browsing import HERE, Browser, Shown
from tests.cast import MONDAY

WISH = "Six months from now, what would you most like to be different?"
MINE = "Fewer meetings that decide nothing."
ANSWER = "I rang her before the round, and listened."
FORM = {"content-type": "application/x-www-form-urlencoded", "origin": HERE}

# For what does not depend on the database.
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def agrees(browser: Browser, *switches: str) -> Shown:
    page = await browser.goes("/leader/amara")
    return await browser.fills(page, "Agree", dict.fromkeys(("Send me questions", *switches), True))


async def is_asked(browser: Browser, *switches: str) -> Shown:
    """Amara agreed, set an objective, and has a question in front of her."""
    page = await agrees(browser, *switches)
    page = await browser.fills(page, "Keep this objective", {WISH: MINE})
    page = await browser.presses(page, "Next moment")
    assert "Save" in page.buttons(page.conversation)
    return page


def lines(page: Shown) -> list[str]:
    return [node.attributes["id"] for node in page.conversation.all("article")]


def own_lines(page: Shown) -> list[str]:
    """What the person typed in the chat."""
    found = page.conversation.all("p")
    return [node.words for node in found if node.attributes.get("class") == "own-words"]


async def count(engine: AsyncEngine, table: type[Any]) -> int:
    async with reading(engine) as db:
        return int((await db.exec(select(func.count()).select_from(table))).one())


async def everything(engine: AsyncEngine) -> dict[str, int]:
    tables = (ChatLine, Nudge, Objective, Receipt, Reflection)
    return {table.__name__: await count(engine, table) for table in tables}


async def answers(engine: AsyncEngine) -> list[str]:
    """What Amara answered, as she would read it."""
    async with reading(engine) as db:
        amara = await named_member(db, "Amara Okafor")
        kept = list(
            await db.exec(
                select(Reflection)
                .where(Reflection.member_id == amara.id)
                .order_by(col(Reflection.answered_at))
            )
        )
        words = await open_texts(db, amara, Purpose.OWN_PAGE, kept, MONDAY)
        return [words[one.id] for one in kept]


@asynccontextmanager
async def served(application: Starlette) -> AsyncIterator[str]:
    """By a real server, on a port of this computer."""
    listener = take_port("127.0.0.1", 0)
    config = uvicorn.Config(
        application, log_config=None, ws="none", lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 10)
