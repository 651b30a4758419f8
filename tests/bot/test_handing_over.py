"""A new coach gets what the leader hands over, one thing at a time, and nothing by itself."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from prompts.message import Button, Choices, Form, FormName
from storage.audit import of_owner
from storage.bundles import Placing, Try
from storage.engine import reading, transaction
from storage.experiments import set_experiment
from storage.members import Member
from storage.objectives import objectives_of
from storage.pairings import coach_of
from storage.sealing import own_place, seal
from storage.tables import Action, Nudge, NudgeKind, NudgeState, Rating, Reflection
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, buttons_of
from tests.bot.test_parting import BEGUN, OURS, suggests
from tests.bot.test_parting import with_sam as with_sam  # noqa: PLC0414 - a fixture
from tests.cast import Programme, words_of

AIM = "The place board decides without looking at me."
TRY = "Ask the finance lead to open the meeting."
SEEN = "Two people spoke before I did."
KEPT = "This one I never shared with anybody."


async def shared_everything(programme: Programme) -> Member:
    """An objective, an experiment and a placing, each shared with Ruth."""
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        found = await coach_of(db, amara)
        assert found is not None
        [objective] = await objectives_of(db, amara)
        experiment = await set_experiment(db, amara, Try(TRY), date(2026, 12, 1), programme.now)
        rating = Rating(
            workspace_id=amara.workspace_id,
            member_id=amara.id,
            objective_id=objective.id,
            words=b"",
            rated_at=programme.now,
        )
        placing = Placing(1, "It decides", SEEN)
        rating.words = await seal(db, own_place(rating, "words"), placing.to_words())
        for one in (objective, experiment, rating):
            one.shared_at, one.pairing_id = programme.now, found[0].id
            db.add(one)
    return amara


async def sam_is_her_coach(programme: Programme) -> None:
    await suggests(programme)
    await programme.says("amara", "accept pairing")
    await programme.says("sam", "accept pairing")


@pytest.fixture
async def changed(with_sam: Programme, chat: Dialogue) -> Dialogue:
    """Amara shared four things with Ruth, kept one, and has Sam for a coach now."""
    wish = "Six months from now, what would you most like to be different?"
    await chat.goes(
        BEGUN,
        ("new objective", "…"),
        ("[Set an objective]", "…"),
        ({wish: AIM}, "Your objective is kept. …"),
        ("Thursday 16:00", "…?…"),
        ("[Answer]", "…? …"),
        ({"Your answer": KEPT}, "…? Saved, for you only. …"),
    )
    await shared_everything(with_sam)
    await sam_is_her_coach(with_sam)
    return chat


async def readable_by_sam(programme: Programme) -> set[str]:
    async with reading(programme.engine) as db:
        amara = await programme.member("Amara Okafor")
        found = await coach_of(db, amara)
        assert found is not None
        theirs = await db.exec(select(Reflection).where(Reflection.pairing_id == found[0].id))
        ratings = await db.exec(select(Rating).where(Rating.pairing_id == found[0].id))
        return {type(one).__name__ for one in (*theirs, *ratings)}


async def test_everything_is_off_and_only_what_is_chosen_goes(changed: Dialogue) -> None:
    programme = changed.programme
    await changed.goes(
        ("objectives", "…"),
        ("[My objectives]", "… With Sam Hart … [Hand over to Sam] …"),
        (
            "[Hand over to Sam]",
            "Hand over to Sam What you had shared with an earlier coach. Sam can read none of it "
            "until you choose it here, … Answers: empty. Objectives: empty. Experiments: empty. "
            "Placings on your scales: empty.",
        ),
    )
    page = changed.screens["Amara"].page
    assert page is not None
    for hers in (OURS, AIM, TRY, SEEN):
        assert hers in repr(page)
    assert KEPT not in repr(page)
    assert await readable_by_sam(programme) == set()
    await changed.goes(
        (
            {"Answers": [OURS]},
            "Shared. Only you and Sam can read what you chose, and you can take it back. "
            "Nothing else was shared. [Hand over more]",
        ),
        ("[Hand over more]", "Hand over to Sam … Objectives: empty. …"),
    )
    assert await readable_by_sam(programme) == {"Reflection"}
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        shared = await of_owner(db, amara.id, [Action.SHARED], 100)
    assert [row.detail for row in shared].count("handed over") == 1


async def test_what_was_handed_over_is_read_and_taken_back(changed: Dialogue) -> None:
    await changed.goes(
        ("hand over", "What you had shared with an earlier coach. [Hand over]"),
        ("[Hand over]", "…"),
        ({"Answers": [OURS], "Placings on your scales": [f"+1 It decides {SEEN}"]}, "Shared. …"),
        ("journal", "…"),
        ("[Journal]", f"… “{OURS}” … Who can read it: You and Sam. …"),
        ("[Take this back]", "…? Saved, for you only. …"),
    )
    assert await readable_by_sam(changed.programme) == {"Rating"}


async def test_choosing_nothing_moves_nothing(changed: Dialogue) -> None:
    await changed.goes(
        ("hand over", "…"),
        ("[Hand over]", "…"),
        ({}, "You chose nothing, so nothing was shared with Sam."),
    )
    assert await readable_by_sam(changed.programme) == set()


async def test_what_was_taken_back_before_is_not_offered(changed: Dialogue) -> None:
    await changed.goes(("journal", "…"), ("[Journal]", "…"))
    async with transaction(changed.programme.engine) as db:
        for one in await db.exec(select(Reflection)):
            one.shared_at = one.pairing_id = None
            db.add(one)
    await changed.goes(("hand over", "…"), ("[Hand over]", "Hand over to Sam …"))
    assert OURS not in repr(changed.screens["Amara"].page)


async def test_nobody_hands_over_what_is_another_s_or_was_never_shared(
    changed: Dialogue,
) -> None:
    programme = changed.programme
    async with reading(programme.engine) as db:
        every = [str(one) for one in await db.exec(select(Reflection.id))]
        before = {one.id: one.pairing_id for one in await db.exec(select(Reflection))}
    await programme.submits("amara", FormName.HAND_OVER, answers=every)
    async with reading(programme.engine) as db:
        after = {one.id: one.pairing_id for one in await db.exec(select(Reflection))}
    assert len(every) > 2
    assert len([one for one in after if after[one] != before[one]]) == 1
    [said] = await programme.submits("dan", FormName.HAND_OVER, answers=every)
    assert "not here any more" in words_of(said)


async def test_without_a_new_coach_or_the_permission_nothing_is_handed_over(
    chat: Dialogue,
) -> None:
    await chat.goes(
        BEGUN,
        ("hand over", "…"),
        # With the coach she has, there is nothing.
        ("[Hand over]", "… Nothing that you shared with an earlier coach is here."),
        ("end coaching", "…"),
        ("[End coaching]", "…"),
        ("[End it now]", "…"),
        ("hand over", "…"),
        ("[Hand over]", "You have no coach here now, so there is nobody to hand over to. …"),
    )


async def test_with_sharing_switched_off_she_is_told_where_to_switch_it_on(
    changed: Dialogue,
) -> None:
    off = {**EVERY_SWITCH, "Let me share things with my coach, one at a time": False}
    await changed.goes(
        ("agreement", "…"),
        ("[My agreement]", "…"),
        (off, "Your agreement is changed, …"),
        ("hand over", "…"),
        ("[Hand over]", "Nothing was shared: sharing with your coach is off …"),
    )


async def test_more_than_thirty_come_page_by_page(changed: Dialogue) -> None:
    programme = changed.programme
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        [one] = await db.exec(select(Reflection).where(Reflection.pairing_id != None))  # noqa: E711
        for n in range(70):
            at = programme.now - timedelta(minutes=n)
            nudge = Nudge(
                workspace_id=amara.workspace_id,
                member_id=amara.id,
                slot=f"earlier/{n}",
                kind=NudgeKind.QUESTION,
                state=NudgeState.SENT,
                **dict.fromkeys(("due_at", "ready_at", "expires_at"), at),
            )
            db.add(nudge)
            await db.flush()
            more = Reflection(
                **{**one.model_dump(exclude={"id", "words"}), "nudge_id": nudge.id},
                words=b"",
            )
            more.words = await seal(db, own_place(more, "words"), f"The answer number {n}.")
            db.add(more)
    seen: list[str] = []
    about, pages = "", 0
    while True:
        page = await programme.opens("amara", FormName.HAND_OVER, about)
        assert isinstance(page, Form)
        fields = [field for field in page.fields if isinstance(field, Choices)]
        options = [option.value for field in fields for option in field.options]
        assert len(options) <= 30
        seen += options
        pages += 1
        older = [one for one in buttons_of(page) if one.label == "Older ones"]
        if not older:
            break
        [button] = older
        assert isinstance(button, Button)
        about = button.about
    assert pages == 3
    assert len(seen) == len(set(seen)) == 74
