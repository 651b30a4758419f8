"""A page that is longer than Slack can show is turned leaf by leaf; nothing is left out."""

import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from bot.slack.leaves import MORE, ONCE, WHOLE
from bot.slack.rendering import to_home, to_view
from prompts.bank import ServedBank
from prompts.message import Button, Buttons, Divider, Element, Form, FormName, Heading, Quote, Text
from storage.engine import transaction
from storage.tables import MemberRow
from tests.bot.accepted import parts
from tests.bot.hostile import ids, patiently
from tests.bot.hostile import words as any_words
from tests.bot.samples import leaves_in_slack
from tests.bot.slack_ward import Ward, in_an_empty_ward, opens_home
from tests.drills.years import lay_out_journal, lay_out_year
from tests.slack.refusing import in_view, is_view_too_large

LEADERS = 15


@pytest.fixture
async def busy(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Ward]:
    """Ruth has fifteen leaders, and each has shared all that they wrote."""
    async with in_an_empty_ward(engine, served_bank) as (ward, place):
        bank = served_bank.current
        await lay_out_year(
            engine, ward.now, bank, leaders=LEADERS, weeks=2, at=place, ruth=ward.ruth.id
        )
        yield ward


def page(ward: Ward) -> str:
    return ward.slack.screen(ward.ruth).view


async def test_fifteen_leaders_who_shared_much_are_read_leaf_by_leaf(busy: Ward) -> None:
    await opens_home(busy, busy.ruth)
    await busy.presses(busy.ruth, "Read the latest digest")
    leaves = [page(busy)]
    while "Next page" in busy.slack.screen(busy.ruth).buttons:
        await busy.presses(busy.ruth, "Next page")
        leaves.append(page(busy))
    assert len(leaves) > 3
    assert [re.findall(r"Page (\d+) of (\d+)\.", one) for one in leaves] == [
        [(str(number), str(len(leaves)))] for number in range(1, len(leaves) + 1)
    ]
    whole = "\n".join(leaves)
    assert "left out" not in whole
    assert whole.count("The merger, until it is public.") == LEADERS
    for number in range(LEADERS):
        [leaf] = [one for one in leaves if f"What would they miss, Leader-{number} Okafor?" in one]
        assert re.search(rf"^(\*\*|# )?Leader-{number}( Okafor)?", leaf, re.MULTILINE)
    assert len(busy.slack.views(busy.ruth)) == 1, (
        "turned in its place, so that closing it closes it"
    )
    await busy.presses(busy.ruth, "Page before")
    assert page(busy) == leaves[-2]


async def test_whoever_turns_a_page_stays_on_its_leaf_when_it_changes(busy: Ward) -> None:
    await opens_home(busy, busy.ruth)
    await busy.presses(busy.ruth, "Read the latest digest")
    while "Next page" in busy.slack.screen(busy.ruth).buttons:
        await busy.presses(busy.ruth, "Next page")
    before = page(busy)
    await busy.presses(busy.ruth, "Show no questions to hold")
    assert len(busy.slack.views(busy.ruth)) == 1
    assert "Show questions to hold" in busy.slack.screen(busy.ruth).buttons
    assert "Leader-9" in page(busy)
    await busy.presses(busy.ruth, "Show questions to hold")
    assert page(busy) == before


async def test_a_long_journal_is_turned_and_what_is_done_on_a_leaf_leads_back_to_it(
    engine: AsyncEngine, served_bank: ServedBank
) -> None:
    async with in_an_empty_ward(engine, served_bank) as (ward, place):
        await lay_out_journal(engine, ward.now, 12, "♥" * 9_900, at=place, amara=ward.amara.id)
        await ward.says(ward.amara, "journal")
        await ward.presses(ward.amara, "Journal")
        await ward.presses(ward.amara, "Next page")
        before = ward.slack.screen(ward.amara).view
        assert "Page 2 of " in before
        [first, *others] = re.findall(r"\(\d+\)", before)
        await ward.presses(ward.amara, "Erase this")
        await ward.presses(ward.amara, "Erase it for good")
        await ward.slack.closes_view(ward.amara)
        after = ward.slack.screen(ward.amara).view
        assert "Page 2 of " in after
        assert first not in after
        assert set(others[1:]) < set(re.findall(r"\(\d+\)", after))


async def test_what_was_found_and_does_not_fit_says_where_the_rest_is(
    engine: AsyncEngine, served_bank: ServedBank
) -> None:
    async with in_an_empty_ward(engine, served_bank) as (ward, place):
        await lay_out_journal(
            engine, ward.now, 12, "♥ " * 4_900 + "rota", at=place, amara=ward.amara.id
        )
        await ward.says(ward.amara, "journal")
        await ward.presses(ward.amara, "Journal")
        await ward.presses(ward.amara, "Search")
        await ward.submits(ward.amara, {"These words": "rota"})
        found = ward.slack.screen(ward.amara).view
        assert found.count("♥") > 4_900
        assert ONCE in found
        await ward.slack.closes_view(ward.amara)
        await ward.presses(ward.amara, "Search")
        await ward.submits(ward.amara, {"These words": "(3)"})
        assert ONCE not in ward.slack.screen(ward.amara).view


async def test_all_that_a_person_of_three_roles_has_is_on_their_home_or_one_press_away(
    engine: AsyncEngine, served_bank: ServedBank
) -> None:
    async with in_an_empty_ward(engine, served_bank) as (ward, place):
        ruth, _ = await lay_out_year(
            engine, ward.now, served_bank.current, leaders=60, weeks=1, at=place, ruth=ward.ruth.id
        )
        async with transaction(engine) as db:
            roles = {"is_leader": True, "is_lead": True}
            await db.exec(update(MemberRow).where(col(MemberRow.id) == ruth.id).values(**roles))
        home = await opens_home(ward, ward.ruth)
        assert home.count(WHOLE) == home.count(MORE) == 1
        assert "Choose and agree" in home
        assert "You never see a reflection" in home
        await ward.presses(ward.ruth, WHOLE)
        seen = page(ward)
        while "Next page" in ward.slack.screen(ward.ruth).buttons:
            await ward.presses(ward.ruth, "Next page")
            seen += page(ward)
        for number in range(60):
            assert seen.count(f"[End coaching with Leader-{number} Okafor]") == 1


# Whatever stands on it

chapters = st.lists(
    st.one_of(
        st.builds(Divider),
        st.builds(Heading, any_words),
        st.builds(Quote, any_words | st.integers(1, 9_000).map("♥".__mul__)),
        st.builds(Text, any_words | st.integers(1, 9_000).map("x ".__mul__)),
        ids.map(lambda about: Buttons((Button("Take it back", FormName.ANSWER, about),))),
    ),
    max_size=300,
)


@patiently
@given(chapters, st.integers(0, 900))
def test_any_page_is_taken_leaf_by_leaf_and_nothing_is_left_out(
    elements: list[Element], anywhere: int
) -> None:
    form = Form(FormName.DIGEST, "Digest", about="d1", elements=tuple(elements))
    leaves = leaves_in_slack(form)
    for leaf in leaves:
        assert in_view(leaf, "modal") == []
        assert not is_view_too_large(leaf)
    assert in_view(to_view(form, leaf=anywhere), "modal") == []
    whole = "".join(one["text"] for one in parts(leaves) if one.get("type") == "text")
    assert "left out" not in repr(leaves)
    for element in elements:
        if isinstance(element, Quote) and element.words.strip():
            assert element.words in whole


@patiently
@given(st.lists(chapters, min_size=1, max_size=3))
def test_any_home_is_taken_and_what_has_no_room_on_it_is_one_press_away(
    contents: list[list[Element]],
) -> None:
    names = (FormName.LEADER_HOME, FormName.COACH_HOME, FormName.LEAD_HOME)
    forms = [
        Form(name, f"Page {name}", elements=tuple(elements))
        for name, elements in zip(names, contents, strict=False)
    ]
    home = to_home(forms)
    assert in_view(home, "home") == []
    assert not is_view_too_large(home)
    assert "left out" not in repr(home)
    here = "".join(one["text"] for one in parts(home) if one.get("type") == "text")
    for form in forms:
        assert f"Page {form.name}" in repr(home)
        if f"open:{form.name}:0" not in repr(home):
            for element in form.elements:
                if isinstance(element, Quote) and element.words.strip():
                    assert element.words in here
