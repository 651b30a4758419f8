"""A pairing is suggested by a lead, begun by both, and ended by either without a reason."""

import pytest
from sqlmodel import select

from prompts.message import FormName, Press
from storage.audit import of_owner
from storage.engine import reading, transaction
from storage.members import NewMember, add_members
from storage.pairings import coach_of
from storage.tables import Action, Aside, CoachingSession, Pin, SequenceRun
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, Step
from tests.bot.test_meeting import pairing_ids
from tests.cast import Programme, words_of

OURS = "I let the finance paper run the meeting."
BEGUN: list[Step] = [
    ("Amara arrives", "Before we start …"),
    ("[Choose and agree]", "What do you agree to? …"),
    (EVERY_SWITCH, "Agreed. …"),
    ("Tuesday 12:00", "…?…"),
    ("[Answer]", "…? …"),
    ({"Your answer": OURS}, "…? Saved, for you only. …"),
    ("[Share with Ruth]", "…? Shared with Ruth. …"),
]


async def actions(programme: Programme) -> list[tuple[str, object]]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        rows = await of_owner(db, amara.id, [Action.PAIRED, Action.UNPAIRED], 100)
    return [(row.action.value, row.actor_id) for row in rows]


async def test_a_leader_ends_it_in_two_steps_and_sharing_stops_at_once(chat: Dialogue) -> None:
    await chat.goes(
        BEGUN,
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
        ("end coaching", "What ends with your coaching, and what stays. [End coaching]"),
        (
            "[End coaching]",
            "End your coaching with Ruth Ruth can open nothing of yours any more, from that "
            "moment. What you wrote stays yours, … Sessions to come are cancelled. Ruth is told "
            "that it has ended; no reason is asked, and none is given. … [End it now] To leave "
            "everything as it is, close this page.",
        ),
        # So far nothing has happened.
        ("Ruth: [Read the digest]", f"… “{OURS}” …"),
        ("[End it now]", "Your coaching with Ruth has ended. Ruth can open nothing …"),
        ("Ruth: [Read the digest]", "… The coaching that this digest told of has ended, …"),
        (
            "Ruth: Monday 09:01",
            "Your coaching with Amara has ended. You can open nothing of Amara’s any more.",
        ),
        ("Monday 09:02", ""),
        ("objectives", "…"),
        ("[My objectives]", "… Coach: None yet. …"),
    )
    ruth, amara = [await chat.programme.member(one) for one in ("Ruth Ellis", "Amara Okafor")]
    assert await actions(chat.programme) == [("unpaired", amara.id)]
    page = await chat.programme.opens("ruth", FormName.COACH_HOME)
    assert "Amara" not in words_of(page)
    assert ruth.is_coach


async def test_a_coach_ends_it_too(chat: Dialogue) -> None:
    await chat.goes(
        BEGUN,
        ("Ruth: leaders", "…"),
        ("Ruth: [Open my page]", "…"),
        ("Ruth: [End coaching with Amara Okafor]", "End your coaching with Amara You can open …"),
        ("Ruth: [End it now]", "Your coaching with Amara has ended. You can open nothing of …"),
        (
            "Tuesday 12:01",
            "Your coaching with Ruth has ended. Ruth can open nothing of yours any more; what you "
            "wrote stays yours.",
        ),
        ("ask my coach to call", "You have no coach here, so there is nobody I can ask. …"),
    )
    ruth = await chat.programme.member("Ruth Ellis")
    assert await actions(chat.programme) == [("unpaired", ruth.id)]


async def test_what_rests_on_it_ends_with_it(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(BEGUN)
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    await programme.submits(
        *("ruth", FormName.COACHING_SESSION, pairing),
        on="2026-12-03",
        at="10:00",
        minutes="60",
    )
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        found = await coach_of(db, amara)
        assert found is not None
        key, workspace_id = found[0].id, amara.workspace_id
        db.add(
            Pin(
                workspace_id=workspace_id,
                pairing_id=key,
                question_id="CON-OPN-1",
                depth=1,
                pinned_at=programme.now,
            )
        )
        db.add(
            Aside(
                workspace_id=workspace_id,
                member_id=amara.id,
                words=b"sealed",
                shared_at=programme.now,
                pairing_id=key,
            )
        )
    await programme.presses("amara", Press.END_PAIRING, pairing)
    async with reading(programme.engine) as db:
        assert (await db.exec(select(CoachingSession))).one().cancelled_at == programme.now
        assert (await db.exec(select(Pin))).one().ended_at == programme.now
        assert (await db.exec(select(Aside))).one().pairing_id is None
        runs = await db.exec(select(SequenceRun).where(SequenceRun.sequence == "session"))
        assert [one.ended_at for one in runs] == [programme.now]
    await programme.passes(minutes=1)
    # The date was said and the end came before it was told: she hears of the end alone.
    assert programme.messenger.said_to("Ruth Ellis") == [
        "Your coaching with Amara has ended. You can open nothing of Amara’s any more."
    ]
    assert "session" not in " ".join(programme.messenger.said_to("Amara Okafor"))


async def test_typed_words_name_nobody_and_are_the_first_step(chat: Dialogue) -> None:
    await chat.goes(
        BEGUN,
        ("end it now", "End your coaching with Ruth …"),
        ("Ruth: end it now", "Nothing has ended. You coach more than one person; …"),
        ("objectives", "…"),
        ("[My objectives]", "… Coach: Ruth Ellis. …"),
    )


async def test_nobody_ends_what_is_not_theirs(programme: Programme) -> None:
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    for other in ("dan", "priya"):
        [said] = await programme.presses(other, Press.END_PAIRING, pairing)
        assert "not here any more" in words_of(said)
    assert await pairing_ids(programme, "Amara Okafor") == [pairing]


async def test_it_ends_once(programme: Programme) -> None:
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    await programme.presses("amara", Press.END_PAIRING, pairing)
    [said] = await programme.presses("ruth", Press.END_PAIRING, pairing)
    assert "not here any more" in words_of(said)


# ---- suggested by a lead ----


@pytest.fixture
async def with_sam(programme: Programme) -> Programme:
    ruth = await programme.member("Ruth Ellis")
    async with transaction(programme.engine) as db:
        sam = NewMember(user_id="sam", name="Sam Hart", is_coach=True)
        await add_members(db, ruth.workspace_id, [sam])
    await suggests(programme)
    return programme


async def suggests(programme: Programme) -> str:
    amara, sam = [await programme.member(one) for one in ("Amara Okafor", "Sam Hart")]
    [said] = await programme.submits(
        "priya", FormName.PAIRING, leader=str(amara.id), coach=str(sam.id)
    )
    return words_of(said)


async def amaras_coach(programme: Programme) -> str:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        found = await coach_of(db, amara)
    return found[1].name if found else ""


@pytest.mark.parametrize("order", [("amara", "sam"), ("sam", "amara")])
async def test_it_begins_with_the_second_yes_in_whatever_order(
    with_sam: Programme, order: tuple[str, str]
) -> None:
    first, second = order
    await with_sam.presses(first, Press.ACCEPT_PAIRING)
    assert await amaras_coach(with_sam) == "Ruth Ellis"
    await with_sam.presses(second, Press.ACCEPT_PAIRING)
    assert await amaras_coach(with_sam) == "Sam Hart"
    await with_sam.passes(minutes=1)
    # Who was her coach until now is told, and no more than that.
    assert with_sam.messenger.said_to("Ruth Ellis") == [
        "Your coaching with Amara has ended. You can open nothing of Amara’s any more."
    ]
    assert {what for what, _ in await actions(with_sam)} == {"paired", "unpaired"}


@pytest.mark.parametrize("no", ["amara", "sam"])
@pytest.mark.parametrize("yes_before", [True, False])
async def test_a_lead_cannot_tell_who_said_no_or_who_has_said_yes(
    with_sam: Programme, no: str, yes_before: bool
) -> None:
    waiting = words_of(await with_sam.opens("priya", FormName.LEAD_HOME))
    assert "Ruth Ellis, Sam Hart (suggested)" in waiting
    if yes_before:
        other = {"amara": "sam", "sam": "amara"}[no]
        await with_sam.presses(other, Press.ACCEPT_PAIRING)
        assert words_of(await with_sam.opens("priya", FormName.LEAD_HOME)) == waiting
    await with_sam.presses(no, Press.DECLINE_PAIRING)
    assert await amaras_coach(with_sam) == "Ruth Ellis"
    after = words_of(await with_sam.opens("priya", FormName.LEAD_HOME))
    assert after == waiting.replace("Ruth Ellis, Sam Hart (suggested)", "Ruth Ellis")
    changes = words_of(await with_sam.opens("priya", FormName.CHANGES))
    assert "declined" not in changes.casefold()
    # Nothing is sent to anybody, and it can be suggested again.
    await with_sam.passes(minutes=1)
    assert with_sam.messenger.delivered == []
    assert "Suggested: Sam Hart" in await suggests(with_sam)


async def test_whoever_is_paired_or_suggested_already_is_not_suggested_twice(
    with_sam: Programme,
) -> None:
    assert "paired or suggested already" in await suggests(with_sam)
    await with_sam.presses("amara", Press.ACCEPT_PAIRING)
    await with_sam.presses("sam", Press.ACCEPT_PAIRING)
    assert "paired or suggested already" in await suggests(with_sam)


async def test_what_ended_can_begin_anew_and_opens_nothing_of_before(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(BEGUN)
    [pairing] = await pairing_ids(programme, "Amara Okafor")
    await programme.presses("ruth", Press.END_PAIRING, pairing)
    amara, ruth = [await programme.member(one) for one in ("Amara Okafor", "Ruth Ellis")]
    await programme.submits("priya", FormName.PAIRING, leader=str(amara.id), coach=str(ruth.id))
    await chat.goes(
        ("accept pairing", "You have accepted Ruth. …"),
        ("Ruth: accept pairing", "You and Amara have both accepted. …"),
        ("Ruth: Monday 09:00", ""),
        ("journal", "…"),
        ("[Journal]", f"… “{OURS}” … Who can read it: Only you. …"),
    )
