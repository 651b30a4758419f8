"""Nobody hears of anything before an invitation that says who invites them, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from scheduler.inviting import INVITED, opens_at
from storage.engine import reading, transaction
from storage.invitations import wait_for_invitation
from storage.members import people
from storage.tables import Invitation, Nudge, NudgeKind
from tests.bot.dialogue import EVERY_SWITCH, Dialogue, Step
from tests.cast import Programme, words_of

PURPOSE = "Starting things with the neighbours, and not waiting to be asked."
HELD = "An invitation Hello Amara. Priya Nair invites you to “Leading across boundaries”"
AS_A_LEADER = f"{HELD}, as a leader. It is for this. “{PURPOSE}” …"
PURPOSE_SET: list[Step] = [
    ("Priya: settings", "…"),
    ("Priya: [Settings]", "Settings of Leading across boundaries …"),
    ({"who": "Priya", "What it is for": PURPOSE}, "Changed, from this moment. …"),
]
INVITED_NOW: list[Step] = [
    *PURPOSE_SET,
    ("Priya: people", "…"),
    ("Priya: [Open the programme]", "Programme … Waiting for an invitation: 2. …"),
    ("Priya: [Invite people]", f"Invite to Leading across boundaries … “{PURPOSE}” …"),
    (
        {"who": "Priya"},
        "Invited: 2. Each hears of it within the hours of a working day, once, and is "
        "told that it was you.",
    ),
]


@pytest.fixture
async def waiting(chat: Dialogue) -> Dialogue:
    """Amara and Ruth were made known, and were not invited yet."""
    programme = chat.programme
    priya = await programme.member("Priya Nair")
    async with transaction(programme.engine) as db:
        everyone = await people(db, priya.workspace_id)
        new = [one for one in everyone if one.name in {"Amara Okafor", "Ruth Ellis"}]
        await wait_for_invitation(db, new, programme.now)
    return chat


async def told(programme: Programme) -> list[tuple[str, str]]:
    await programme.passes(until=programme.now + timedelta(minutes=1))
    return [(name, words_of(said)[:30]) for name, said in programme.messenger.delivered]


async def test_an_invitation_says_who_invites_and_why_and_a_yes_goes_on_to_the_notice(
    waiting: Dialogue,
) -> None:
    await waiting.goes(
        INVITED_NOW,
        ("Monday 10:05", AS_A_LEADER),
        ("[Yes, go on]", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
    )


async def test_before_it_nobody_is_greeted_even_where_the_app_is_put_in_for_them(
    waiting: Dialogue,
) -> None:
    await waiting.goes(("Amara arrives", ""), ("Ruth arrives", ""), ("Tuesday 12:00", ""))
    assert waiting.programme.messenger.delivered == []


async def test_whoever_comes_first_is_told_at_once_and_not_a_second_time(
    waiting: Dialogue,
) -> None:
    await waiting.goes(
        INVITED_NOW,
        ("Amara arrives", AS_A_LEADER),
        ("Monday 10:05", ""),
        ("[Yes, go on]", "Before we start …"),
    )


async def test_whoever_was_told_and_then_opens_it_is_not_told_again(waiting: Dialogue) -> None:
    await waiting.goes(
        INVITED_NOW,
        ("Monday 10:05", AS_A_LEADER),
        ("Amara arrives", ""),
        ("accept invitation", "Before we start …"),
        ("Amara arrives", ""),
    )


async def test_a_no_ends_it_in_silence_and_the_lead_sees_the_same_page(waiting: Dialogue) -> None:
    await waiting.goes(
        INVITED_NOW,
        ("Monday 10:05", AS_A_LEADER),
        ("Priya: people", "…"),
        ("Priya: [Open the programme]", "Programme …"),
    )
    before = words_of(waiting.screens["Priya"].page)
    await waiting.goes(
        ("[No, thank you]", "The invitation is declined. …"),
        ("Priya: people", "…"),
        ("Priya: [Open the programme]", "Programme …"),
    )
    assert words_of(waiting.screens["Priya"].page) == before
    await waiting.goes(
        ("Amara arrives", ""),
        ("Thursday 16:00", ""),
        ("accept invitation", "Before we start …"),
    )


async def test_a_coach_is_told_what_a_yes_means_for_a_coach(waiting: Dialogue) -> None:
    await waiting.goes(
        INVITED_NOW,
        (
            "Ruth: Monday 10:05",
            "An invitation Hello Ruth. … as a coach. … leaders are suggested to you on your page, "
            "and nothing begins before you and a leader have both accepted. …",
        ),
        ("Ruth: [Yes, go on]", "Hello Ruth. …"),
    )


async def test_without_a_purpose_or_before_it_opens_nobody_is_invited(waiting: Dialogue) -> None:
    await waiting.goes(
        ("Priya: invite people", "Who waits for an invitation, and what it says. …"),
        ("Priya: [Invite people]", "Not yet First write under “Settings” what … is for: …"),
    )
    assert await told(waiting.programme) == []


async def test_one_can_be_invited_before_the_others(waiting: Dialogue) -> None:
    await waiting.goes(
        PURPOSE_SET,
        ("Priya: invite people", "…"),
        ("Priya: [Invite people]", "Invite to …"),
        ({"who": "Priya", "Who is invited now": []}, "Invite to … Nobody was invited yet. …"),
        ({"who": "Priya", "Who is invited now": ["Ruth Ellis"]}, "Invited: 1. …"),
        ("Ruth: Monday 10:05", "An invitation Hello Ruth. …"),
        ("Priya: invite people", "…"),
        ("Priya: [Invite people]", "Invite to … Everybody who waits (1). …"),
    )


async def test_an_invitation_waits_for_the_hours_of_a_working_day(waiting: Dialogue) -> None:
    waiting.programme.now = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)
    await waiting.goes(INVITED_NOW, ("Sunday 12:00", ""), ("Monday 08:00", AS_A_LEADER))


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        ("Europe/London", datetime(2026, 11, 23, 10, 0, tzinfo=UTC), None),
        ("Europe/London", datetime(2026, 11, 23, 22, 0, tzinfo=UTC), (24, 8)),
        ("Europe/London", datetime(2026, 11, 27, 18, 1, tzinfo=UTC), (30, 8)),
        ("Pacific/Kiritimati", datetime(2026, 11, 27, 12, 0, tzinfo=UTC), (29, 18)),
        ("Asia/Beirut", datetime(2027, 3, 26, 20, 0, tzinfo=UTC), (29, 5)),
    ],
)
def test_the_hours_are_those_of_their_own_clock(
    zone: str, now: datetime, opens: tuple[int, int] | None
) -> None:
    at = opens_at(zone, now)
    assert at is not None
    assert (at == now) if opens is None else ((at.day, at.hour) == opens)


async def test_a_stranger_to_invitations_is_told_there_is_none(chat: Dialogue) -> None:
    await chat.goes(
        ("accept invitation", "There is no invitation for you here, so nothing was changed."),
        ("Ruth: decline invitation", "There is no invitation for you here, …"),
    )


async def test_no_answer_is_kept_where_a_lead_could_find_it(waiting: Dialogue) -> None:
    await waiting.goes(INVITED_NOW, ("Monday 10:05", AS_A_LEADER), ("[No, thank you]", "…"))
    async with reading(waiting.programme.engine) as db:
        rows = list(await db.exec(select(Invitation).where(Invitation.declined)))
        sent = await db.exec(
            select(Nudge.state)
            .where(Nudge.kind == NudgeKind.NOTICE)
            .where(Nudge.slot.startswith(INVITED))
        )
        assert len(rows) == 1
        assert [one.value for one in sent] == ["sent", "sent"]
