"""What a lead decides for a programme: helplines, the box only, and when it opens."""

from datetime import UTC, datetime

from sqlmodel import select

from prompts.message import FormName, Press
from storage.engine import transaction
from storage.programmes import programmes_in
from storage.tables import Programme as ProgrammeRow
from tests.bot.dialogue import EVERY_SWITCH, Dialogue
from tests.cast import Programme, words_of


async def about(programme: Programme) -> str:
    priya = await programme.member("Priya Nair")
    async with transaction(programme.engine) as db:
        [only] = await programmes_in(db, priya.workspace_id)
        return str(only.id)


async def closes(programme: Programme) -> None:
    """As it is before it was ever opened."""
    async with transaction(programme.engine) as db:
        (await db.exec(select(ProgrammeRow))).one().opened_at = None


async def test_with_the_box_only_what_is_typed_is_not_saved(chat: Dialogue) -> None:
    await chat.goes(
        ("Priya: settings", "Helplines, and whether answers are written in the box only. …"),
        ("Priya: [Settings]", "Settings of Leading across boundaries …"),
        (
            {"who": "Priya", "Answers are written in the box only": True},
            "Changed, from this moment. …",
        ),
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
        ("Tuesday 12:00", "…?…"),
        (
            "I would rather not say it aloud.",
            "Nothing was saved. Here answers are written in the box only, …",
        ),
        ("[Open the box]", "…?… Your answer …"),
        ({"Your answer": "Kept in the box."}, "…? Saved, for you only. …"),
    )


async def test_a_lead_sees_what_was_changed_by_whom_and_nothing_else(chat: Dialogue) -> None:
    await chat.goes(
        ("Priya: settings", "…"),
        ("Priya: [Settings]", "…"),
        (
            {
                "who": "Priya",
                "Its nation": "Wales",
            },
            "Changed, from this moment. …",
        ),
        ("Amara arrives", "Before we start …"),
        ("agree", "Agreed. …"),
        ("stop", "Stopped. …"),
        ("Priya: what was changed", "What was changed, by whom and when. …"),
        (
            "Priya: [What was changed]",
            "What was changed Changes of settings only. … Newest first (Monday 23 November at "
            "10:00, Priya Nair, Programme Leading across boundaries, nation england, open, nation "
            "wales, open)",
        ),
    )


async def test_nobody_begins_before_the_programme_opens(chat: Dialogue) -> None:
    await closes(chat.programme)
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("agree", "Your programme has not opened yet, so nothing was saved …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Your programme has not opened yet, …"),
        ("Priya: people", "…"),
        ("Priya: [Open the programme]", "… Not open yet: nobody can begin. …"),
        ("Priya: [Let its leaders begin]", "Leading across boundaries is open. …"),
        ("agree", "Agreed. …"),
    )


async def test_a_programme_does_not_open_while_a_support_card_is_out_of_date(
    programme: Programme,
) -> None:
    await closes(programme)
    programme.now = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
    [said] = await programme.presses("priya", Press.OPEN_PROGRAMME, await about(programme))
    told = words_of(said)
    assert "The programme was not opened" in told
    assert "it is for the" in told
    assert "Nothing was changed." in told
    [said] = await programme.says("amara", "agree")
    assert "has not opened yet" in words_of(said)


async def test_a_nation_that_is_none_is_refused(programme: Programme) -> None:
    [said] = await programme.submits(
        "priya", FormName.PROGRAMME, await about(programme), nation="atlantis"
    )
    assert "Choose one of the nations. Nothing was changed." in words_of(said)
