"""A coach is suggested by a lead, begins with two yeses, and sees nothing of the time before."""

import pytest

from prompts.message import FormName, Press
from storage.engine import transaction
from storage.members import NewMember, add_members
from tests.bot.dialogue import EVERY_SWITCH, Dialogue
from tests.cast import Programme, words_of

EARLIER = "I let the finance paper run the meeting."


@pytest.fixture
async def with_sam(chat: Dialogue) -> Dialogue:
    """Sam is a coach here, too."""
    programme = chat.programme
    ruth = await programme.member("Ruth Ellis")
    async with transaction(programme.engine) as db:
        await add_members(
            db, ruth.workspace_id, [NewMember(user_id="sam", name="Sam Hart", is_coach=True)]
        )
    return chat


async def suggests(programme: Programme, leader: str = "Amara Okafor", coach: str = "") -> str:
    amara = await programme.member(leader)
    sam = await programme.member(coach or "Sam Hart")
    [said] = await programme.submits(
        "priya", FormName.PAIRING, leader=str(amara.id), coach=str(sam.id)
    )
    return words_of(said)


async def shares_an_answer(chat: Dialogue, words: str, day: str) -> None:
    await chat.goes(
        (day, "…?…"),
        ("[Answer]", "…? …"),
        ({"Your answer": words}, "…? Saved, for you only. …"),
    )


async def test_a_new_coach_sees_only_what_is_shared_after_both_said_yes(
    with_sam: Dialogue,
) -> None:
    chat, programme = with_sam, with_sam.programme
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
    )
    await shares_an_answer(chat, EARLIER, "Tuesday 12:00")
    await chat.goes(("[Share with Ruth]", "…? Shared with Ruth. …"))
    assert "Suggested: Sam Hart for Amara Okafor." in await suggests(programme)
    # Until both have accepted nothing changes for anybody.
    assert "paired or suggested already" in await suggests(programme)
    await chat.goes(
        ("objectives", "Your objectives open on your own page. …"),
        (
            "[My objectives]",
            "Your page … Your programme suggests a coach Sam Hart. Nothing begins before you have "
            "both accepted. Once you both accept, Ruth can read nothing of yours any more, and "
            "the new coach sees only what you share from then on. [Accept Sam Hart] …",
        ),
        ("[Accept Sam Hart]", "You have accepted Sam. It begins when Sam accepts, too."),
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
        ("Ruth: [Read the digest]", f"… “{EARLIER}” …"),
    )
    page = await programme.opens("sam", FormName.COACH_HOME)
    assert "Your programme suggests somebody to coach" in words_of(page)
    [said] = await programme.presses("sam", Press.ACCEPT_PAIRING)
    assert "You and Amara have both accepted." in words_of(said)

    # At once: not even the digest that was sent shows her anything any more.
    digest = programme.asked("Ruth Ellis")
    assert EARLIER not in words_of(await programme.opens("ruth", FormName.DIGEST, digest))
    page = await programme.opens("sam", FormName.COACH_HOME)
    assert "Amara Okafor" in words_of(page)
    await chat.goes(
        ("journal", "Your journal …"),
        ("[Journal]", f"Journal … “{EARLIER}” … Who can read it: Only you. …"),
        ("[Share this]", "…? Shared with Sam. …"),
    )


async def test_who_says_no_gives_no_reason_and_nothing_changes(with_sam: Dialogue) -> None:
    chat, programme = with_sam, with_sam.programme
    await programme.agrees("amara", "sharing")
    await suggests(programme)
    await chat.goes(
        ("decline pairing", "Declined. You gave no reason, and none was asked."),
        ("decline pairing", "That is not here any more, …"),
        ("objectives", "…"),
        ("[My objectives]", "… Coach: Ruth Ellis. …"),
    )
    page = await programme.opens("sam", FormName.COACH_HOME)
    assert "Amara" not in words_of(page)


async def test_nobody_accepts_in_anothers_place(with_sam: Dialogue) -> None:
    programme = with_sam.programme
    await suggests(programme)
    for other in ("dan", "ruth", "priya"):
        [said] = await programme.presses(other, Press.ACCEPT_PAIRING)
        assert "not here any more" in words_of(said)


async def test_nobody_is_suggested_to_themselves_or_to_nobody(with_sam: Dialogue) -> None:
    programme = with_sam.programme
    for leader, coach in (("", ""), ("Amara Okafor", "")):
        chosen = str((await programme.member(leader)).id) if leader else ""
        [said] = await programme.submits("priya", FormName.PAIRING, leader=chosen, coach=coach)
        assert "Choose a leader and a coach. Nothing was changed." in words_of(said)
