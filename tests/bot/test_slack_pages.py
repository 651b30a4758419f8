"""Pages on top of each other in Slack, with a way back, and what lies below them as it is now."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from tests.bot.playing import MINE, WISH
from tests.bot.slack_ward import Ward, agrees, answered, in_the_ward, is_asked, opens_home
from tests.slack.faults import failed, on_hold
from tests.slack.people import Person

ANSWER = "I rang her before the round, and listened."
OTHER = "I did not ring her at all."
KEPT = "What would the board miss if you said nothing?"


@pytest.fixture
async def ward(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    async with in_the_ward(engine, served_bank) as ward:
        await is_asked(ward)
        yield ward


def open_pages(ward: Ward, person: Person | None = None) -> list[str]:
    """Their titles, the one on top last."""
    return [one.split("\n")[0] for one in ward.slack.screen(person or ward.amara).views]


async def looks(ward: Ward, *labels: str) -> str:
    for label in labels:
        await ward.presses(ward.amara, label)
    return ward.slack.screen(ward.amara).view


async def opens_the_journal(ward: Ward) -> None:
    await ward.says(ward.amara, ANSWER)
    await ward.says(ward.amara, "journal")
    assert ANSWER in await looks(ward, "Journal")


def published(ward: Ward) -> int:
    return len(ward.slack.called("views.publish"))


# There and back


async def test_a_form_that_is_opened_on_a_page_leads_back_to_it(ward: Ward) -> None:
    await opens_the_journal(ward)
    await looks(ward, "Search")
    assert open_pages(ward) == ["Journal", "Search your journal"]
    await ward.submits(ward.amara, {"These words": "round"})
    assert open_pages(ward) == ["Journal", "Found in your journal"]
    await ward.slack.closes_view(ward.amara)
    assert open_pages(ward) == ["Journal"]
    assert ANSWER in ward.slack.screen(ward.amara).view


async def test_a_form_that_was_sent_closes_alone_and_the_page_below_shows_what_is_true(
    ward: Ward,
) -> None:
    await opens_the_journal(ward)
    await looks(ward, "Change this answer")
    await ward.submits(ward.amara, {"Your answer": OTHER})
    assert await answered(ward) == [OTHER]
    assert open_pages(ward) == ["Journal"]
    shown = ward.slack.screen(ward.amara).view
    assert OTHER in shown
    assert ANSWER not in shown


async def test_a_form_on_a_page_that_was_refused_stays_with_what_was_typed(ward: Ward) -> None:
    await opens_the_journal(ward)
    await looks(ward, "Search")
    before = len(ward.slack.called("views.update"))
    await ward.submits(ward.amara, {})
    assert open_pages(ward) == ["Journal", "Search your journal"]
    assert "Say what to look for" in ward.slack.screen(ward.amara).view
    assert len(ward.slack.called("views.update")) == before
    await ward.submits(ward.amara, {"These words": "round"})
    assert open_pages(ward) == ["Journal", "Found in your journal"]


async def test_every_page_below_shows_what_is_true(ward: Ward) -> None:
    await ward.says(ward.amara, "my objectives")
    await looks(ward, "My objectives", "Look at it", "Put it another way")
    assert len(open_pages(ward)) == 3
    await ward.submits(ward.amara, {WISH: "Meetings that decide."})
    shown = ward.slack.screen(ward.amara).views
    assert len(shown) == 2
    for page in shown:
        assert "Meetings that decide." in page


async def test_a_fourth_page_takes_the_place_of_the_third(ward: Ward) -> None:
    await ward.says(ward.amara, "my objectives")
    await looks(ward, "My objectives", "Look at it", "All my objectives")
    assert len(open_pages(ward)) == 3
    await looks(ward, "Look at it")
    assert len(open_pages(ward)) == 3
    assert "Put it another way" in ward.slack.screen(ward.amara).buttons
    await looks(ward, "Put it another way")
    await ward.submits(ward.amara, {WISH: "Meetings that decide."})
    assert all("Meetings that decide." in one for one in ward.slack.screen(ward.amara).views)
    await ward.slack.closes_view(ward.amara)
    await ward.slack.closes_view(ward.amara)
    assert open_pages(ward) == []


async def test_a_press_on_a_page_is_answered_over_it_and_leads_back(ward: Ward) -> None:
    await opens_the_journal(ward)
    assert "Shared with Ruth" in await looks(ward, "Share this")
    assert open_pages(ward) == ["Journal", "Bearings"]
    await ward.slack.closes_view(ward.amara)
    assert "You and Ruth" in ward.slack.screen(ward.amara).view
    assert "Take this back" in ward.slack.screen(ward.amara).buttons


async def test_what_is_asked_again_and_answered_stands_in_one_page(ward: Ward) -> None:
    await opens_the_journal(ward)
    await looks(ward, "Erase this")
    assert "Erased here." in await looks(ward, "Erase it for good")
    assert open_pages(ward) == ["Journal", "Bearings"]
    await ward.slack.closes_view(ward.amara)
    shown = ward.slack.screen(ward.amara).view
    assert "Nothing here yet." in shown
    assert ANSWER not in shown


async def test_a_press_that_comes_back_with_its_own_page_stands_in_its_place(ward: Ward) -> None:
    await ward.says(ward.amara, ANSWER)
    await ward.presses(ward.amara, "Share with Ruth")
    await opens_home(ward, ward.amara)
    assert ANSWER in await looks(ward, "What Ruth will get")
    before = open_pages(ward)
    await looks(ward, "Skip this week")
    assert open_pages(ward) == before
    assert "Send it this week" in ward.slack.screen(ward.amara).buttons
    await looks(ward, "Send it this week", "Leave this out")
    assert open_pages(ward) == before
    assert ANSWER not in ward.slack.screen(ward.amara).view


async def test_what_was_found_stays_found_while_something_else_is_looked_for(ward: Ward) -> None:
    await opens_the_journal(ward)
    await looks(ward, "Search")
    await ward.submits(ward.amara, {"These words": "round"})
    await looks(ward, "Search")
    await ward.submits(ward.amara, {"These words": "nothing like it"})
    assert open_pages(ward) == ["Journal", "Found in your journal", "Found in your journal"]
    await ward.slack.closes_view(ward.amara)
    assert ANSWER in ward.slack.screen(ward.amara).view


async def test_a_coach_comes_back_to_the_questions_she_keeps(ward: Ward) -> None:
    await opens_home(ward, ward.ruth)
    await ward.presses(ward.ruth, "Questions I keep")
    await ward.presses(ward.ruth, "Keep another")
    await ward.submits(ward.ruth, {"The question": KEPT})
    assert open_pages(ward, ward.ruth) == ["Questions I keep"]
    assert KEPT in ward.slack.screen(ward.ruth).view


# Where Slack is in trouble


async def test_a_page_that_came_too_late_to_be_put_on_top_takes_the_place(ward: Ward) -> None:
    await opens_the_journal(ward)
    ward.slack.faults.put("views.push", failed("expired_trigger_id"))
    await looks(ward, "Search")
    assert open_pages(ward) == ["Search your journal"]
    await ward.submits(ward.amara, {"These words": "round"})
    assert open_pages(ward) == ["Found in your journal"]


async def test_a_page_that_can_not_be_drawn_again_keeps_nobody_waiting(ward: Ward) -> None:
    await opens_the_journal(ward)
    await looks(ward, "Change this answer")
    held = ward.slack.faults.put("views.update", on_hold())
    answer = await ward.slack.submits(ward.amara, {"Your answer": OTHER})
    assert (answer.status, answer.text) == (200, "")
    held.released.set()
    await ward.settles()
    ward.slack.faults.put("views.update", failed("not_found"))
    await looks(ward, "Change this answer")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    assert await answered(ward) == [ANSWER]


async def test_whoever_was_forgotten_finds_nothing_below(ward: Ward) -> None:
    await opens_home(ward, ward.amara)
    await looks(ward, "Journal")
    await ward.slack.closes_view(ward.amara)
    await ward.says(ward.amara, "forget me")
    ward.amara.tab = "messages"
    before = published(ward)
    await ward.presses(ward.amara, "Erase everything")
    assert published(ward) == before + 1
    assert MINE not in ward.slack.screen(ward.amara).home


# The Home


async def test_the_home_shows_what_was_done_on_it(
    engine: AsyncEngine, served_bank: ServedBank
) -> None:
    async with in_the_ward(engine, served_bank) as ward:
        await agrees(ward)
        assert published(ward) == 2, "it was opened, and she agreed on it"
        assert "Set an objective" in ward.slack.screen(ward.amara).home
        await ward.presses(ward.amara, "Set an objective")
        assert published(ward) == 2, "looking changes nothing"
        await ward.submits(ward.amara, {WISH: ""})
        assert published(ward) == 2, "nothing was kept"
        await ward.submits(ward.amara, {WISH: MINE})
        assert published(ward) == 3
        assert MINE in ward.slack.screen(ward.amara).home


async def test_the_home_shows_what_was_done_on_a_page_that_was_opened_on_it(ward: Ward) -> None:
    await opens_home(ward, ward.amara)
    before = published(ward)
    await looks(ward, "Look at it", "Put it another way")
    await ward.submits(ward.amara, {WISH: "Meetings that decide."})
    assert published(ward) == before + 1
    assert "Meetings that decide." in ward.slack.screen(ward.amara).home
    await looks(ward, "Park it")
    assert published(ward) == before + 2
    assert "Parked" in ward.slack.screen(ward.amara).home


async def test_the_home_is_published_for_nobody_who_does_not_look_at_it(ward: Ward) -> None:
    before = published(ward)
    await ward.presses(ward.amara, "Answer")
    await ward.submits(ward.amara, {"Your answer": ANSWER})
    await ward.says(ward.amara, "pause")
    await ward.slack.opens_home(ward.amara, tab="messages")
    await ward.settles()
    assert published(ward) == before
    assert "Paused" in await opens_home(ward, ward.amara)
    assert published(ward) == before + 1
