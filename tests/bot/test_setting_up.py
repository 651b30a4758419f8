"""A lead sets up a programme by forms alone, and what the file does the forms do, too."""

from sqlmodel import select

from bot.conversation.setting_up import present_setup
from bot.conversation.setups import CohortSetup, ProgrammeSetup
from storage.engine import reading
from storage.members import Member, people
from storage.pairings import proposed_in
from storage.tables import Action, AuditRow
from tests.bot.dialogue import Dialogue, Step
from tests.cast import Programme

PURPOSE = "To lead with the neighbours."
MADE: list[Step] = [
    ("Priya: new programme", "A programme, and what it is for."),
    ("Priya: [New programme]", "New programme It begins when you say so. …"),
    (
        {
            "who": "Priya",
            "Its name": "Leading in Wales",
            "What it is for": PURPOSE,
            "Its nation": "Wales",
        },
        "Leading in Wales is set up. Next comes a cohort: leaders who start together. [New cohort]",
    ),
    ("Priya: [New cohort]", "New cohort of Leading in Wales …"),
]
COHORT = {
    "who": "Priya",
    "Its name": "Spring",
    "First question, day": "Wednesday",
    "First question, hour": "10:30",
    "Second question, day": "No second question",
}


async def setup(programme: Programme) -> tuple[ProgrammeSetup, ...]:
    priya = await programme.member("Priya Nair")
    async with reading(programme.engine) as db:
        return (await present_setup(db, priya.workspace_id)).programmes


async def everybody(programme: Programme) -> dict[str, Member]:
    priya = await programme.member("Priya Nair")
    async with reading(programme.engine) as db:
        return {one.name: one for one in await people(db, priya.workspace_id)}


async def log(programme: Programme) -> list[tuple[bool, str, str, str]]:
    """(by somebody, of what, before, after)"""
    async with reading(programme.engine) as db:
        rows = await db.exec(
            select(AuditRow).where(AuditRow.action == Action.CONFIGURED).order_by(AuditRow.number)
        )
        return [(row.actor_id is not None, row.detail, row.before, row.after) for row in rows]


async def test_a_programme_and_its_cohort_are_made_by_forms(chat: Dialogue) -> None:
    await chat.goes(
        MADE, (COHORT, "Spring is set up, and asked on Wednesday 10:30. Next come its people. …")
    )
    cohort = CohortSetup("Spring", "wed 10:30", "08:00", "18:00", "")
    made = ProgrammeSetup("Leading in Wales", PURPOSE, "wales", is_open=False, cohorts=(cohort,))
    assert made in await setup(chat.programme)
    assert await log(chat.programme) == [
        (True, "programme", "", "nation wales, not open yet"),
        (True, "programme", "what it was for", "what it is for, rewritten"),
        (True, "cohort", "", "wed 10:30, 08:00 to 18:00, bank holidays of the programme's nation"),
    ]


async def test_what_cannot_be_is_refused_with_what_was_typed_still_there(chat: Dialogue) -> None:
    await chat.goes(
        ("Priya: new programme", "…"),
        ("Priya: [New programme]", "…"),
        (
            {"who": "Priya", "Its name": "leading ACROSS boundaries", "What it is for": PURPOSE},
            "New programme There is a programme of that name already. Give it another. Nothing "
            f"was changed. … Its name: leading ACROSS boundaries. … What it is for: {PURPOSE} …",
        ),
        MADE,
        (
            {**COHORT, "First question, day": "Friday", "First question, hour": "17:00"},
            "New cohort of Leading in Wales Friday after 15:00 is not for questions. … Spring. …",
        ),
        ({"who": "Priya", "Its name": "  "}, "New cohort of Leading in Wales Give it a name. …"),
    )


async def test_a_programme_and_a_cohort_can_be_called_something_else(chat: Dialogue) -> None:
    await chat.goes(
        MADE,
        (COHORT, "Spring is set up, …"),
        ("Priya: people", "…"),
        ("Priya: [Open the programme]", "Programme …"),
        ("Priya: [Settings]", "Settings of Leading across boundaries …"),
        (
            {"who": "Priya", "Its name": "Leading in Wales"},
            "Settings of Leading in Wales There is another of that name already. …",
        ),
        ({"who": "Priya", "Its name": "Leading on"}, "Changed, from this moment. …"),
        ("Priya: people", "…"),
        ("Priya: [Open the programme]", "Programme … Leading on …"),
        ("Priya: [Change days and hours]", "Days and hours of Autumn cohort …"),
        ({"who": "Priya", "Its name": "Harvest"}, "Harvest is now asked on …"),
    )
    assert {one.name for one in await setup(chat.programme)} == {"Leading in Wales", "Leading on"}
    noted = await log(chat.programme)
    assert (True, "programme", "an earlier name", "renamed") in noted
    assert (True, "cohort", "an earlier name", "renamed") in noted


async def test_somebody_is_added_by_a_form_and_waits(chat: Dialogue) -> None:
    await chat.goes(
        ("Priya: add somebody", "Somebody who is to be known here. [Add somebody]"),
        ("Priya: [Add somebody]", "Add somebody Nobody hears of it before you invite them. …"),
        (
            {"who": "Priya", "Name": "Efua Mensah", "E-mail address": "efua"},
            "Add somebody 'efua' is no e-mail address. … Nobody was added. … Efua Mensah. …",
        ),
        (
            {
                "who": "Priya",
                "Name": "Efua Mensah",
                "E-mail address": "efua@example.org",
                "Coach to suggest, for a leader": "Ruth Ellis",
                "Time zone": "Africa/Accra",
            },
            "Added: Efua Mensah (leader; cohort Autumn cohort; Ruth Ellis is suggested as coach). "
            "Nobody hears of it before you invite them. …",
        ),
        ("Priya: [Add somebody]", "…"),
        (
            {"who": "Priya", "Name": "Efua Mensah", "E-mail address": "EFUA@example.org"},
            "Efua Mensah is known here already, …",
        ),
        ("Priya: people", "…"),
        (
            "Priya: [Open the programme]",
            "Programme … Waiting for an invitation: 1. … (Efua Mensah, Leader, Autumn cohort, "
            "Ruth Ellis (suggested), Not invited yet) …",
        ),
    )
    efua = (await everybody(chat.programme))["Efua Mensah"]
    assert (efua.is_leader, efua.timezone) == (True, "Africa/Accra")
    async with reading(chat.programme.engine) as db:
        assert len(await proposed_in(db, efua.workspace_id)) == 1


async def test_many_are_added_by_a_table_which_is_looked_at_first(chat: Dialogue) -> None:
    table = (
        "Sam Adeyemi\tsam@example.org\tcoach\nEfua Mensah\tefua@example.org\tleader\tSam Adeyemi"
    )
    await chat.goes(
        ("Priya: add people", "…"),
        ("Priya: [Add people]", "Add people One person on each line: …"),
        (
            {"who": "Priya", "People": f"{table}\tWinter\nGwen\tgwen@example.org\tboss"},
            "Add people Some lines have to be corrected first. Nobody was added. … To correct "
            "(3, 'boss' is no role: …) …",
        ),
        (
            {"who": "Priya", "People": f"{table}\tWinter"},
            "Add people … To correct (2, There is no cohort 'Winter'. There are: Autumn cohort.) …",
        ),
        (
            {"who": "Priya", "People": table},
            "Add people … What would come of each line (1, Sam Adeyemi, coach) (2, Efua Mensah, "
            "leader; cohort Autumn cohort; Sam Adeyemi is suggested as coach) Nobody was added "
            "yet. …",
        ),
        (
            {"who": "Priya"},
            "New: 2. Changed: 0. As before: 0. Nobody hears of it before you invite them. …",
        ),
    )
    assert {"Sam Adeyemi", "Efua Mensah"} <= set(await everybody(chat.programme))
    assert await log(chat.programme) == [
        (True, "person", "", "coach"),
        (True, "person", "", "leader"),
        (True, "pairing", "", "suggested"),
    ]
