"""The lead sees people, pairings, days and hours, and has no road to a reflection."""

from datetime import datetime

import pytest

from prompts.message import FormName
from scheduler.delivery import DeliveryError
from storage.cadences import cadence_of
from storage.engine import reading
from storage.programmes import cohorts_in
from storage.tables import CadenceRow, Cohort
from tests.bot.dialogue import ANSWERED, ASKED, EVERY_SWITCH, REMINDED, Dialogue, Step, words_of
from tests.cast import Programme

OWN_FIRST = "Leaders who chose their own days and hours keep them."
PEOPLE: list[Step] = [
    ("Priya: people", "People, pairings, days and hours. [Open the programme]"),
    ("Priya: [Open the programme]", "Programme Leading across boundaries … Autumn cohort …"),
]
FORM: list[Step] = [
    *PEOPLE,
    ("Priya: [Change days and hours]", "Days and hours of Autumn cohort …"),
]


async def rhythm(programme: Programme, name: str) -> CadenceRow:
    someone = await programme.member(name)
    async with reading(programme.engine) as db:
        row = await cadence_of(db, someone)
    assert row is not None
    return row


async def the_cohort(programme: Programme) -> Cohort:
    priya = await programme.member("Priya Nair")
    async with reading(programme.engine) as db:
        [cohort] = await cohorts_in(db, priya.workspace_id)
    return cohort


async def test_the_lead_is_told_what_she_sees_and_never_sees(chat: Dialogue) -> None:
    await chat.goes(
        (
            "Priya arrives",
            "Hello Priya. Your page shows people, pairings, days and hours, and when a message "
            "cannot reach somebody. Reflections are never shown to you. "
            "Type “help” to see what I understand.",
        ),
        (
            "Priya: help",
            "Words you can type: “home” (your page), “people”, “cohort” (its days and hours), … "
            "“help now” (someone to talk to), “help”. You decide days and hours; "
            "leaders own what they write.",
        ),
    )


async def test_people_pairings_hours_and_whether_messages_arrive(chat: Dialogue) -> None:
    await chat.goes(
        PEOPLE[:1],
        (
            "Priya: [Open the programme]",
            "Programme Leading across boundaries [Settings] [New cohort] Autumn cohort "
            "Days and hours: Tuesday 12:00 and Thursday 16:00. "
            "Never outside: 08:00 to 18:00. [Change days and hours] People and pairings "
            "(Amara Okafor, Leader, Autumn cohort, Ruth Ellis, No trouble known) "
            "(Dan Whitfield, Leader, Autumn cohort, Ruth Ellis, No trouble known) "
            "(Priya Nair, Programme lead, –, –, No trouble known) "
            "(Ruth Ellis, Coach, –, –, No trouble known) "
            "[Add people] [Add somebody] [New programme] [Suggest a coach] [Questions] "
            "[What was changed] … "
            "You see when a message cannot reach somebody. You never see a reflection, who agreed "
            "or who answered.",
        ),
    )


async def test_a_message_that_does_not_arrive_is_seen_with_its_reason(chat: Dialogue) -> None:
    chat.programme.messenger.refuses = lambda to: (
        DeliveryError("The account is closed.", permanent=True) if to.name[0] == "A" else None
    )
    await chat.goes(ASKED[:-1], ("Tuesday 12:00", ""), PEOPLE[:1])
    await chat.goes(
        ("Priya: [Open the programme]", "… Not arriving. The account is closed.) (Dan …"),
    )


async def test_no_road_leads_to_a_reflection(chat: Dialogue) -> None:
    await chat.goes(
        ANSWERED,
        ("agreement", "Here is what you agreed to."),
        ("[My agreement]", "What do you agree to? …"),
        (EVERY_SWITCH, "Your agreement is changed, …"),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
    )
    programme = chat.programme
    cohort = await the_cohort(programme)
    amara = await programme.member("Amara Okafor")
    abouts = [
        "",
        cohort.id,
        amara.id,
        programme.asked("Amara Okafor"),
        programme.asked("Ruth Ellis"),
    ]
    seen = [await programme.opens("priya", form, about) for form in FormName for about in abouts]
    seen += [r for form in FormName for r in await programme.submits("priya", form, abouts[3])]
    for words in ("people", "journal", "digest", "leaders", "share", "my data", "help", "answer"):
        seen += await programme.says("priya", words)
    everything = repr(seen)
    assert "Autumn cohort" in everything
    for private in (
        "The agenda was mine",
        "The place board decides",
        "island council",
        "ambulance",
        "Partners start things",
        *programme.messenger.said_to("Amara Okafor"),
    ):
        assert private not in everything


async def test_a_change_is_followed_but_by_those_who_chose_their_own(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("skip", "…? Skipped. Nothing was stored."),
        ("Dan: when", "Your days and hours."),
        ("Dan: [Days and hours]", "When shall I ask? …"),
        (
            {"who": "Dan", "First question, hour": "13:00"},
            "Kept. Your next question comes on Tuesday 24 November at 13:00.",
        ),
        FORM,
        (
            {
                "who": "Priya",
                "First question, day": "Wednesday",
                "First question, hour": "10:00",
                "Second question, day": "No second question",
                "Never after": "17:00",
            },
            f"Autumn cohort is now asked on Wednesday 10:00. {OWN_FIRST}",
        ),
        ("Wednesday 10:00", "…? Only you can read your answer, …"),
        ("Thursday 18:00", REMINDED),
    )
    amara, dan = [await rhythm(chat.programme, name) for name in ("Amara Okafor", "Dan Whitfield")]
    assert (amara.slots, amara.earliest, amara.latest) == ("wed 10:00", "08:00", "17:00")
    assert (dan.slots, dan.latest) == ("tue 13:00, thu 16:00", "18:00")


async def test_a_change_does_not_tell_who_has_agreed(chat: Dialogue) -> None:
    """Amara has not agreed yet. That is hers to know: the reply is the same before and after."""
    told = (
        {"who": "Priya", "First question, hour": "10:00"},
        f"Autumn cohort is now asked on Tuesday 10:00 and Thursday 16:00. {OWN_FIRST}",
    )
    await chat.goes(
        FORM,
        told,
        ("Amara arrives", "Before we start …"),
        ("agree", "Agreed. … Your next question comes on Tuesday 24 November at 10:00. …"),
        FORM,
        told,
    )


async def test_the_page_is_the_same_whoever_agreed_was_asked_or_paused(chat: Dialogue) -> None:
    await chat.programme.passes()
    page = repr(await chat.programme.opens("priya", FormName.LEAD_HOME))
    for step in (ASKED, ("skip", "…? Skipped. …"), ("stop", "Stopped. …")):
        await chat.goes(step)
        assert repr(await chat.programme.opens("priya", FormName.LEAD_HOME)) == page


async def test_another_zone_alone_is_no_choice_of_hours(chat: Dialogue) -> None:
    await chat.goes(
        ("Dan: when", "Your days and hours."),
        ("Dan: [Days and hours]", "When shall I ask? …"),
        ({"who": "Dan", "Your time zone": "America/Bogota"}, "Kept. …"),
        FORM,
        ({"who": "Priya", "First question, hour": "10:00"}, f"… {OWN_FIRST}"),
    )
    dan = await rhythm(chat.programme, "Dan Whitfield")
    assert dan.slots == "tue 10:00, thu 16:00"
    assert dan.next_due_at == datetime.fromisoformat("2026-11-24T15:00Z")


async def test_who_was_asked_today_is_not_asked_again_at_the_new_hour(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("skip", "…? Skipped. …"),
        FORM,
        ({"who": "Priya", "First question, hour": "17:00"}, "Autumn cohort is now asked on …"),
        ("Tuesday 18:00", ""),
    )


async def test_a_change_wakes_nobody_who_had_stopped(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("stop", "Stopped. …"),
        FORM,
        ({"who": "Priya", "First question, hour": "10:00"}, "Autumn cohort is now asked on …"),
        ("Thursday 18:00", ""),
        ("Thursday 18:00", ""),
    )


async def test_a_change_plans_nothing_for_whoever_switched_questions_off(chat: Dialogue) -> None:
    await chat.goes(
        ASKED,
        ("agreement", "Here is what you agreed to."),
        ("[My agreement]", "What do you agree to? …"),
        ({"Send me questions": False}, "Questions are off, …"),
        FORM,
        ({"who": "Priya", "First question, hour": "10:00"}, "Autumn cohort is now asked on …"),
    )
    amara = await rhythm(chat.programme, "Amara Okafor")
    assert (amara.slots, amara.next_due_at) == ("tue 10:00, thu 16:00", None)


REFUSED = "Days and hours of Autumn cohort {} Nothing was changed. …"


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        (
            {"First question, hour": "07:30"},
            "Tuesday 07:30 is outside the hours, 08:00 to 18:00. Choose a time inside them.",
        ),
        (
            {
                "Second question, day": "Tuesday",
                "Second question, hour": "13:00",
                "Third question, day": "Tuesday",
                "Third question, hour": "14:00",
            },
            "There is at most one question a day. Choose a different day for each.",
        ),
        ({"Second question, hour": ""}, "Choose an hour for each day."),
        (
            {"First question, hour": "99:99"},
            "There is no time 99:99. Give one between 00:00 and 23:59, such as 12:00.",
        ),
        ({"Never after": "25:00"}, "Give the first and the last hour like this: 08:30."),
        (
            {"Never after": "07:00"},
            "The hours begin at 08:00 and end at 07:00. "
            "Choose an end that is later than the beginning.",
        ),
    ],
)
async def test_what_cannot_be_is_refused_with_the_reason_and_stays_typed(
    chat: Dialogue, typed: dict[str, str], because: str
) -> None:
    kept = "… ".join(f"{label}: {words or 'empty'}." for label, words in typed.items())
    await chat.goes(FORM, ({"who": "Priya", **typed}, REFUSED.format(because) + f" {kept} …"))
    assert (await the_cohort(chat.programme)).slots == "tue 12:00, thu 16:00"


async def test_four_a_week_are_refused(chat: Dialogue) -> None:
    cohort = await the_cohort(chat.programme)
    days = {f"day{n}": day for n, day in enumerate(("mon", "tue", "wed", "thu"))}
    hours = {f"hour{n}": "12:00" for n in range(4)}
    [refused] = await chat.programme.submits(
        "priya", FormName.COHORT, cohort.id, **days, **hours, earliest="08:00", latest="18:00"
    )
    assert "That is 4 questions a week, and the most is 3." in words_of(refused)
    assert (await the_cohort(chat.programme)).slots == "tue 12:00, thu 16:00"
