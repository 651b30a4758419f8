"""What a lead is told of whether messages go out: what is amiss, and numbers that name nobody."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from prompts.message import FormName
from storage.engine import transaction
from storage.members import NewMember, add_members
from storage.tables import Nudge, NudgeKind, NudgeState, WhyNot
from tests.bot.dialogue import Dialogue
from tests.cast import Programme, words_of

NAMES = ("Amara", "Dan", "Ruth")


def nudge(
    programme: Programme, place: UUID, whose: UUID, state: NudgeState, why: WhyNot | None
) -> Nudge:
    at = programme.now - timedelta(hours=2)
    return Nudge(
        workspace_id=place,
        member_id=whose,
        slot=str(uuid4()),
        kind=NudgeKind.QUESTION,
        due_at=at,
        ready_at=at,
        expires_at=at,
        state=state,
        why_not=why,
        attempts=1,
        sent_at=at if state is NudgeState.SENT else None,
    )


async def were_asked(
    programme: Programme, people: int, state: NudgeState, why: WhyNot | None = None
) -> None:
    """So many leaders of Priya's, each of one question."""
    priya = await programme.member("Priya Nair")
    async with transaction(programme.engine) as db:
        new = [
            NewMember(user_id=uuid4().hex, address=uuid4().hex, name="A leader")
            for _ in range(people)
        ]
        here = await add_members(db, priya.workspace_id, new)
        db.add_all(nudge(programme, one.workspace_id, one.id, state, why) for one in here)


async def test_where_all_is_well_it_says_so(chat: Dialogue) -> None:
    await chat.goes(
        ("Priya: delivery", "Whether messages go out as they should. …"),
        ("Priya: [Delivery]", "Delivery What was due has gone out, as far as it can be told. …"),
    )


async def test_a_small_group_is_not_told(programme: Programme) -> None:
    await were_asked(programme, 8, NudgeState.SENT)
    page = words_of(await programme.opens("priya", FormName.DELIVERY))
    assert page.count("too few to show") == 8
    assert "'about " not in page


async def test_a_larger_one_is_told_roughly_and_nobody_is_named(programme: Programme) -> None:
    """Two of the sample's own were asked as well."""
    await were_asked(programme, 12, NudgeState.SENT)
    page = words_of(await programme.opens("priya", FormName.DELIVERY))
    assert "about 15" in page
    assert "14" not in page
    assert not [name for name in NAMES if name in page]


async def test_what_is_amiss_is_told_with_what_to_do(programme: Programme) -> None:
    await were_asked(programme, 3, NudgeState.GIVEN_UP, WhyNot.MISCONFIGURED)
    page = words_of(await programme.opens("priya", FormName.DELIVERY))
    assert "3 messages did not arrive in the last day" in page
    assert "For whoever runs Bearings: Run `bearings doctor`" in page
    assert "has gone out" not in page


@pytest.mark.parametrize("why", [WhyNot.PAUSED, WhyNot.STOPPED, WhyNot.NO_AGREEMENT])
async def test_what_people_chose_stands_nowhere_on_it(programme: Programme, why: WhyNot) -> None:
    before = words_of(await programme.opens("priya", FormName.DELIVERY))
    await were_asked(programme, 5, NudgeState.EXPIRED, why)
    assert words_of(await programme.opens("priya", FormName.DELIVERY)) == before
