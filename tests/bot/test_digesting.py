"""Friday noon the leader looks; Monday at nine the coach reads; and not a word more than that."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete, select, update

from prompts.message import Form, FormName, Press
from storage.engine import reading, transaction
from storage.objectives import objectives_of
from storage.tables import (
    DeclinedQuestion,
    DigestItem,
    Nudge,
    NudgeKind,
    NudgeState,
    Pairing,
    Rating,
    Reflection,
)
from storage.texts import DAMAGED
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, Step, words_of
from tests.cast import Programme

HERS = "The acute trust. By miles."
KEPT = "I dread the finance meeting."
READY = "Your weekly digest is ready. It opens on a page that only you can see. …"
LOOK = "What your coach will get on Monday is ready for you to look at. …"
SAVED = "…? Saved, for you only. …"

AGREED: list[Step] = [
    ("Amara arrives", "Before we start …"),
    ("[Choose and agree]", "What do you agree to? …"),
    (EVERY_SWITCH, "Agreed. …"),
]
ONE_SHARED: list[Step] = [
    *AGREED,
    ("Tuesday 12:00", "…?…"),
    ("[Answer]", "…? …"),
    ({"Your answer": HERS}, SAVED),
    ("[Share with Ruth]", "…? Shared with Ruth. …"),
    ("Thursday 16:00", "…?…"),
    ("[Answer]", "…? …"),
    ({"Your answer": KEPT}, SAVED),
]


async def test_she_sees_on_friday_what_ruth_reads_on_monday(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Friday 12:00", LOOK),
        (
            "[Look at it]",
            "What Ruth will get This is what Ruth will get on Monday 30 November at 09:00. Only "
            f"you can see this page. … Shared reflections …? “{HERS}” [Leave this out] "
            "[Change it] … [Skip this week] …",
        ),
        ("Ruth: Monday 09:00", READY),
        (
            "Ruth: [Read the digest]",
            f"Digest of Monday 30 November 1 thing shared. … Amara Shared reflections … “{HERS}” …",
        ),
    )
    for page in (chat.screens["Amara"], chat.screens["Ruth"]):
        assert KEPT not in repr(page.chat)
    assert KEPT not in repr(chat.screens["Ruth"].page)


async def test_whoever_shares_nothing_is_shown_nothing_and_nothing_goes(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", "…?…"),
        ("[Answer]", "…? …"),
        ({"Your answer": KEPT}, SAVED),
        ("Friday 12:00", "…?…"),
        ("Ruth: Monday 09:00", ""),
        ("what my coach gets", "What your coach will get opens on a page of your own. …"),
        (
            "[What my coach gets]",
            "… Nothing of yours goes to Ruth on Monday 7 December at 09:00. …",
        ),
    )


async def test_what_she_leaves_out_does_not_go(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Friday 12:00", LOOK),
        ("[Look at it]", "What Ruth will get …"),
        ("[Leave this out]", "… Nothing of yours goes to Ruth on Monday 30 November at 09:00. …"),
        ("Ruth: Monday 09:00", ""),
        ("journal", "Your journal …"),
        ("[Journal]", f"… “{HERS}” … Who can read it: Only you. …"),
    )


async def test_what_she_changes_goes_as_she_changed_it(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Friday 12:00", LOOK),
        ("[Look at it]", "What Ruth will get …"),
        ("[Change it]", "… You have shared it: Ruth can read what you save here, too. …"),
        ({"Your answer": "The acute trust, and I can say so now."}, "…? Shared with Ruth. …"),
        ("Ruth: Monday 09:00", READY),
        ("Ruth: [Read the digest]", "… “The acute trust, and I can say so now.” …"),
    )


async def test_a_week_she_skips_waits_for_the_next_and_ruth_sees_no_difference(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Friday 12:00", LOOK),
        ("[Look at it]", "What Ruth will get …"),
        ("[Skip this week]", "… Nothing of yours goes to Ruth on Monday 30 November … waits …"),
        ("Ruth: Monday 09:00", ""),
        ("Ruth: digest", "There is no digest yet. …"),
        ("Friday 12:00", ["…?…", "…?…", "…?…", LOOK]),
        ("Ruth: Monday 09:00", READY),
        ("Ruth: [Read the digest]", f"Digest of Monday 7 December 1 thing shared. … “{HERS}” …"),
    )


async def test_a_week_she_skipped_can_go_after_all(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Friday 12:00", LOOK),
        ("skip this week", "… Nothing of yours goes to Ruth on Monday 30 November …"),
        ("send it after all", "… This is what Ruth will get on Monday 30 November …"),
        ("Ruth: Monday 09:00", READY),
    )


async def test_what_she_takes_back_later_is_gone_and_says_only_that(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Ruth: Monday 09:00", READY),
        ("Ruth: [Read the digest]", f"… “{HERS}” …"),
        ("journal", "Your journal …"),
        ("[Journal]", f"… “{HERS}” …"),
        ("[Take this back]", "…? Saved, for you only. …"),
        ("Ruth: digest", READY),
        (
            "Ruth: [Read the digest]",
            "Digest of Monday 30 November Nothing is here now: … Amara Withdrawn by Amara. …",
        ),
    )
    assert HERS not in repr(chat.screens["Ruth"].page)


async def test_shared_again_it_goes_again(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Ruth: Monday 09:00", READY),
        ("journal", "Your journal …"),
        ("[Journal]", "…"),
        ("[Take this back]", "…"),
        ("journal", "Your journal …"),
        ("[Journal]", f"… “{KEPT}” … “{HERS}” …"),
    )
    programme = chat.programme
    about = await the_nudge_of(programme, HERS)
    await programme.presses("amara", Press.SHARE, about)
    await chat.goes(("Ruth: Monday 09:00", READY), ("Ruth: [Read the digest]", f"… “{HERS}” …"))


async def the_nudge_of(programme: Programme, words: str) -> str:
    page = await programme.opens("amara", FormName.JOURNAL)
    assert isinstance(page, Form)
    place = next(i for i, one in enumerate(page.elements) if words in repr(one))
    button = next(one for one in repr(page.elements[place:]).split("about='")[1:])
    return button.split("'")[0]


async def test_a_request_to_leave_something_goes_by_itself_and_once(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("leave for now", "What you ask your coach not to raise. …"),
        ("[Leave for now]", "Please leave for now Ruth reads this in every digest …"),
        (
            {"What would you like Ruth not to raise?": "The restructure."},
            "Kept. Ruth reads it in every digest until you take it back, and nobody else does.",
        ),
        ("Friday 12:00", ["…?…", "…?…", "…?…", LOOK]),
        ("Ruth: Monday 09:00", READY),
        ("Ruth: [Read the digest]", "… Please leave for now “The restructure.” …"),
        ("Ruth: Monday 09:00", ""),
        ("leave for now", "…"),
        ("[Leave for now]", "Please leave for now …"),
        ({"What would you like Ruth not to raise?": ""}, "Taken back. Ruth cannot read it …"),
        ("Ruth: digest", READY),
        ("Ruth: [Read the digest]", "… Withdrawn by Amara. …"),
    )


async def test_a_digest_fades_after_ninety_days(chat: Dialogue) -> None:
    await chat.goes(ONE_SHARED, ("Ruth: Monday 09:00", READY))
    chat.programme.now += timedelta(days=90, minutes=1)
    await chat.goes(
        ("Ruth: [Read the digest]", "… What was in this digest is no longer shown: …"),
    )
    assert HERS not in repr(chat.screens["Ruth"].page)


async def test_ruth_can_do_without_questions_to_hold_and_have_them_back(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Ruth: Monday 09:00", READY),
        ("Ruth: [Read the digest]", "… [Show no questions to hold]"),
        ("Ruth: [Show no questions to hold]", "… [Show questions to hold]"),
    )
    page = chat.screens["Ruth"].page
    assert page is not None
    assert "Questions to hold" not in words_of(page, buttons=False)
    await chat.goes(("Ruth: show questions to hold", "Your digests show up to three questions …"))


async def test_a_paused_leader_is_shown_nothing_and_what_she_shared_still_goes(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ONE_SHARED,
        ("pause", "Paused …"),
        ("Friday 12:00", ""),
        ("Ruth: Monday 09:00", READY),
    )


async def test_a_friday_follows_her_hours(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("when", "Your days and hours. …"),
        ("[Days and hours]", "…"),
        ({"Never before": "14:00", "First question, hour": "15:00"}, "Kept. …"),
        ("Friday 12:00", ""),
        ("Friday 14:00", LOOK),
    )


@pytest.mark.parametrize("state", [NudgeState.GIVEN_UP, NudgeState.EXPIRED])
async def test_what_a_digest_that_never_came_would_have_told_comes_with_the_next(
    chat: Dialogue, state: NudgeState
) -> None:
    await chat.goes(ONE_SHARED, ("Ruth: Monday 09:00", READY))
    async with transaction(chat.programme.engine) as db:
        await db.exec(update(Nudge).where(col(Nudge.kind) == NudgeKind.DIGEST).values(state=state))
    await chat.goes(("Ruth: Monday 09:00", READY), ("Ruth: [Read the digest]", f"… “{HERS}” …"))


async def test_the_row_of_what_was_told_holds_ids_and_no_words(chat: Dialogue) -> None:
    await chat.goes(ONE_SHARED, ("Ruth: Monday 09:00", READY))
    async with reading(chat.programme.engine) as db:
        [item] = await db.exec(select(DigestItem))
    assert HERS not in repr(item)
    assert DAMAGED not in repr(item)


async def test_what_ruth_may_hold_is_the_same_with_everything_private_gone(
    chat: Dialogue,
) -> None:
    """Suggested from what was shared and from nothing else: what she kept leaves no trace."""
    await chat.goes(
        ONE_SHARED,
        # After her first week the questions are about something.
        ("Thursday 16:00", ["…"] * 4),
        ("[Answer]", "…"),
        ({"Your answer": "Nobody has asked the porters."}, SAVED),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Ruth: Monday 09:00", READY),
        ("Ruth: [Read the digest]", "… Questions to hold: use none, one or your own 1. … …"),
    )
    programme, about = chat.programme, chat.programme.asked("Ruth Ellis")
    before = await programme.opens("ruth", FormName.DIGEST, about)
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        private = (col(Reflection.member_id) == amara.id, col(Reflection.shared_at).is_(None))
        await db.exec(delete(Reflection).where(*private))
        answers_shared = (
            select(Reflection.nudge_id).where(Reflection.member_id == amara.id).scalar_subquery()
        )
        declined = col(DeclinedQuestion.member_id) == amara.id
        await db.exec(delete(DeclinedQuestion).where(declined))
        await db.exec(
            update(Nudge)
            .where(col(Nudge.member_id) == amara.id, col(Nudge.id).not_in(answers_shared))
            .values(question_id="", question_words="", reason="", outcome=None, closed_at=None)
        )
    assert await programme.opens("ruth", FormName.DIGEST, about) == before


async def test_she_can_look_again_at_what_went(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("Ruth: Monday 09:00", READY),
        ("what my coach gets", "…"),
        ("[What my coach gets]", "… Sent before [Monday 30 November] [Who has read what]"),
        ("[Monday 30 November]", f"What was sent on Monday 30 November … “{HERS}”"),
    )


async def test_what_went_about_dan_is_not_amaras_to_look_at(chat: Dialogue) -> None:
    await chat.goes(ONE_SHARED, ("Ruth: Monday 09:00", READY))
    about = chat.programme.asked("Ruth Ellis")
    page = await chat.programme.opens("dan", FormName.PREVIEW, about)
    assert HERS not in repr(page)


async def test_an_old_digest_shows_nothing_that_a_skipped_week_keeps_back(chat: Dialogue) -> None:
    """A placing, shared after it, is drawn in no digest that went before."""
    await chat.goes(
        AGREED,
        ("Tuesday 12:00", "…?…"),
        ("[Answer]", "…"),
        ({"Your answer": HERS}, SAVED),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
    )
    programme = chat.programme
    await programme.submits("amara", FormName.OBJECTIVE, words="Partners begin.", themes=["care"])
    [objective] = await objectives_in(programme)
    await place(programme, objective, "-1", "They asked me twice.")
    await chat.goes(("Ruth: Monday 09:00", READY), ("Ruth: [Read the digest]", "… −1, rated …"))
    about = programme.asked("Ruth Ellis")
    before = repr(await programme.opens("ruth", FormName.DIGEST, about))
    programme.now += timedelta(days=1)
    await place(programme, objective, "2", "They told me afterwards.")
    await programme.presses("amara", Press.SKIP_DIGEST)
    after = repr(await programme.opens("ruth", FormName.DIGEST, about))
    assert "They told me afterwards." not in after
    assert after == before
    # And in the preview both stand side by side.
    preview = await programme.opens("amara", FormName.PREVIEW)
    assert "−1 → +2" in words_of(preview)


async def objectives_in(programme: Programme) -> list[str]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return [str(one.id) for one in await objectives_of(db, amara)]


async def place(programme: Programme, objective: str, level: str, evidence: str) -> None:
    """She places herself, and shares it."""
    await programme.submits("amara", FormName.RATING, objective, level=level, evidence=evidence)
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        newest = (
            await db.exec(
                select(Rating)
                .where(Rating.member_id == amara.id)
                .order_by(col(Rating.rated_at).desc())
            )
        ).first()
    assert newest is not None
    await programme.presses("amara", Press.SHARE_RATING, newest.id)


async def test_a_digest_in_doubt_can_be_read_by_typing(chat: Dialogue) -> None:
    await chat.goes(ONE_SHARED, ("Ruth: Monday 09:00", READY))
    async with transaction(chat.programme.engine) as db:
        in_doubt = update(Nudge).where(col(Nudge.kind) == NudgeKind.DIGEST)
        await db.exec(in_doubt.values(state=NudgeState.IN_DOUBT))
    await chat.goes(("Ruth: digest", READY), ("Ruth: [Read the digest]", f"… “{HERS}” …"))


async def test_of_a_coaching_that_ended_nothing_is_shown_and_nobody_took_it_back(
    chat: Dialogue,
) -> None:
    await chat.goes(ONE_SHARED, ("Ruth: Monday 09:00", READY))
    async with transaction(chat.programme.engine) as db:
        await db.exec(update(Pairing).values(ended_at=chat.programme.now))
    await chat.goes(
        (
            "Ruth: [Read the digest]",
            "Digest of Monday 30 November The coaching that this digest told of has ended, …",
        ),
    )
    assert HERS not in repr(chat.screens["Ruth"].page)


async def test_what_is_not_to_be_raised_stands_in_the_next_digest_too(chat: Dialogue) -> None:
    await chat.goes(
        ONE_SHARED,
        ("leave for now", "…"),
        ("[Leave for now]", "…"),
        ({"What would you like Ruth not to raise?": "The restructure."}, "Kept. …"),
        ("Ruth: Monday 09:00", READY),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Ruth: Monday 09:00", READY),
        (
            "Ruth: [Read the digest]",
            f"Digest of Monday 7 December … “{KEPT}” … “The restructure.” …",
        ),
    )
