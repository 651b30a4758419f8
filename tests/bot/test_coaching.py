"""The coach's side: what was shared, nothing else, and when the next session is."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from prompts.message import FormName
from storage.engine import transaction
from storage.tables import Allowed, Permission
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, Step, words_of

STANDS = "…? Only you can read your answer, unless you share it."
READY = (
    "Your weekly digest is ready. It opens on a page that only you can see. "
    "It holds what was shared with you. [Read the digest]"
)
WISH = "Six months from now, what would you most like to be different?"
SWITCHED_ON: list[Step] = [
    ("Amara arrives", "Before we start …"),
    ("[Choose and agree]", "What do you agree to? …"),
]
SHARED: list[Step] = [
    ("[Set an objective]", "An objective of yours …"),
    ({WISH: "The board decides without me."}, "Your objective is kept. …"),
    ("Tuesday 12:00", STANDS),
    ("[Answer]", "…? …"),
    ({"Your answer": "The agenda was mine all along."}, "…? Saved, for you only."),
    ("[Share with Ruth]", "…? Shared with Ruth. …"),
    ("Thursday 16:00", STANDS),
    ("[Answer]", "…? …"),
    ({"Your answer": "I am tired of carrying this board."}, "…? Saved, for you only."),
]
ALL_ON: list[Step] = [*SWITCHED_ON, (EVERY_SWITCH, "Agreed. …"), *SHARED]


async def test_the_coach_is_told_whom_he_coaches(chat: Dialogue) -> None:
    await chat.goes(
        (
            "Ruth arrives",
            "Hello Ruth. You coach Amara and Dan. Once a week I bring you what your leaders chose "
            "to share, and nothing when nothing was shared. "
            "Type “help” to see what else I understand.",
        ),
        ("Ruth: digest", "There is no digest yet. One comes when something was shared."),
        ("Ruth: leaders", "The people you coach. [Open my page]"),
        (
            "Ruth: [Open my page]",
            "Your page People you coach "
            "Name: Amara Okafor. Next session: Not set. [Set next session with Amara Okafor] "
            "[Ask Amara Okafor to talk] [End coaching with Amara Okafor] "
            "[Pin a question for Amara Okafor] "
            "Name: Dan Whitfield. Next session: Not set. [Set next session with Dan Whitfield] "
            "[Ask Dan Whitfield to talk] [End coaching with Dan Whitfield] "
            "[Pin a question for Dan Whitfield] "
            "Next digest: Monday 30 November at 09:00. [Questions I keep] "
            "A digest comes only when something was shared. You never see what was not.",
        ),
    )


async def test_nothing_shared_nothing_sent(chat: Dialogue) -> None:
    await chat.goes(
        SWITCHED_ON,
        (EVERY_SWITCH, "Agreed. …"),
        ("Tuesday 12:00", STANDS),
        ("Kept to myself.", ["…? Saved, for you only.", "Saved, for you only. …"]),
        ("Ruth: Monday 09:00", ""),
        ("Ruth: Monday 09:00", ""),
        ("Ruth: digest", "There is no digest yet. …"),
    )


async def test_the_digest_holds_what_was_shared_and_nothing_else(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("Ruth: Monday 08:59", ""),
        ("Ruth: Monday 09:00", READY),
        (
            "Ruth: [Read the digest]",
            "Digest of Monday 30 November 2 things shared. About 10 seconds to read. Each can be "
            "read only by you and the leader who wrote it. Amara Shared reflections …? “The agenda "
            "was mine all along.” Objective “The board decides without me.” …",
        ),
        # The next one takes up where this one left off.
        ("Ruth: Monday 09:00", ""),
    )
    page = await chat.programme.opens("ruth", FormName.DIGEST, chat.programme.asked("Ruth Ellis"))
    for private in ("tired of carrying", "island council", "ambulance", "Dan"):
        assert private not in repr(page)


async def test_titles_stay_unnamed_without_their_own_permission(chat: Dialogue) -> None:
    switches = EVERY_SWITCH | {"Share my objective titles with my coach": False}
    await chat.goes(
        SWITCHED_ON,
        (switches, "Agreed. …"),
        SHARED,
        ("Ruth: Monday 09:00", READY),
        (
            "Ruth: [Read the digest]",
            "… 1 thing shared. … Amara Shared reflections …? “The agenda was mine all along.”",
        ),
    )
    page = await chat.programme.opens("ruth", FormName.DIGEST, chat.programme.asked("Ruth Ellis"))
    assert "decides without me" not in repr(page)


async def test_an_answer_to_no_objective_stands_by_itself(chat: Dialogue) -> None:
    await chat.goes(
        SWITCHED_ON,
        (EVERY_SWITCH, "Agreed. …"),
        ("Tuesday 12:00", STANDS),
        ("Trust.", ["…? Saved, for you only.", "Saved, for you only. …"]),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Ruth: Monday 09:00", READY),
        ("Ruth: [Read the digest]", "… 1 thing shared. … Amara Shared reflections …? “Trust.”"),
    )


async def test_switching_sharing_off_empties_a_digest_that_was_sent(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("Ruth: Monday 09:00", READY),
        ("agreement", "Here is what you agreed to."),
        ("[My agreement]", "What do you agree to? …"),
        ({"Let me share things with my coach, one at a time": False}, "Your agreement …"),
        (
            "Ruth: [Read the digest]",
            "Digest of Monday 30 November Nothing is here now: … Amara Withdrawn by Amara.",
        ),
    )


async def test_a_permission_that_is_gone_hides_what_is_still_marked_as_shared(
    chat: Dialogue,
) -> None:
    """Whoever withdrew it, and however: the switch counts at the moment of reading."""
    await chat.goes(ALL_ON, ("Ruth: Monday 09:00", READY))
    async with transaction(chat.programme.engine) as db:
        await db.exec(
            update(Permission)
            .where(col(Permission.allows) == Allowed.SHARING)
            .values(withdrawn_at=chat.programme.now)
        )
    await chat.goes(
        (
            "Ruth: [Read the digest]",
            "Digest of Monday 30 November Nothing is here now: … Amara Withdrawn by Amara.",
        ),
        ("journal", "Your journal …"),
        ("[Journal]", "… Who can read it: Only you. …"),
    )


async def test_a_typed_digest_shows_the_newest_again(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("Ruth: Monday 09:00", READY),
        ("Ruth: Tuesday 09:00", ""),
        ("Ruth: digest", READY),
        ("Ruth: [Read the digest]", "Digest of Monday 30 November 2 things shared. …"),
    )


async def test_what_was_shared_after_the_digest_waits_for_the_next(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("Ruth: Monday 09:00", READY),
        ("Monday 09:01", ""),
        ("share", "…? Shared with Ruth. …"),
        ("Ruth: [Read the digest]", "… 2 things shared. …"),
        ("Ruth: Monday 09:00", READY),
        (
            "Ruth: [Read the digest]",
            "Digest of Monday 7 December 2 things shared. … “I am tired of carrying this board.” …",
        ),
    )


async def test_the_coach_sets_the_next_session_and_the_digest_says_when(chat: Dialogue) -> None:
    await chat.goes(
        ALL_ON,
        ("Ruth: leaders", "The people you coach."),
        ("Ruth: [Open my page]", "Your page …"),
        (
            "Ruth: [Set next session with Amara Okafor]",
            "Next session with Amara Okafor Only the date and the length are kept. No notes of "
            "sessions are stored. Amara is told the date. Day: empty. Hour, on your clock: empty. "
            "Length: 60 minutes.",
        ),
        (
            {"who": "Ruth", "Day": "2026-11-26", "Hour, on your clock": "10:00"},
            "… Nothing was saved yet. … Day: 2026-11-26. Choose a moment to come. …",
        ),
        (
            {"who": "Ruth", "Day": "2026-12-03"},
            "Kept. Your next session with Amara Okafor is on Thursday 3 December at 10:00, for "
            "60 minutes. Amara is told.",
        ),
        ("Ruth: leaders", "The people you coach."),
        ("Ruth: [Open my page]", "… Name: Amara Okafor. Next session: Thursday 3 December …"),
        (
            "Ruth: [Set next session with Amara Okafor]",
            "… Day: 2026-12-03. … 10:00. Length: 60 minutes.",
        ),
        (
            {"who": "Ruth", "Day": "2026-12-04"},
            "Kept. Your next session with Amara Okafor is on Friday 4 December at 10:00, for "
            "60 minutes. Amara is told.",
        ),
        ("Ruth: Monday 09:00", READY),
        (
            "Ruth: [Read the digest]",
            "… Amara Next session: Friday 4 December at 10:00. Shared reflections …",
        ),
    )


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        ("9999-99-99", "10:00"),
        ("9999-12-31", "23:59"),
        ("0001-01-01", "00:00"),
        ("2029-01-01", "10:00"),
        ("2026-12-03", "99:99"),
        ("", ""),
        ("x" * 10_000, "\0"),
        ("2026-12-03T10:00", "10:00"),
    ],
)
async def test_a_date_that_cannot_be_is_refused_and_kept_in_the_form(
    chat: Dialogue, day: str, hour: str
) -> None:
    await chat.goes(
        ("Ruth: leaders", "The people you coach."),
        ("Ruth: [Open my page]", "Your page …"),
        ("Ruth: [Set next session with Dan Whitfield]", "Next session with Dan Whitfield …"),
        (
            {"who": "Ruth", "Day": day, "Hour, on your clock": hour},
            f"… Nothing was saved yet. … Day: {day or 'empty'}. Choose …",
        ),
    )


async def test_the_words_of_the_others_mean_nothing_to_a_coach(chat: Dialogue) -> None:
    help_words = "Once a week I bring you what your leaders chose to share. Words you can type: …"
    not_caught = "I did not catch that, so nothing was changed and nothing was stored."
    for words in ("agree", "pause", "pause until 3 June", "stop", "question", "journal"):
        await chat.goes((f"Ruth: {words}", [not_caught, help_words]))
    for words in ("people", "share", "when", "What a week that was", ""):
        await chat.goes((f"Ruth: {words}", [not_caught, help_words]))
    await chat.goes(("Ruth: help", help_words))
    await chat.goes(("Ruth: help now", "… Samaritans 116 123. …"))


async def test_the_line_in_the_chat_holds_no_name(chat: Dialogue) -> None:
    await chat.goes(ALL_ON, ("Ruth: Monday 09:00", READY))
    said = words_of(chat.screens["Ruth"].chat[-1])
    assert "Amara" not in said
