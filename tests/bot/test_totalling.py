"""The lead's page after a quarter: totals that tell of nobody, or that there are too few."""

from datetime import UTC, datetime

import pytest

from prompts.message import FormName
from scheduler import tidying
from storage.engine import transaction
from storage.members import NewMember, add_members
from storage.programmes import add_cohort, programmes_in
from storage.tables import (
    Agreement,
    Allowed,
    Cohort,
    Nudge,
    NudgeKind,
    NudgeState,
    Outcome,
    Permission,
)
from tests.bot.dialogue import Dialogue
from tests.cast import MONDAY, Programme
from tests.storage.adversary import STILL

PAGE = "Priya: [Open the programme]"
NEW_YEAR = datetime(2027, 1, 1, 0, 1, tzinfo=UTC)
WHY = (
    "No figure stands for fewer than 11 people: a small group would give people away, so most "
    "groups of fewer than about twice that say “Too few to show”. Each count is moved by chance, "
    "by 6 at most, and rounded to the nearest 5, so it is never exact. It stays as it was until "
    "enough people have come or gone. Only leaders who agreed to be counted and were asked "
    "something in the quarter are in it. A quarter is written once and never changed."
)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No blur, so that it is known what comes."""
    monkeypatch.setattr(tidying, "SystemRandom", lambda: STILL)


async def join(programme: Programme, number: int, answered: int, cohort: Cohort) -> None:
    """Leaders who agreed to be counted and were each asked once."""
    async with transaction(programme.engine) as db:
        leaders = await add_members(
            db,
            cohort.workspace_id,
            [
                NewMember(
                    user_id=f"{cohort.id}/{n}",
                    name=f"Leader {n}",
                    cohort_id=cohort.id,
                    is_leader=True,
                )
                for n in range(number)
            ],
        )
    agreements = [
        Agreement(workspace_id=one.workspace_id, member_id=one.id, notice="1", agreed_at=MONDAY)
        for one in leaders
    ]
    permissions = [
        Permission(agreement_id=one.id, allows=allowed, given_at=MONDAY)
        for one in agreements
        for allowed in (Allowed.QUESTIONS, Allowed.TOTALS)
    ]
    nudges = [
        Nudge(
            workspace_id=one.workspace_id,
            member_id=one.id,
            slot="2026-11-23/question",
            kind=NudgeKind.QUESTION,
            due_at=MONDAY,
            ready_at=MONDAY,
            expires_at=MONDAY,
            state=NudgeState.SENT,
            sent_at=MONDAY,
            closed_at=MONDAY,
            outcome=Outcome.ANSWERED if n < answered else Outcome.SKIPPED,
        )
        for n, one in enumerate(leaders)
    ]
    async with transaction(programme.engine) as db:
        for rows in (agreements, permissions, nudges):
            db.add_all(rows)
            await db.flush()


async def autumn(programme: Programme) -> Cohort:
    dan = await programme.member("Dan Whitfield")
    async with transaction(programme.engine) as db:
        return await db.get_one(Cohort, dan.cohort_id)


async def test_two_leaders_are_too_few_to_show(chat: Dialogue) -> None:
    await chat.programme.passes(until=NEW_YEAR)
    await chat.goes(
        ("Priya: people", "People, …"),
        (
            PAGE,
            "… [What was changed] [Delivery] "
            "Totals Totals by quarter, newest first "
            "(October to December 2026, Leading across boundaries, Too few to show, "
            "Too few to show, Too few to show, –) "
            "(October to December 2026, Leading across boundaries: Autumn cohort, "
            "Too few to show, Too few to show, –, –) "
            f"(October to December 2026, All coaches, –, –, –, Too few to show) {WHY} You see …",
        ),
    )


async def test_large_cohorts_are_shown_about_and_the_ends_stay_open(chat: Dialogue) -> None:
    programme = chat.programme
    first = await autumn(programme)
    async with transaction(programme.engine) as db:
        [offer] = await programmes_in(db, first.workspace_id)
        second = await add_cohort(db, offer, "Winter cohort")
    await join(programme, 30, 15, first)
    await join(programme, 40, 40, second)
    await programme.passes(until=NEW_YEAR)
    await chat.goes(
        ("Priya: people", "People, …"),
        (
            PAGE,
            "… (October to December 2026, Leading across boundaries, About 70, About 80%, "
            "Too few to show, –) (… Autumn cohort, About 30, About 50%, –, –) "
            "(… Winter cohort, About 40, 90% or more, –, –) …",
        ),
    )


async def test_nobody_answering_is_ten_per_cent_or_less(chat: Dialogue) -> None:
    await join(chat.programme, 30, 0, await autumn(chat.programme))
    await chat.programme.passes(until=NEW_YEAR)
    await chat.goes(("Priya: people", "People, …"), (PAGE, "… About 30, 10% or less, …"))


async def test_the_newest_four_quarters_are_on_the_page(chat: Dialogue) -> None:
    for year, month in ((2027, 1), (2027, 4), (2027, 7), (2027, 10), (2028, 1)):
        await chat.programme.passes(until=datetime(year, month, 1, tzinfo=UTC))
    said = repr(await chat.programme.opens("priya", FormName.LEAD_HOME))
    names = ("October to December 2027", "July to September 2027", "January to March 2027")
    assert [name in said for name in names] == [True] * 3
    assert said.index(names[0]) < said.index(names[1]) < said.index(names[2])
    assert "December 2026" not in said
