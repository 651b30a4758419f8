"""One answer at a time goes to the coach, and comes back as easily."""

from prompts.message import FormName
from storage.engine import transaction
from storage.pairings import coach_of
from storage.tables import Pairing
from tests.bot.dialogue import ANSWERED, EVERY_SWITCH, Dialogue, words_of

OFFER = (
    "…? Saved, for you only. Sharing with your coach is off in your agreement. "
    "Switch it on, and share this answer with Ruth? "
    "[Allow sharing, and share this with Ruth] [Keep it to myself]"
)
SHARED = "…? Shared with Ruth. Only you and Ruth can read it, in the weekly digest. [Take it back]"
SAVED = (
    "…? Saved, for you only. [Next question] [Make this an experiment] [Share with Ruth] "
    "[Change its objective] [Change my answer]"
)
ALL_ON = [
    *ANSWERED,
    ("agreement", "Here is what you agreed to."),
    ("[My agreement]", "What do you agree to? …"),
    (EVERY_SWITCH, "Your agreement is changed, …"),
]


async def test_without_the_permission_sharing_is_offered_by_name(chat: Dialogue) -> None:
    await chat.goes(
        ANSWERED,
        ("[Share with Ruth]", OFFER),
        ("[Keep it to myself]", SAVED),
        ("Ruth: Wednesday 09:00", ""),
        ("share", OFFER),
        ("[Allow sharing, and share this with Ruth]", SHARED),
        ("agreement", "Here is what you agreed to."),
        ("[My agreement]", "… Let me share things with my coach, one at a time: on. …: off. …"),
    )


async def test_sharing_can_be_allowed_by_typing(chat: Dialogue) -> None:
    await chat.goes(ANSWERED, ("allow sharing", SHARED), ("take it back", SAVED))


async def test_with_the_permission_one_press_shares_and_one_takes_back(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("[Share with Ruth]", SHARED),
        ("[Take it back]", SAVED),
        ("share", SHARED),
        ("take back", SAVED),
        (
            "take back",
            "The answer to your newest question is not shared, so nothing was changed. …",
        ),
    )


async def test_the_journal_shares_and_takes_back_too(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("journal", "Your journal …"),
        ("[Journal]", "… Who can read it: Only you. …"),
        ("[Share this]", SHARED),
        ("journal", "Your journal …"),
        ("[Journal]", "… Who can read it: You and Ruth. … [Take this back] …"),
        ("[Take this back]", SAVED),
    )


async def test_nothing_is_switched_on_for_an_answer_that_is_not_there(chat: Dialogue) -> None:
    await chat.goes(
        ANSWERED,
        ("Thursday 16:00", "…? Only you can read your answer, …"),
        ("allow sharing", "Your newest question has no answer to share. …"),
        ("share", "Your newest question has no answer to share. …"),
        ("agreement", "Here is what you agreed to."),
        ("[My agreement]", "… Let me share things with my coach, one at a time: off. …"),
    )


async def test_what_is_taken_back_before_the_digest_is_not_in_it(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("[Share with Ruth]", SHARED),
        ("[Take it back]", SAVED),
        ("Ruth: Monday 09:00", ""),
    )


async def test_what_is_taken_back_after_the_digest_is_gone_from_it(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("[Share with Ruth]", SHARED),
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
        ("Ruth: [Read the digest]", "… “The agenda was mine all along.” …"),
        ("[Take it back]", SAVED),
        (
            "Ruth: [Read the digest]",
            "Digest of Monday 30 November Nothing is here now: what was shared has been taken "
            "back. Amara Withdrawn by Amara. …",
        ),
        ("Ruth: Monday 09:00", ""),
    )


async def end_pairing(chat: Dialogue, new_coach: str = "") -> None:
    """Amara's pairing ends; perhaps another begins."""
    amara = await chat.programme.member("Amara Okafor")
    async with transaction(chat.programme.engine) as db:
        found = await coach_of(db, amara)
        assert found is not None
        found[0].ended_at = chat.programme.now
        db.add(found[0])
        if new_coach:
            other = await chat.programme.member(new_coach)
            db.add(
                Pairing(
                    workspace_id=amara.workspace_id,
                    leader_id=amara.id,
                    coach_id=other.id,
                    accepted_at=chat.programme.now,
                )
            )


async def test_with_no_coach_there_is_nobody_to_share_with(chat: Dialogue) -> None:
    await chat.goes(ALL_ON)
    await end_pairing(chat)
    await chat.goes(
        ("share", "You have no coach here yet, so there is nobody to share with. It stays yours."),
        ("allow sharing", "You have no coach here yet, …"),
        ("change answer", "Your answer to the newest question."),
        ("[Open the box]", "… One line is enough. Only you can read it."),
        (
            {"Your answer": "Time."},
            "…? Saved, for you only. [Next question] [Make this an experiment] "
            "[Change its objective] [Change …]",
        ),
    )


async def test_a_new_coach_sees_nothing_that_was_shared_with_the_old_one(chat: Dialogue) -> None:
    await chat.goes(ALL_ON, ("[Share with Ruth]", SHARED))
    await end_pairing(chat, new_coach="Priya Nair")
    await chat.goes(
        ("journal", "Your journal …"),
        ("[Journal]", "… Who can read it: Only you. …"),
        ("change answer", "Your answer to the newest question."),
        ("[Open the box]", "… Only you can read it. You can share it with Priya afterwards."),
        (
            {"Your answer": "Time."},
            "…? Saved, for you only. [Next question] [Make this …] [Share with Priya] …",
        ),
        ("journal", "Your journal …"),
        ("[Journal]", "…"),
        ("[Share this]", "…? Shared with Priya. Only you and Priya can read it, …"),
        ("Ruth: Monday 09:00", ""),
    )


async def test_the_box_says_only_you_once_it_was_taken_back(chat: Dialogue) -> None:
    await chat.goes(ALL_ON, ("[Share with Ruth]", SHARED), ("[Take it back]", SAVED))
    form = await chat.programme.opens("amara", FormName.ANSWER)
    assert "Only you can read it. You can share it with Ruth afterwards." in words_of(form)
