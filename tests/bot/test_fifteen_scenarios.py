"""The fifteen scenarios that people who coach agreed to judge Bearings by, through its front door.

Each test has the scenario's number. It happens on the pages of the playground, as its people see
them; what only time brings comes by “Next moment”.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from prompts.bank import ServedBank
from scheduler.planning import plan_due
from tests.bot.playing import MINE, answers, lines, own_lines
from tests.bot.stories import (
    COUNTED,
    LONDON,
    SHARING,
    Asked,
    Person,
    Story,
    alike,
    depths,
    playground,
)
from tests.bot.test_logs import speaking
from tests.databases import Databases, close, open_sealed
from tests.drills.test_canary import hits

LINE = "I rang the chair of the ambulance trust before the round."
TRY = "Send the agenda round empty and wait."
HAPPENED = "What happened?"
SIX = [f"{name} stays between me and the page." for name in ("Alder", "Birch", "Cedar", "Damson")]
STRETCHING = {
    "Balanced: now and then something that stretches": False,
    "Stretching: the hardest questions, too": True,
}
SIX += [f"{name} is for Ruth to read." for name in ("Elderberry", "Hawthorn")]


@pytest.fixture
async def story(engine: AsyncEngine, served_bank: ServedBank) -> AsyncIterator[Story]:
    story = await playground(engine, served_bank).begins()
    async with story.browser:
        yield story


async def test_01_at_her_hour_one_question_comes_with_its_buttons_and_nothing_else_that_day(
    story: Story,
) -> None:
    """Given Amara has agreed and chosen Tuesday 12:00 and Thursday 16:00, when Tuesday 12:00 comes,
    then one message brings one question of at most 25 words and its buttons, and none of her own
    words; her objective shows when she opens it; nothing else comes that day."""
    amara = await story.amara_takes_part()
    await amara.presses("Days and hours")
    chosen = {"Second question, day": "thu", "Second question, hour": "16:00"}
    await amara.presses(
        "Keep these", **{"First question, day": "tue", "First question, hour": "12:00", **chosen}
    )
    before = lines(amara.page)
    at = await amara.next_moment()

    assert f"{at:%A %H:%M}" == "Tuesday 12:00"
    assert len(lines(amara.page)) == len(before) + 1
    question = amara.articles[-1]
    [words] = [one.words for one in question.all("div") if one.attributes.get("class") == "text"]
    assert words.count("?") == 1
    assert 3 < len(words.split()) <= 25
    assert [one for one in amara.page.buttons(question) if "gets it" not in one] == [
        *("Save", "Skip", "Later", "Heavy week", "Not for me", "Why this question?", "Pause"),
        "Help now",
    ]
    assert MINE not in await amara.is_sent()
    assert MINE in amara.articles[-1].words, "the box that is open shows what it is about"
    assert (await amara.next_moment()).date() > at.date()


async def test_02_one_line_is_saved_for_her_only_and_stands_nowhere_else(story: Story) -> None:
    """Given she opens the answer box and types one line, when she presses Save, then the reply is
    “Saved, for you only.”, and the line is in no chat, no coach's or lead's view, no log, no health
    page and no file. There are no figures of an installation yet; they come with running it on
    more than one machine, and are searched there."""
    with speaking() as said:
        amara = await story.amara_takes_part()
        await amara.next_moment()
        assert "Saved, for you only." in await amara.answers(LINE)
        seen = {
            "her chat": amara.page.html + await amara.is_sent(),
            "coach": await story.ruth.can_see(),
            "lead": await story.priya.can_see(),
            "another leader": await story.dan.can_see(),
            "health": (await story.browser.goes("/readyz")).html,
        }
    assert await answers(story.engine) == [LINE]
    assert not hits([LINE], {**seen, "log": said.getvalue()})
    assert not hits([LINE], story.files())
    await amara.looks()
    await amara.presses("Journal")
    assert amara.page.dialog is not None
    assert LINE in amara.page.dialog.words


async def test_03_an_experiment_that_is_due_is_asked_about_and_the_other_question_waits(
    story: Story,
) -> None:
    """Given she has an experiment due today and a new question also fits, when the slot comes, then
    she is asked what happened; what she wrote to try shows only where it is opened; the other
    question waits for the next slot."""
    amara = await an_experiment(story)
    assert f"{await amara.next_line():%A %H:%M}" == "Tuesday 12:00"
    assert "You have a try to look back on: shown when you open this." in amara.newest
    assert HAPPENED in amara.newest
    [box] = [one for one in amara.articles[-1].all("h3") if TRY.rstrip(".") in one.words]
    assert box.inside_a("div").attributes["class"] == "form"
    assert TRY not in await amara.is_sent()
    assert [question.id for _, question in await story.asked()] == ["EX6"]
    await amara.says("skip")
    assert f"{await amara.next_line():%A %H:%M}" == "Thursday 16:00"
    assert [question.id for _, question in await story.asked()] == ["EX6", "ON1"]


async def an_experiment(story: Story) -> Person:
    """It is Monday, and on Tuesday it is due; the first week's questions begin on Tuesday, too."""
    amara = await story.amara_takes_part(SHARING)
    tomorrow = (amara.time + timedelta(days=1)).date().isoformat()
    await amara.says("new experiment")
    await amara.presses("New experiment")
    typed = {"What exactly will you try?": TRY, "When shall I ask what happened?": tomorrow}
    assert "Your experiment is kept. Only you can read it." in await amara.fills(
        "Keep this experiment", typed
    )
    return amara


@pytest.mark.parametrize("reply", ["It may not be mine to try.", "skip"])
async def test_04_not_yet_for_the_third_time_lets_it_go_without_a_word_to_the_coach(
    story: Story, reply: str
) -> None:
    """Given she taps “not yet” for the third time, when she answers or skips the last question
    about it, then the experiment is let go, with no warning sign, no count and no message to the
    coach."""
    amara, ruth = await an_experiment(story), story.ruth
    for _ in range(3):
        for _ in range(6):
            if HAPPENED not in amara.newest:
                await amara.says("balanced")
                await amara.next_line()
        unknowing = alike(await ruth.can_see())
        await amara.presses("Not yet")
        assert HAPPENED not in amara.newest
    assert "What might the delay be telling you about this experiment?" in amara.newest
    said = await amara.says(reply)
    assert "This experiment is let go, and nothing more is asked about it." in " ".join(
        (said, amara.page.conversation.words)
    )
    for sign in ("third", "three", "3 times", "times"):
        assert sign not in said
    assert alike(await ruth.can_see()) == unknowing
    for _ in range(4):
        await amara.next_line()
        assert HAPPENED not in amara.newest
        await amara.says("balanced")
    await ruth.next_moment()
    assert len(ruth.articles) == 1, "she was welcomed once, and told nothing"
    assert TRY not in await ruth.can_see()


async def test_05_two_answers_and_no_session_bring_nothing_deeper_than_d2_however_she_sets_the_dial(
    story: Story,
) -> None:
    """Given she has given two answers and held no session, with the dial on “stretching”, when any
    number of slots come, then none is above D2 until she has three answers and two weeks have
    passed."""
    amara = await story.amara_takes_part()
    await amara.presses("Days and hours")
    await amara.presses("Keep these", **STRETCHING)
    for says in ("skip", "skip", "stretching", "stretching", *["skip"] * 6):
        await amara.next_line()
        await amara.says(says)
    early = await story.asked()
    assert len(early) >= 8
    assert max(depths(early)) == 2
    # The third answer, long after two weeks: from here on it may be deeper, and soon is.
    later: list[Asked] = []
    while len(later) < 16 and 3 not in depths(later):
        await amara.next_line()
        await amara.says("stretching")
        later = (await story.asked())[len(early) :]
    assert later[0][1].depth <= 2
    assert max(depths(later)) == 3


async def test_06_after_a_d4_comes_something_light_and_no_other_d4_for_a_fortnight(
    story: Story,
) -> None:
    """Given yesterday's question was D4 and she answered it, when the next slot comes, then it is
    D1 or D2, and nothing of D4 or deeper comes for fourteen days."""
    amara = await story.amara_takes_part()
    await amara.next_moment()
    ruth = story.ruth
    await ruth.looks()
    await ruth.presses("Set next session with Amara Okafor")
    session = (amara.time + timedelta(days=6)).date().isoformat()
    await ruth.presses("Keep this date", **{"Day": session, "Hour, on your clock": "10:00"})
    for _ in range(60):
        await amara.says("balanced")
        await amara.next_line()
        asked = await story.asked()
        [at, *_] = [n for n, depth in enumerate(depths(asked)) if depth >= 4] or [len(asked)]
        fortnight = [each for each in asked[at + 1 :] if within_a_fortnight(asked[at], each)]
        if len(asked) > at + 1 + len(fortnight):
            break
    assert len(fortnight) >= 2
    assert fortnight[0][1].depth <= 2
    assert max(depths(fortnight)) <= 3


def within_a_fortnight(stretch: Asked, later: Asked) -> bool:
    return later[0].due_at - stretch[0].due_at < timedelta(days=14)


async def test_07_a_heavy_week_brings_d1_or_nothing_and_the_next_is_as_ever(story: Story) -> None:
    """Given she taps “Heavy week”, when the rest of the week passes, then D1 comes or nothing; the
    next week is as it was before, without comment."""
    amara = await story.amara_takes_part()
    for _ in range(6):
        await amara.next_line()
        await amara.says("balanced")
    tuesday = await amara.next_line()
    assert f"{tuesday:%A}" == "Tuesday"
    assert "A heavy week, then." in await amara.presses("Heavy week")
    before = len(await story.asked())
    await amara.next_line()
    await amara.says("balanced")
    monday = tuesday + timedelta(days=6)
    rest = (await story.asked())[before:]
    assert set(depths(rest)) <= {1}
    assert all(nudge.due_at < monday for nudge, _ in rest)
    for _ in range(4):
        assert await amara.next_line() > monday
        assert amara.is_asked
        assert "heavy" not in amara.newest.replace("Heavy week", "")
        assert "heavy" not in (await amara.presses("Why this question?")).lower()
        await amara.says("balanced")
    later = (await story.asked())[before + len(rest) :]
    assert len(later) == 4
    assert max(depths(later)) > 1


async def a_week_of_six(story: Story) -> None:
    """Six reflections, of which the last two were shared, and it is Friday after the preview."""
    amara = await story.amara_takes_part(SHARING)
    for number, words in enumerate(SIX):
        if number in {0, 5}:
            at = await amara.next_line()
            assert f"{at:%A}" == ("Thursday" if number else "Tuesday")
        else:
            await amara.says("question")
        assert "Saved, for you only." in await amara.answers(words)
        if words in SIX[4:]:
            assert "Shared with Ruth" in await amara.presses("Share with Ruth")
    assert f"{await amara.next_line():%A %H:%M}" == "Friday 12:00"


async def test_08_the_digest_holds_the_two_she_shared_of_six_and_not_a_word_of_the_others(
    story: Story,
) -> None:
    """Given she shared two of six reflections this week, when the preview came on Friday and the
    digest on Monday at 09:00, then Ruth's digest holds exactly those two, and no unique word of the
    other four is found in it, in any line she was sent, or anywhere on her pages. Bearings sends no
    e-mail: what a chat platform is handed is searched instead."""
    await a_week_of_six(story)
    amara, ruth = story.amara, story.ruth
    await amara.looks()
    await amara.presses("Look at it")
    preview = amara.page.dialog
    assert preview is not None
    assert [words in preview.words for words in SIX] == [False] * 4 + [True] * 2

    assert f"{await ruth.next_moment():%A %H:%M}" == "Monday 09:00"
    await ruth.presses("Read the digest")
    digest = ruth.page.dialog
    assert digest is not None
    assert "2 things shared." in digest.words
    assert {one.words for one in digest.all("blockquote")} == set(SIX[4:])
    unique = [words.split()[0] for words in SIX]
    assert {one for one, _ in hits(unique, {"": await ruth.can_see()})} == set(unique[4:])
    assert not hits(unique, {"chat": await ruth.is_sent(), "lead": await story.priya.can_see()})


async def test_09_what_she_takes_back_is_gone_from_the_digest_that_was_sent(story: Story) -> None:
    """Given she takes one back after it was sent, when Ruth opens the digest again, then the text
    is gone, and “Withdrawn by Amara.” stands in its place."""
    await a_week_of_six(story)
    amara, ruth = story.amara, story.ruth
    await ruth.next_moment()
    await ruth.presses("Read the digest")
    assert SIX[5] in ruth.page.words
    await amara.looks()
    assert "Saved, for you only." in (await amara.take_back())
    await ruth.looks()
    await ruth.presses("Read the digest")
    assert ruth.page.dialog is not None
    assert "Withdrawn by Amara." in ruth.page.dialog.words
    assert SIX[4] in ruth.page.dialog.words
    assert SIX[5] not in await ruth.can_see()


async def test_10_to_ruth_a_leader_who_shared_nothing_looks_like_one_on_leave(
    databases: Databases, tmp_path: Path, served_bank: ServedBank
) -> None:
    """Given one leader shared nothing this week and another is on leave, when Monday comes, then
    Ruth gets no digest for either. Were it the other way round, every page of hers and her chat
    would be the same to the letter."""
    pages = []
    for on_leave in ("amara", "dan"):
        folder = tmp_path / on_leave
        folder.mkdir()
        engine = open_sealed(databases.fresh("sqlite", folder))
        story = await playground(engine, served_bank).begins()
        async with story.browser:
            pages.append(await ruths_monday(story, on_leave))
        await close(engine)
    assert pages[0] == pages[1]
    assert "digest is ready" not in pages[0]


async def ruths_monday(story: Story, on_leave: str) -> str:
    await story.amara_takes_part(SHARING)
    for person in (story.amara, story.dan):
        await person.looks()
        if person.address.endswith(on_leave):
            first = person.time.date()
            away = {"First day away": first, "Last day away": first + timedelta(days=10)}
            await person.presses("Days away")
            await person.presses("Keep these days", **{k: str(day) for k, day in away.items()})
        else:
            await person.next_moment()
            assert "Saved, for you only." in await person.answers(LINE)
    ruth = story.ruth
    assert f"{await ruth.next_moment():%A %H:%M}" == "Monday 09:00"
    monday = ruth.page.html
    return alike(monday + await ruth.can_see())


async def test_11_a_schedule_nobody_should_keep_is_refused_and_leaders_own_hours_win(
    story: Story,
) -> None:
    """Given a lead sets a cohort's schedule with 07:30 and with more than one prompt in a day, when
    she saves, then it is refused in plain words; and whatever she does change, a leader's own hours
    win."""
    amara = await story.amara_takes_part()
    await amara.presses("Days and hours")
    await amara.presses("Keep these", **{"First question, day": "wed"})
    priya = story.priya
    await priya.looks()
    await priya.presses("Change days and hours")
    early = {"First question, hour": "07:30"}
    thrice = {f"{which} question, day": "tue" for which in ("First", "Second", "Third")}
    thrice |= {"First question, hour": "09:00", "Third question, hour": "17:00"}
    for typed, said in (
        (early, "Tuesday 07:30 is outside the hours, 08:00 to 18:00. Choose a time inside them."),
        (early | {"Never before": "07:00"}, "Before 08:00 is the leaders’ own."),
        (thrice, "There is at most one question a day. Choose a different day for each."),
    ):
        await priya.fills("Change for the cohort", typed)
        assert said in priya.page.refusal
        assert "Nothing was changed." in priya.page.refusal
    assert "Tuesday 12:00 and Thursday 16:00" in (await story.dan.looks()).words

    await priya.looks()
    await priya.presses("Change days and hours")
    await priya.presses("Change for the cohort", **{"First question, day": "mon"})
    assert "Monday 12:00 and Thursday 16:00" in (await story.dan.looks()).words
    assert "Wednesday 12:00 and Thursday 16:00" in (await amara.looks()).words


async def test_12_advice_is_blocked_with_its_rules_and_a_sound_question_needs_a_second_person(
    story: Story,
) -> None:
    """Given an editor writes “Have you considered a joint post?”, when she submits it, then lint
    blocks it with L04 and L07, and shows the rules and an example; and even what passes cannot go
    live without a second person's sign-off."""
    priya = story.priya
    await priya.says("write a question")
    await priya.presses("Write a question")
    advice = {"The question": "Have you considered a joint post?", "What it is for": "Options."}
    await priya.fills("Check it and hand it in", {**advice, "Theme": "connect"})
    for told in ("L04: ", "L07: ", "Rather: ", "Kept as a draft, and not handed in yet."):
        assert told in priya.page.words

    sound = "Which quiet corner of your service would you most like to walk through this month?"
    assert "Handed in. Another lead" in await priya.fills(
        "Check it and hand it in", {"The question": sound}
    )
    assert "Somebody else must sign off what you wrote." in await priya.says("sign it off")
    assert "No question of your programme waits for that" in await priya.says("make it live")
    await priya.says("questions")
    await priya.presses("Questions")
    assert "Sign it off" not in priya.page.buttons()
    await story.makes_ruth_lead_too()
    second = Person(story.browser, "/lead/ruth")
    assert "Signed off." in await second.says("sign it off")
    assert "It is live." in await priya.says("make it live")


async def test_13_nine_are_too_few_to_show_and_of_twenty_four_only_rounded_quarters_are_shown(
    story: Story,
) -> None:
    """Given a cohort of 9, and later of 24, when the lead opens the overview, then it says “Too few
    to show”, and later rounded totals by the quarter only: no name, no week, and one breakdown."""
    await story.amara_takes_part(COUNTED)
    await story.gains(range(7))
    year = datetime.fromisoformat((await story.priya.looks()).time).year
    await story.moves_on_to(datetime(year, 10, 2, 10, tzinfo=LONDON))
    first = await overview(story)
    assert "Too few to show" in first
    assert "About" not in first

    await story.gains(range(7, 22))
    await story.moves_on_to(datetime(year + 1, 1, 2, 10, tzinfo=LONDON))
    totals = await overview(story)
    newest, _, older = totals.partition("July to September")
    assert "About" not in older
    rows = [row for row in newest.split("October to December") if "Autumn cohort" in row]
    assert any(f"About {number}" in rows[0] for number in (20, 25, 30))
    assert not [word for word in ("Amara", "Dan", "Leader 3", "week", "eek of") if word in totals]


async def overview(story: Story) -> str:
    """What stands under “Totals” on the lead's page, once what is due has been released."""
    await story.amara.next_moment()
    page = await story.priya.looks()
    return page.words.partition("Totals by quarter, newest first")[2]


async def test_14_whoever_cannot_go_on_is_shown_who_is_there_and_nobody_is_told(
    story: Story,
) -> None:
    """Given she writes that she cannot go on, when she saves, then the support card for her nation
    shows at once, to her only, and nobody is notified; “Ask Ruth to call me” sends those words and
    nothing else."""
    amara, ruth, others = await story.amara_takes_part(), story.ruth, (story.ruth, story.priya)
    await amara.next_line()
    before = [alike(await one.can_see()) for one in others]
    await amara.answers("I cannot go on like this.")
    card = amara.page.dialog
    assert card is not None
    for told in ("Who is there to talk to", "999", "choose the mental health option", "116 123"):
        assert told in card.words
    assert "Nobody has been told, Ruth included" in card.words
    assert "Who is there to talk to" not in await amara.is_sent()
    assert [alike(await one.can_see()) for one in others] == before

    await amara.looks()
    await amara.presses("Help now")
    assert "only this: “Amara asks you to call.”" in await amara.presses("Ask Ruth to call me")
    await ruth.next_line()
    [_, call] = ruth.articles
    assert [one.words for one in call.all("p")][1:] == ["Amara asks you to call."]
    assert alike(await story.priya.can_see()) == before[1]
    assert "go on" not in ruth.page.words


async def test_15_stop_is_at_once_also_for_what_is_queued_and_the_lead_sees_no_difference(
    story: Story,
) -> None:
    """Given a lead has Amara on a schedule, when she writes “stop” in the chat, then prompts stop
    at once, also one that was queued a minute before; she is asked whether to keep a copy, have it
    erased, or both; and the lead's pages are the same before and after. What changes for the lead
    is a total of the quarter, and of so few people not even that."""
    amara, priya = await story.amara_takes_part(), story.priya
    await priya.looks()
    await priya.presses("Change days and hours")
    await priya.presses("Change for the cohort", **{"First question, day": "wed"})
    noon = amara.time.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)
    await story.moves_on_to(noon - timedelta(minutes=1))
    assert await plan_due(story.engine, noon) >= 1, "it is queued, and has not left"
    before = alike(await priya.can_see())

    said = await amara.says("stop")
    assert "Stopped. I will ask nothing more, and nobody is told." in said
    assert "keep a copy (“get a copy”), have everything erased (“forget me”), or both?" in said
    assert {"Get a copy", "Forget me"} <= set(amara.page.buttons(amara.articles[-1]))
    assert alike(await priya.can_see()) == before

    chat = lines(amara.page)
    await amara.next_moment()
    assert "A question for Amara Okafor was due and not sent. They had said stop." in (
        amara.page.notice
    )
    for _ in range(9):
        await amara.next_moment()
        assert "Nothing is planned for Amara Okafor" in amara.page.notice
    assert amara.time > noon + timedelta(days=7)
    assert lines(amara.page) == chat
    assert await story.asked() == []
    assert "Get a copy first" in (await amara.presses("Forget me"))
    assert own_lines(amara.page) == ["stop"]
