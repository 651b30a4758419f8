"""A try is made of an answer, asked about on its day, put off without blame, and decided."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.conversation.events import Submitted
from prompts.message import Form, FormName, Message, Press
from storage.bundles import Try
from storage.engine import reading, transaction
from storage.experiments import experiments_of
from storage.questions import all_nudges
from storage.rights import Purpose
from storage.tables import Experiment, Nudge, NudgeKind
from storage.texts import open_texts
from tests.bot.dialogue import AGREED, ANSWERED, EVERY_SWITCH, Dialogue
from tests.cast import Programme, the_form

HUNCH = "What do you think might happen if you tried something different here?"
TRY = "What exactly will you try?"
EXPECTED = "What would you expect to see if your hunch is right?"
WHEN = "When shall I ask what happened?"
ACTION = "Send the agenda round empty and wait."
STANDS = "Only you can read your answer, unless you share it."
DUE = f"You have a try to look back on: shown when you open this. What happened? {STANDS}"
SHARED_DUE = (
    "You have a try to look back on: shown when you open this. What happened? "
    "Ruth can read your answer, for you share this experiment."
)
KEPT = "Your experiment is kept. Only you can read it. I will ask what happened on or soon after …"
SAVED = "…? Saved, for you only. …"
# Made on Monday 23 November. The first week's questions come first; on Tuesday the first falls due.
MADE = [
    *AGREED,
    ("new experiment", "A small try, with a day on which I ask what happened. [New experiment]"),
    ("[New experiment]", "An experiment of yours Only what you will try and the day are needed. …"),
    (
        {
            HUNCH: "They would fill the space themselves.",
            TRY: ACTION,
            EXPECTED: "Two items that are not mine.",
            WHEN: "2026-12-01",
        },
        KEPT,
    ),
]
# What the first week asks comes in between; on the next Tuesday it is due.
BEFORE = [
    *MADE,
    ("Tuesday 12:00", "…"),
    ("Time.", ["…", "…"]),
    ("Thursday 16:00", "…"),
    ("A walk.", ["…", "…"]),
]
ON_ITS_DAY = [*BEFORE, ("Tuesday 12:00", DUE)]


async def experiments(programme: Programme, name: str = "Amara Okafor") -> list[Experiment]:
    """Oldest first."""
    someone = await programme.member(name)
    async with reading(programme.engine) as db:
        return sorted(await experiments_of(db, someone), key=lambda one: (one.made_at, one.due))


async def the_only(programme: Programme) -> tuple[Experiment, Try]:
    [one] = await experiments(programme)
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        words = await open_texts(db, amara, Purpose.OWN_PAGE, [one], programme.now)
    return one, Try.read(words[one.id])


def state(one: Experiment) -> tuple[str, str]:
    return one.state.value, one.decision.value if one.decision else ""


async def asked(programme: Programme) -> list[Nudge]:
    amara = await programme.member("Amara Okafor")
    async with reading(programme.engine) as db:
        return [n for n in await all_nudges(db, amara) if n.kind is NudgeKind.QUESTION]


# ---- making one ----


async def test_an_answer_becomes_an_experiment_in_a_form_and_not_in_the_chat(
    chat: Dialogue,
) -> None:
    await chat.goes(
        ANSWERED,
        (
            "[Make this an experiment]",
            "Make this an experiment Only what you will try and the day are needed. "
            f"Only you can read it. {HUNCH}: The agenda was mine all along. {TRY}: empty. … "
            "When shall I ask what happened?: 2026-12-01. … "
            "Which objective is it for?: The place board decides without looking at me. "
            "[Keep this experiment]",
        ),
        ({TRY: ACTION}, "Your experiment is kept. … [See its path] [My experiments]"),
    )
    one, what = await the_only(chat.programme)
    assert what == Try(ACTION, hypothesis="The agenda was mine all along.")
    assert (one.due, one.delays, state(one)) == (date(2026, 12, 1), 0, ("planned", ""))
    assert one.objective_id is not None
    assert one.reflection_id is not None


async def test_the_same_answer_makes_one_experiment(chat: Dialogue) -> None:
    await chat.goes(
        ANSWERED,
        ("[Make this an experiment]", "Make this an experiment …"),
        ({TRY: ACTION}, "Your experiment is kept. …"),
        ("[Make this an experiment]", "Change your experiment … Send the agenda round empty …"),
        ({TRY: "Send it to two people."}, "Changed. Only you can read it. …"),
    )
    assert (await the_only(chat.programme))[1].action == "Send it to two people."


async def test_the_answer_to_a_question_for_a_try_is_what_will_be_tried(chat: Dialogue) -> None:
    await chat.goes(ANSWERED)
    amara = await chat.programme.member("Amara Okafor")
    async with transaction(chat.programme.engine) as db:
        [newest] = [n for n in await all_nudges(db, amara) if n.question_id]
        newest.question_id = "CON-EXM-1"
        db.add(newest)
    form = await chat.programme.opens("amara", FormName.EXPERIMENT, newest.id)
    assert isinstance(form, Form)
    assert {one.name: one.value for one in form.fields if one.name in {"action", "hypothesis"}} == {
        "action": "The agenda was mine all along.",
        "hypothesis": "",
    }


@pytest.mark.parametrize(
    ("due", "fits"),
    [
        ("2026-11-23", False),
        ("2026-11-24", True),
        ("2026-12-14", True),
        ("2026-12-15", False),
        ("2025-12-01", False),
        ("", False),
        ("soon", False),
    ],
)
async def test_a_day_lies_within_three_weeks(programme: Programme, due: str, fits: bool) -> None:
    await programme.agrees("amara")
    replies = await programme.submits("amara", FormName.EXPERIMENT, action=ACTION, due=due)
    if fits:
        assert isinstance(replies[0], Message)
        return
    form = the_form(replies)
    assert "Choose a day from tomorrow to 21 days from now." in repr(form)
    assert form.fields[1].value == ACTION
    assert await experiments(programme) == []


async def test_only_the_action_and_the_day_are_needed(programme: Programme) -> None:
    await programme.agrees("amara")
    replies = await programme.submits("amara", FormName.EXPERIMENT, hypothesis="It may be me.")
    form = the_form(replies)
    assert form.fields[0].value == "It may be me."
    assert [bool(one.error) for one in form.fields] == [False, True, False, False, False, True]


async def test_at_most_two_are_open_and_what_was_typed_is_not_lost(chat: Dialogue) -> None:
    programme = chat.programme
    await chat.goes(MADE)
    for action in ("Ask Jo first.", "Ask Sam first."):
        replies = await programme.submits(
            "amara", FormName.EXPERIMENT, action=action, due="2026-12-03"
        )
    form = the_form([reply for reply in replies if isinstance(reply, Form)])
    assert "as many as I ask about at once" in form.error
    assert form.fields[1].value == "Ask Sam first."
    assert len(await experiments(programme)) == 2
    await chat.goes(
        ("experiment", "A small try, …"),
        ("[New experiment]", "You have 2 experiments open, … Nothing was changed. …"),
    )


async def test_what_is_written_of_need_shows_the_card(programme: Programme) -> None:
    await programme.agrees("amara")
    replies = await programme.submits(
        "amara", FormName.EXPERIMENT, action=ACTION, due="2026-12-01", cue="I want to end my life."
    )
    assert [type(one) for one in replies] == [Message, Form]
    assert "Samaritans" in repr(replies[1])
    assert len(await experiments(programme)) == 1


@pytest.mark.parametrize("about", ["not-an-id", "5b0e7c52-95c4-4f0a-9d4e-6a1c3f0a7d10"])
async def test_somebody_elses_answer_or_experiment_is_not_there(chat: Dialogue, about: str) -> None:
    await chat.goes(MADE)
    [one] = await experiments(chat.programme)
    for key in (about, str(one.id)):
        for form in (FormName.EXPERIMENT, FormName.EXPERIMENT_PAGE, FormName.EXPERIMENT_DAY):
            said = await chat.programme.opens("dan", form, key)
            assert "That is not here any more" in repr(said)
        for press in (Press.LOOK_BACK, Press.LET_GO_EXPERIMENT, Press.SHARE_EXPERIMENT):
            [said] = await chat.programme.presses("dan", press, key)
            assert "That is not here any more" in repr(said)
    assert state((await experiments(chat.programme))[0]) == ("planned", "")


async def test_a_form_left_open_undoes_nothing(chat: Dialogue) -> None:
    await chat.goes(MADE)
    one, _ = await the_only(chat.programme)
    opened = await chat.programme.opens("amara", FormName.EXPERIMENT, one.id)
    await chat.programme.submits(
        "amara", FormName.EXPERIMENT, one.id, action="A smaller one.", due="2026-12-02"
    )
    [form] = await chat.programme.hear(
        Submitted(
            *chat.programme.who("amara"),
            FormName.EXPERIMENT,
            str(one.id),
            {"action": ("An older one.",), "due": ("2026-12-01",)},
            opened.basis,
        )
    )
    assert isinstance(form, Form)
    assert "Save again to put this in its place" in form.error
    assert (await the_only(chat.programme))[1].action == "A smaller one."


# ---- on its day ----


async def test_on_its_day_it_is_asked_about_before_anything_new(chat: Dialogue) -> None:
    """Scenario 3: her own words show in the box alone."""
    await chat.goes(
        BEFORE,
        ("Tuesday 12:00", f"{DUE} [Answer] [Not yet] [Skip] [Later] …"),
        ("why", "Why this question? You have an experiment due."),
        (
            "[Answer]",
            f"You have a try to look back on: {ACTION} What happened? Your hunch: “They would "
            "fill the space themselves.” What you expected: “Two items that are not mine.” …",
        ),
    )
    newest = (await asked(chat.programme))[-1]
    [one] = await experiments(chat.programme)
    assert (newest.question_id, newest.experiment_id) == ("EX6", one.id)
    assert ACTION not in newest.question_words


async def test_whoever_asks_for_a_question_gets_what_is_due(chat: Dialogue) -> None:
    await chat.goes(BEFORE)
    chat.programme.now += timedelta(days=5)
    await chat.goes(("question", DUE))


async def test_what_happened_leads_to_what_was_learned_and_a_decision(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("[Answer]", "…"),
        (
            {"Your answer": "Three items came, none of them mine."},
            "…? Saved, for you only. There is more to ask about it, whenever you like. "
            "[Next question] [See its path] …",
        ),
        ("[Next question]", f"How did that sit beside what you expected? {STANDS}"),
        ("[Answer]", "… What you expected: “Two items that are not mine.” What you saw: “Three …"),
        ({"Your answer": "One more than I thought."}, SAVED),
        ("[Next question]", f"What do you know now that you did not know before you …? {STANDS}"),
        ("[Answer]", "…"),
        ({"Your answer": "They had been waiting."}, SAVED),
        ("[Next question]", f"Which fits best now: keep going, change it or stop? {STANDS} …"),
        ("[Answer]", "… What you know now: “They had been waiting.” …"),
        (
            {"Your answer": "keep going"},
            "…? Saved, for you only. You chose to keep going. This experiment is closed, and "
            "nothing more is asked about it. [See its path] …",
        ),
        (
            "[See its path]",
            "The path of an experiment … Hunch, done: They would fill the space themselves. "
            f"Try, done: {ACTION} Expected, done: Two items that are not mine. "
            "Due, done: Tuesday 1 December. Saw, done: Three items came, none of them mine. "
            "Compared with what was expected, done: One more than I thought. "
            "Learned, done: They had been waiting. Decided, done: Keep going. "
            "Only you can read it. …",
        ),
    )
    one, what = await the_only(chat.programme)
    assert state(one) == ("closed", "keep")
    assert (what.observed, what.surprise, what.learned) == (
        "Three items came, none of them mine.",
        "One more than I thought.",
        "They had been waiting.",
    )


async def test_correcting_an_answer_corrects_that_part(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("[Answer]", "…"),
        ({"Your answer": "Three items came."}, SAVED),
        ("[Change my answer]", "…"),
        ({"Your answer": "Four items came."}, SAVED),
    )
    one, what = await the_only(chat.programme)
    assert (state(one), what.observed) == (("observed", ""), "Four items came.")


async def test_erasing_an_answer_erases_that_part(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("[Answer]", "…"),
        ({"Your answer": "Three items came."}, SAVED),
        ("erase this", "Erase this answer? …"),
        ("erase it for good", "…"),
    )
    assert (await the_only(chat.programme))[1].observed == ""


async def test_whoever_stops_midway_is_asked_for_the_decision_later(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("Three items came.", [SAVED, "…"]),
        ("Thursday 16:00", f"Which fits best now: keep going, change it or stop? {STANDS} …"),
        ("[Answer]", "…"),
        ({"Your answer": "stop"}, "…? Saved, for you only. You chose to stop. …"),
    )
    assert state((await the_only(chat.programme))[0]) == ("closed", "stop")


async def test_stop_ends_all_questions_even_where_it_is_one_of_the_choices(chat: Dialogue) -> None:
    decide = (
        f"Which fits best now: keep going, change it or stop? {STANDS} If you type here, “stop” "
        "alone ends all questions; “stop the experiment” ends this one."
    )
    await chat.goes(
        ON_ITS_DAY,
        ("Three items came.", [SAVED, "…"]),
        ("Thursday 16:00", decide),
        ("stop the experiment", "You chose to stop. This experiment is closed, …"),
        ("stop", "Stopped. I will ask nothing more, …"),
    )
    assert state((await the_only(chat.programme))[0]) == ("closed", "stop")


async def test_what_is_changed_goes_on_as_a_new_one_that_is_linked(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("Three items came.", [SAVED, "…"]),
        ("Thursday 16:00", "…"),
        ("[Answer]", "…"),
        ({"Your answer": "change it"}, "…? Saved, for you only. This one is closed. What you …"),
        ("[Write the new one]", f"What you will try instead … {ACTION} …"),
        ({TRY: "Send it round with one gap.", WHEN: "2026-12-15"}, KEPT),
        ("experiments", "Your experiments open on a page of your own. …"),
        (
            "[My experiments]",
            "Experiments Only you can see this page. “Send it round with one gap.” Now: Planned, "
            "due Tuesday 15 December. Comes from: The one below, changed. "
            f"“{ACTION}” Now: Closed: you decided to change it.",
        ),
    )
    first, second = await experiments(chat.programme)
    assert state(first) == ("closed", "change")
    assert second.follows_id == first.id
    said = await chat.programme.opens("amara", FormName.EXPERIMENT, first.id)
    assert "closed, so nothing was changed" in repr(said)


# ---- not yet ----

NOT_YET = "…? Noted: not yet. I will ask again on or soon after Tuesday 8 December. …"
FIRST_TIME = f"It has not happened yet, which is information too. What did …? {STANDS}"


async def test_not_yet_names_a_new_day_at_once_and_asks_what_mattered_more(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("[Not yet]", [NOT_YET, FIRST_TIME]),
        ("[Answer]", f"… What you set out to try: “{ACTION}” …"),
        (
            {"Your answer": "The inspection came."},
            "…? Saved, for you only. I will ask again on or soon after Tuesday 8 December. …",
        ),
        ("Thursday 16:00", "…"),
        ("skip", "…"),
        ("Tuesday 12:00", DUE),
    )
    one, what = await the_only(chat.programme)
    assert (one.delays, one.due, what.delayed_by) == (1, date(2026, 12, 8), "The inspection came.")


async def test_another_day_can_be_chosen_instead(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("not yet", [NOT_YET, FIRST_TIME]),
        ("[Choose another day]", f"Choose another day “{ACTION}” …: 2026-12-08. …"),
        ({WHEN: "2026-12-25"}, "… Choose a day from tomorrow to 21 days from now. …"),
        ({WHEN: "2026-12-10"}, "The day is changed. I will ask what happened on or soon after …"),
    )
    assert (await the_only(chat.programme))[0].due == date(2026, 12, 10)


async def test_the_second_time_it_is_made_smaller_and_the_first_wording_stays(
    chat: Dialogue,
) -> None:
    await chat.goes(
        *TWICE,
        ("[Answer]", "…"),
        (
            {"Your answer": "Leave one line empty."},
            "…? Saved, for you only. That is what you will try from now on. I will ask again …",
        ),
        ("[Change my answer]", "…"),
        ({"Your answer": "Leave the last line empty."}, SAVED),
    )
    what = (await the_only(chat.programme))[1]
    assert (what.action, what.before) == ("Leave the last line empty.", ACTION)


TWICE = [
    *ON_ITS_DAY,
    ("not yet", [NOT_YET, FIRST_TIME]),
    ("The inspection came.", ["…", "…"]),
    ("Thursday 16:00", "…"),
    ("balanced", ["…", "…"]),
    ("Tuesday 12:00", DUE),
    (
        "[Not yet]",
        [
            "…? Noted: not yet. I will ask again on or soon after Tuesday 15 December. …",
            f"What would make this small enough to try? {STANDS}",
        ],
    ),
]
THIRD = [
    *TWICE,
    ("Leave one line empty.", ["…", "…"]),
    ("Thursday 16:00", "…"),
    ("Another walk.", ["…", "…"]),
    ("Tuesday 12:00", DUE),
    (
        "[Not yet]",
        [
            "…? Noted: not yet. There is one more question about it, to answer or to skip; after "
            "that it is let go. [See its path]",
            f"What might the delay be telling you about this experiment? {STANDS}",
        ],
    ),
]
LET_GO = "…? This experiment is let go, and nothing more is asked about it. [My experiments]"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("It is not mine to try.", ["…? Saved, for you only. This experiment is let go, …", "…"]),
        ("skip", LET_GO),
        ("not for me", LET_GO),
        ("heavy week", "…"),
        ("Thursday 16:01", "…"),
    ],
)
async def test_the_third_time_it_is_let_go_whatever_is_said_and_nobody_is_told(
    chat: Dialogue, said: str, told: object
) -> None:
    """Scenario 4."""
    await chat.goes(THIRD)
    assert state((await the_only(chat.programme))[0]) == ("planned", "")
    await chat.goes((said, told))
    one, _ = await the_only(chat.programme)
    assert (state(one), one.delays, one.shared_at) == (("closed", "let go"), 3, None)
    assert not [who for who, _ in chat.programme.messenger.delivered if who == "Ruth Ellis"]


async def test_after_the_third_time_changing_it_gives_no_new_day(chat: Dialogue) -> None:
    await chat.goes(
        THIRD,
        ("[See its path]", "…"),
        ("[Change it]", "…"),
        ({WHEN: "2026-12-30"}, "… There is no further day for this one. …"),
    )


async def test_no_answer_to_another_question_is_taken_for_not_yet(chat: Dialogue) -> None:
    await chat.goes(MADE, ("Tuesday 12:00", "…"), ("Not yet.", [SAVED, "…"]))
    assert (await the_only(chat.programme))[0].delays == 0


async def test_left_unanswered_three_times_a_week_apart_it_is_let_go_quietly(
    chat: Dialogue,
) -> None:
    programme = chat.programme
    await chat.goes(BEFORE)
    for _ in range(90):
        await programme.passes(hours=12)
    about = [n for n in await asked(programme) if n.question_id == "EX6" and n.sent_at]
    assert len(about) == 3
    days = [n.due_at.date() for n in about]
    assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(days))
    assert state((await the_only(programme))[0]) == ("closed", "let go")


# ---- by hand ----


async def test_looking_back_can_be_done_before_the_day(chat: Dialogue) -> None:
    await chat.goes(
        MADE,
        ("[See its path]", "… Due, now: Tuesday 1 December. Saw, ahead. …"),
        ("[Look back now]", DUE),
        ("why", "Why this question? You asked to look back on it."),
        ("look back", DUE),
        ("It went well enough.", [SAVED, "…"]),
        ("[See its path]", "… Saw, done: It went well enough. …"),
        ("[Decide now]", "Which fits best now: keep going, change it or stop? …"),
        ("stop", "…"),
    )


async def test_letting_go_by_hand_asks_nothing_more(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("let the experiment go", "This experiment is let go, and nothing more is asked about …"),
        ("Wednesday 18:00", ""),
        ("let the experiment go", "I cannot tell which experiment you mean, …"),
    )
    assert state((await the_only(chat.programme))[0]) == ("closed", "let go")


async def test_what_was_put_off_does_not_come_back_once_it_is_let_go(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("next week", "…? Put off, …"),
        ("let the experiment go", "This experiment is let go, …"),
    )
    for _ in range(14):
        await chat.programme.passes(hours=12)
    about = [n for n in await asked(chat.programme) if n.question_id == "EX6" and n.sent_at]
    assert len(about) == 1


async def test_what_was_put_off_keeps_its_experiment(chat: Dialogue) -> None:
    await chat.goes(
        ON_ITS_DAY,
        ("tomorrow", "…? Put off, …"),
        ("Wednesday 12:00", f"{DUE} [Answer] [Not yet] …"),
        ("Three came.", [SAVED, "…"]),
    )
    assert state((await the_only(chat.programme))[0]) == ("observed", "")


# ---- sharing ----


async def test_it_is_shared_as_it_goes_on_and_taken_back(chat: Dialogue) -> None:
    await chat.goes(
        MADE,
        ("share experiment", "Nothing was shared: sharing with your coach is off …"),
        ("agreement", "…"),
        ("[My agreement]", "…"),
        (EVERY_SWITCH, "…"),
        ("share experiment", "Shared with Ruth. Only you and Ruth can read this experiment, …"),
        ("Tuesday 12:00", "…"),
        ("skip", "…"),
        ("Thursday 16:00", "…"),
        ("skip", "…"),
        ("Tuesday 12:00", ["What your coach will get on Monday is ready …", SHARED_DUE]),
        ("question", SHARED_DUE),
        ("[Answer]", "… You have shared it: Ruth can read what you save here, too."),
        (
            {"Your answer": "Three items came."},
            "…? Saved. You have shared this experiment, so Ruth can read it there, too. …",
        ),
        ("[See its path]", "… You and Ruth can read it. …"),
        ("[Take it back]", "Taken back. Only you can read this experiment. …"),
    )
    one, _ = await the_only(chat.programme)
    assert one.shared_at is None


async def test_typed_words_mean_the_open_one_or_the_one_that_is_shared(chat: Dialogue) -> None:
    await chat.goes(
        MADE,
        ("share experiment", "Nothing was shared: …"),
        ("agreement", "…"),
        ("[My agreement]", "…"),
        (EVERY_SWITCH, "…"),
        ("share experiment", "Shared with Ruth. …"),
        ("new experiment", "…"),
        ("[New experiment]", "…"),
        ({TRY: "Say less.", WHEN: "2026-12-02"}, KEPT),
        ("share experiment", "I cannot tell which experiment you mean, …"),
        ("take back experiment", "Taken back. Only you can read this experiment. …"),
    )
    first, second = await experiments(chat.programme)
    assert (first.shared_at, second.shared_at) == (None, None)
    await chat.programme.presses("amara", Press.LET_GO_EXPERIMENT, first.id)
    await chat.goes(("share experiment", "Shared with Ruth. …"))
    first, second = await experiments(chat.programme)
    assert first.shared_at is None
    assert second.shared_at is not None


async def test_the_leaders_page_leads_to_her_experiments(chat: Dialogue) -> None:
    await chat.goes(
        AGREED,
        ("objectives", "…"),
        ("[My objectives]", "…"),
        ("[Experiments]", "Experiments Only you can see this page. None yet. …"),
        ("[New experiment]", "An experiment of yours …"),
    )
