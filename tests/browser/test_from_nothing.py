"""From an empty database to a cohort of 24 leaders with 3 coaches, asked on Tuesday at noon.

Once by two files, once by forms alone; from the invitation on it is the same.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select, update

from bot import app
from bot.clock import system_now
from bot.conversation.supporting import shipped_support
from bot.keeping import opened, start_keys_once
from bot.web.clock import move_clock
from prompts.bank import ServedBank
from prompts.supporting import out_of_date
from scheduler.holidays import is_bank_holiday
from storage.engine import reading, transaction
from storage.members import people, workspaces
from storage.tables import Nudge, NudgeKind, NudgeState
from storage.tables import Programme as ProgrammeRow
from tests.browser.driving import demo, in_folder, runs
from tests.browser.looking import Viewer, viewer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONDON = ZoneInfo("Europe/London")
COACHES = ("Ruth Ellis", "Sam Adeyemi", "Tess Moran")
LEADERS = tuple(f"Leader {chr(ord('A') + number)}" for number in range(24))
PURPOSE = "Starting things together with the neighbours."
PROGRAMME = f"""\
programmes:
  - name: Leading across boundaries
    purpose: {PURPOSE}
    open: {{open}}
    cohorts:
      - name: Autumn cohort
        days: tue 12:00, thu 16:00
"""


def address_of(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def page_of(name: str) -> str:
    return f"/{'coach' if name in COACHES else 'leader'}/mail:{address_of(name)}"


TABLE = [
    *(f"{name},{address_of(name)},coach," for name in COACHES),
    *(
        f"{name},{address_of(name)},leader,{COACHES[number % 3]}"
        for number, name in enumerate(LEADERS)
    ),
]
PEOPLE = "\n".join(["name,email,role,coach", *TABLE, "Priya Nair,priya@example.org,lead,"])


def a_monday(now: datetime) -> datetime:
    """The next one at ten, whose Tuesday is no bank holiday."""
    day = now.astimezone(LONDON).date() + timedelta(days=1)
    while day.weekday() != 0 or is_bank_holiday("england", day + timedelta(days=1)):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), LONDON)


def may_open(monday: datetime) -> bool:
    """Whether the numbers that ship were rung in time; where not, no programme opens, which is
    held to elsewhere."""
    return not out_of_date(shipped_support(), monday.date())


async def opened_by_hand(engine: AsyncEngine, monday: datetime) -> None:
    if not may_open(monday):
        async with transaction(engine) as db:
            await db.exec(update(ProgrammeRow).values(opened_at=monday))


async def with_files(folder: Path, monday: datetime) -> None:
    opens = "yes" if may_open(await system_now()) else "no"
    (folder / "programme.yaml").write_text(PROGRAMME.format(open=opens))
    (folder / "people.csv").write_text(PEOPLE)
    await runs(folder, "keys", "init")
    await runs(folder, "migrate")
    for kind, file in (("programme", "programme.yaml"), ("people", "people.csv")):
        tried = await runs(folder, kind, "import", file, "--dry-run")
        assert "This was a dry run." in tried
        done = await runs(folder, kind, "import", file)
        # What the dry run told is what was done.
        assert done.splitlines()[:-1] == tried.splitlines()[:-1]
    async with opened(in_folder(folder)) as engine:
        await opened_by_hand(engine, monday)
        await move_clock(engine, monday)


async def with_forms(seen: Viewer, engine: AsyncEngine, monday: datetime) -> None:
    await seen.goes("/lead")
    await seen.home.get_by_role("button", name="New programme").click()
    await seen.dialog.get_by_label("Its name").fill("Leading across boundaries")
    await seen.dialog.get_by_label("What it is for").fill(PURPOSE)
    await seen.looks("new-programme")
    await seen.button("Set up").click()
    await seen.sees("Leading across boundaries is set up.")
    await seen.newest.get_by_role("button", name="New cohort").click()
    await seen.dialog.get_by_label("Its name").fill("Autumn cohort")
    await seen.looks("new-cohort")
    await seen.button("Set up").click()
    await seen.sees("Autumn cohort is set up, and asked on Tuesday 12:00 and Thursday 16:00.")
    await seen.newest.get_by_role("button", name="Add people").click()
    await seen.dialog.get_by_label("People", exact=True).fill("\n".join(TABLE))
    await seen.button("Go on").click()
    await seen.dialog.get_by_text("What would come of each line").wait_for()
    await seen.looks("add-people")
    await seen.button("Go on").click()
    await seen.sees("New: 27. Changed: 0. As before: 0.")
    if may_open(monday):
        await seen.button("Let its leaders begin").click()
        await seen.sees("Leading across boundaries is open.")
    await opened_by_hand(engine, monday)


async def everybody_is_invited(seen: Viewer) -> None:
    await seen.goes("/lead")
    await seen.sees("Waiting for an invitation: 27.")
    await seen.looks("lead-with-27")
    await seen.home.get_by_role("button", name="Invite people").click()
    await seen.dialog.get_by_text(PURPOSE).wait_for()
    await seen.looks("inviting")
    await seen.dialog.get_by_role("button", name="Invite", exact=True).click()
    await seen.sees("Invited: 27.")


async def says_yes(seen: Viewer, name: str) -> None:
    await seen.goes(page_of(name))
    await seen.sees("Priya Nair invites you to “Leading across boundaries”")
    await seen.button("Yes, go on").click()
    if name in COACHES:
        await seen.sees(f"Hello {name.split(' ', maxsplit=1)[0]}.")
        return
    await seen.page.get_by_label("Send me questions").check()
    await seen.button("Agree").click()
    await seen.sees("Your next question comes on Tuesday")


async def previews(engine: AsyncEngine) -> Mapping[str, tuple[datetime, str]]:
    """What `bearings preview` says comes first to each: when, and which question."""
    first = {}
    for name in LEADERS:
        _, coming = await app.preview_for(engine, ServedBank(), name, 2)
        first[name] = (coming[0].at, coming[0].question_id)
    return first


async def sent(engine: AsyncEngine) -> Mapping[str, tuple[datetime, str]]:
    """When a question went out to each, to the minute, and which."""
    async with reading(engine) as db:
        [workspace] = await workspaces(db)
        names = {one.id: one.name for one in await people(db, workspace.id)}
        rows = await db.exec(
            select(Nudge.member_id, Nudge.sent_at, Nudge.question_id)
            .where(Nudge.kind == NudgeKind.QUESTION, Nudge.state == NudgeState.SENT)
            .order_by(col(Nudge.sent_at))
        )
        return {
            names[who]: (at.replace(second=0, microsecond=0), question)
            for who, at, question in rows
            if at is not None
        }


async def is_asked_as_previewed(seen: Viewer, engine: AsyncEngine, monday: datetime) -> None:
    for name in (*COACHES, *LEADERS):
        await says_yes(seen, name)
    noon = monday.replace(hour=12) + timedelta(days=1)
    coming = await previews(engine)
    assert {at for at, _ in coming.values()} == {noon}
    await seen.button("Next moment").click()
    await seen.page.get_by_text(f"A question for {LEADERS[-1]}.").wait_for()
    assert await sent(engine) == coming
    assert len(coming) == 24
    for name in (LEADERS[0], LEADERS[12]):
        await seen.goes(page_of(name))
        await seen.page.get_by_label("Your answer", exact=True).wait_for()


async def test_by_two_files(chromium_browser: Browser, tmp_path: Path) -> None:
    monday = a_monday(await system_now())
    await with_files(tmp_path, monday)
    async with (
        demo(tmp_path) as address,
        opened(in_folder(tmp_path)) as engine,
        viewer(chromium_browser, address) as seen,
    ):
        await everybody_is_invited(seen)
        await is_asked_as_previewed(seen, engine, monday)


async def test_by_forms_alone(chromium_browser: Browser, tmp_path: Path) -> None:
    monday = a_monday(await system_now())
    await start_keys_once(in_folder(tmp_path), monday)
    async with opened(in_folder(tmp_path)) as engine:
        await app.bring_up_to_date(engine)
        await move_clock(engine, monday)
    async with (
        demo(tmp_path, "--empty") as address,
        opened(in_folder(tmp_path)) as engine,
        viewer(chromium_browser, address) as seen,
    ):
        await with_forms(seen, engine, monday)
        await everybody_is_invited(seen)
        await is_asked_as_previewed(seen, engine, monday)
