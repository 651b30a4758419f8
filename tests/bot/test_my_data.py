"""Everything that is theirs: to see, to take away, to have forgotten; and who else has read it."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import ForeignKey
from sqlmodel import SQLModel, select

from bot.conversation.copying import everything_of
from prompts.composing.copying import to_json, to_text
from prompts.message import Form, FormName, Link, Message, Press
from storage.audit import verify
from storage.engine import reading, transaction
from storage.erasing import forget
from storage.sealing import vault_of
from storage.tables import Action, AuditRow, Reflection
from tests.bot.dialogue import EVERY_SWITCH, Dialogue
from tests.bot.tables import rows_of
from tests.bot.test_objectives import WISH
from tests.bot.test_rating import CONTENT
from tests.bot.test_reviewing import TO_THE_DECISION, TODAY
from tests.cast import Programme, plain, words_of

HERS = "I stopped chairing and listened."
KEPT = "I do not trust my own numbers."
AIM = "The place board decides without looking at me."
DANS = ("island council", "ambulance volunteers", "Partners start things together", "dan@example")


async def a_fortnight(chat: Dialogue) -> Programme:
    """Amara has an objective, an answer that Ruth can read, and one that she kept."""
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
        ("[Set an objective]", "An objective of yours …"),
        (
            {"Six months from now, what would you most like to be different?": AIM},
            "Your objective is kept. …",
        ),
        ("Tuesday 12:00", "…?…"),
        ("[Answer]", "…? …"),
        ({"Your answer": HERS}, "…? Saved, for you only. …"),
        ("[Share with Ruth]", "…? Shared with Ruth. …"),
        ("Thursday 16:00", "…?…"),
        ("[Answer]", "…? …"),
        ({"Your answer": KEPT}, "…? Saved, for you only. …"),
        ("Ruth: Monday 09:00", "Your weekly digest is ready. …"),
        ("Ruth: [Read the digest]", f"Digest of … “{HERS}” …"),
    )
    return chat.programme


async def actions(programme: Programme, name: str) -> list[str]:
    who = await programme.member(name)
    async with reading(programme.engine) as db:
        rows = await db.exec(
            select(AuditRow).where(AuditRow.owner_id == who.id).order_by(AuditRow.number)
        )
        return [row.action.value for row in rows]


# ---- what is held, and who has read it ----


async def test_a_leader_sees_who_opened_what_and_when(chat: Dialogue) -> None:
    await a_fortnight(chat)
    await chat.goes(
        ("who has read what", "Who has opened something of yours, and when. …"),
        (
            "[Who has read what]",
            "Who has read what Only you can see this page. … newest first "
            "(Ruth Ellis, An objective, Monday 30 November at 09:00) "
            "(Ruth Ellis, …?, Monday 30 November at 09:00)",
        ),
    )


async def test_before_anybody_has_read_anything_the_page_says_so(chat: Dialogue) -> None:
    await chat.goes(
        ("Amara arrives", "Before we start …"),
        ("[Choose and agree]", "What do you agree to? …"),
        (EVERY_SWITCH, "Agreed. …"),
        ("my data", "I hold your name and how to reach you, what you wrote, … Nobody is told …"),
        ("[Who has read what]", "… Nobody else has opened anything of yours."),
    )


async def test_a_copy_holds_everything_of_hers_and_nothing_of_dans(chat: Dialogue) -> None:
    programme = await a_fortnight(chat)
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        everything = await everything_of(db, amara, programme.now)
    for copy in (to_json(everything), to_text(everything)):
        for hers in (HERS, KEPT, AIM, "Amara Okafor", "amara@example.org", "Ruth Ellis"):
            assert hers in copy, hers
        assert not [words for words in DANS if words in copy]
    parsed = json.loads(to_json(everything))
    assert [one["answer"] for one in parsed["answers"]] == [KEPT, HERS]
    assert parsed["answers"][1]["objective"] == AIM
    assert parsed["agreements"][0]["switched_on"] == ["questions", "sharing", "titles"]
    assert {one["what"] for one in parsed["log"]} == {"agreed", "shared", "opened"}
    assert {one["by"] for one in parsed["log"]} == {"you", "Ruth Ellis"}


async def test_a_copy_holds_how_an_objective_was_put_rated_and_reviewed(chat: Dialogue) -> None:
    await chat.goes(
        TO_THE_DECISION,
        ("[Answer]", "…"),
        ({"Your answer": "revise"}, ["…", "You chose to revise it. …", "Put it another way …"]),
        ({WISH: TODAY}, "Changed, in your own words. …"),
    )
    programme = chat.programme
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        everything = await everything_of(db, amara, programme.now)
    text = to_text(everything)
    for hers in (TODAY, f": {AIM}", f"  0: {CONTENT}", "The deputy opened.", ": revise"):
        assert hers in text, hers
    [one] = json.loads(to_json(everything))["objectives"]
    assert (one["words"], one["version"], one["earlier"][0][0]) == (TODAY, 2, AIM)
    assert one["levels"][0]["levels"]["0"] == CONTENT
    assert (one["ratings"][0]["level"], one["ratings"][0]["level_words"]) == ("0", CONTENT)
    assert one["reviews"][0][0] == "revise"


async def test_a_copy_holds_her_experiments(chat: Dialogue) -> None:
    programme = await a_fortnight(chat)
    await programme.submits(
        "amara",
        FormName.EXPERIMENT,
        action="Send the agenda round empty.",
        expected="Two items that are not mine.",
        due=(programme.now + timedelta(days=9)).date().isoformat(),
    )
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        everything = await everything_of(db, amara, programme.now)
    [one] = everything.experiments
    assert one.parts == {
        "action": "Send the agenda round empty.",
        "expected": "Two items that are not mine.",
    }
    assert (one.state, one.put_off, one.shared_at) == ("planned", 0, "")
    assert "Expected: Two items that are not mine." in to_text(everything)


async def test_a_copy_is_reached_by_an_address_that_stands_in_no_chat(chat: Dialogue) -> None:
    programme = await a_fortnight(chat)
    [page] = await programme.presses("amara", Press.TAKE_MY_DATA)
    assert isinstance(page, Form)
    links = [one.address for one in page.elements if isinstance(one, Link)]
    assert [one.rpartition("/")[2] for one in links] == ["text", "json"]
    assert len({one.split("/")[2] for one in links}) == 1
    [again] = await programme.presses("amara", Press.TAKE_MY_DATA)
    assert again != page
    assert (await actions(programme, "Amara Okafor"))[-1] == "asked for data"


async def test_who_has_not_agreed_can_see_and_take_what_is_held(programme: Programme) -> None:
    await programme.arrives("amara")
    [said] = await programme.says("amara", "what do you hold about me?")
    assert plain([said])[0].startswith("I hold your name")
    [page] = await programme.presses("amara", Press.TAKE_MY_DATA)
    assert isinstance(page, Form)


async def test_the_operator_may_hand_it_over_only_once_she_said_so(chat: Dialogue) -> None:
    programme = await a_fortnight(chat)
    before = await programme.member("Amara Okafor")
    assert before.hand_over_until is None
    await chat.goes(
        ("my data", "I hold …"),
        ("[Hand it to me another way]", "Until Monday 7 December at 09:00 whoever runs …"),
    )
    after = await programme.member("Amara Okafor")
    assert after.hand_over_until == programme.now + timedelta(days=7)


# ---- to be forgotten ----


async def belongs_to(programme: Programme, who: UUID) -> dict[str, int]:
    """In how many rows of each table this person's id stands."""
    async with reading(programme.engine) as db:
        stored = await rows_of(db)
    key = str(who)
    counted = {
        name: sum(any(str(value) == key for value in row.values()) for row in rows)
        for name, rows in stored.items()
    }
    return {name: count for name, count in counted.items() if count}


async def test_to_be_forgotten_takes_two_steps_and_leaves_a_receipt(chat: Dialogue) -> None:
    programme = await a_fortnight(chat)
    amara = await programme.member("Amara Okafor")
    await chat.goes(
        ("erase everything", "Nothing was erased. Type “forget me” first; …"),
        (
            "forget me",
            "This erases whatever you wrote, your agreement, and your name from the programme’s "
            "list, … [Erase everything] [Get a copy first] [Keep everything]",
        ),
        ("[Keep everything]", "Nothing was erased. Everything is as it was."),
        ("erase everything", "Nothing was erased. Type “forget me” first; …"),
        ("forget me", "This erases …"),
        (
            "[Erase everything]",
            "Everything of yours is erased, and I do not know you any more. Receipt …",
        ),
        ("journal", "I do not know you here yet, …"),
    )
    left = await belongs_to(programme, amara.id)
    # That it was done, and by whose wish, is all that is left; no name, no words.
    assert set(left) == {"audit"}
    async with reading(programme.engine) as db:
        assert await vault_of(db).is_shredded(amara.workspace_id, amara.id)
        assert [one.broken_at for one in await verify(db)] == [None]


async def test_the_second_step_must_follow_within_an_hour(chat: Dialogue) -> None:
    programme = await a_fortnight(chat)
    await chat.goes(("forget me", "This erases …"))
    programme.now += timedelta(hours=1, seconds=1)
    await chat.goes(("[Erase everything]", "Nothing was erased. Type “forget me” first; …"))
    assert await programme.member("Amara Okafor")


async def test_with_her_goes_what_her_coach_could_read_and_nothing_of_dans(
    chat: Dialogue,
) -> None:
    programme = await a_fortnight(chat)
    dan = await programme.member("Dan Whitfield")
    before = await belongs_to(programme, dan.id)
    await chat.goes(
        ("forget me", "This erases …"),
        ("[Erase everything]", "Everything of yours is erased, …"),
        ("Ruth: digest", "…"),
        ("Ruth: [Read the digest]", "Digest of … Nothing is here now: …"),
        ("Ruth: leaders", "…"),
        ("Ruth: [Open my page]", "Your page People you coach Name: Dan Whitfield. …"),
    )
    assert await belongs_to(programme, dan.id) == before


async def test_a_coach_who_is_forgotten_leaves_what_was_shared_private_again(
    chat: Dialogue,
) -> None:
    programme = await a_fortnight(chat)
    async with transaction(programme.engine) as db:
        ruth = await programme.member("Ruth Ellis")
        await forget(db, ruth.workspace_id, ruth.id)
    assert await belongs_to(programme, ruth.id) == {"audit": 2}
    async with reading(programme.engine) as db:
        kept = list(await db.exec(select(Reflection)))
        assert {(one.shared_at, one.pairing_id) for one in kept} == {(None, None)}


def test_no_table_that_knows_people_is_overlooked() -> None:
    """Each of them is emptied by `storage.erasing.forget`, which the test above looks through."""
    knows = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if _leads_to(key, "member")
    }
    assert knows == {
        "agreement",
        "aside",
        "away",
        "cadence",
        "calendar_link",
        "chat_line",
        "coach_question",
        "copy_link",
        "counted",
        "declined_question",
        "digest_item",
        "experiment",
        "invitation",
        "measure",
        "nudge",
        "objective",
        "objective_version",
        "own_question",
        "pairing",
        "rating",
        "reference",
        "reply",
        "reflection",
        "review",
        "sequence_run",
    }


def _leads_to(key: ForeignKey, table: str) -> bool:
    return bool(key.column.table.name == table)


# ---- what is done is on record, once ----


@pytest.mark.parametrize(
    ("words", "action"),
    [("pause", Action.PAUSED), ("resume", Action.RESUMED), ("stop", Action.STOPPED)],
)
async def test_each_right_is_on_record(programme: Programme, words: str, action: Action) -> None:
    await programme.agrees("amara")
    await programme.says("amara", words)
    assert action.value in await actions(programme, "Amara Okafor")


async def test_saying_stop_twice_is_one_stop(programme: Programme) -> None:
    await programme.agrees("amara")
    for _ in range(2):
        [said] = await programme.says("amara", "stop")
        assert isinstance(said, Message)
    assert (await actions(programme, "Amara Okafor")).count("stopped") == 1


@pytest.mark.parametrize("who", ["ruth", "priya"])
async def test_a_coach_and_a_lead_own_what_is_held_of_them_too(
    programme: Programme, who: str
) -> None:
    name = {"ruth": "Ruth Ellis", "priya": "Priya Nair"}[who]
    someone = await programme.member(name)
    [said] = await programme.says(who, "my data")
    assert "I hold your name" in words_of(said)
    [page] = await programme.presses(who, Press.TAKE_MY_DATA)
    assert isinstance(page, Form)
    async with transaction(programme.engine) as db:
        assert name in to_json(await everything_of(db, someone, programme.now))
    await programme.says(who, "forget me")
    [said] = await programme.says(who, "erase everything")
    assert "Everything of yours is erased" in words_of(said)
    assert set(await belongs_to(programme, someone.id)) == {"audit"}


async def test_a_copy_tells_what_is_switched_on_now(programme: Programme) -> None:
    await programme.agrees("amara", "totals", "sharing")
    await programme.says("amara", "leave the totals")
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        everything = await everything_of(db, amara, programme.now)
    assert everything.agreements[-1].switched_on == ("questions", "sharing")


async def test_leaving_the_totals_is_a_word_and_said_twice_is_once(programme: Programme) -> None:
    await programme.agrees("amara", "totals", "sharing")
    for _ in range(2):
        [said] = await programme.says("amara", "leave the totals")
        assert "You are not counted in the totals any more" in words_of(said)
    assert (await actions(programme, "Amara Okafor")).count("left the totals") == 1
    page = await programme.opens("amara", FormName.AGREEMENT)
    assert isinstance(page, Form)
    assert {one.name for one in page.fields if one.on} == {"questions", "sharing"}


async def test_leaving_the_totals_is_a_switch_and_on_record(programme: Programme) -> None:
    await programme.agrees("amara", "totals")
    await programme.agrees("amara")
    assert "left the totals" in await actions(programme, "Amara Okafor")
    page = await programme.opens("amara", FormName.AGREEMENT)
    assert isinstance(page, Form)
    assert "What you agreed to" in repr(page)


async def test_a_copy_holds_when_they_met_and_on_which_days_she_asked_to_be_called(
    chat: Dialogue,
) -> None:
    programme = await a_fortnight(chat)
    await chat.goes(
        ("ask my coach to call", "I will tell Ruth …"),
        ("next session", "…"),
        ("[Next session with Ruth Ellis]", "…"),
        ({"Day": "2026-12-03", "Hour, on your clock": "10:00", "Length": "90 minutes"}, "Kept. …"),
        ("cancel session", "… is cancelled. …"),
    )
    amara = await programme.member("Amara Okafor")
    async with transaction(programme.engine) as db:
        everything = await everything_of(db, amara, programme.now)
    [ruth] = everything.coaches
    assert ruth.sessions == (
        "2026-12-03T10:00:00+00:00 (90 minutes), cancelled 2026-11-30T09:00:00+00:00",
    )
    assert ruth.asked_to_call == ("2026-11-30",)
    assert "(90 minutes), cancelled" in to_text(everything)
    assert "you asked for a call on 2026-11-30" in to_text(everything)
