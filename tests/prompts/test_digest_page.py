"""The coach's page, and the leader's look at it beforehand: the same words in the same order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from prompts.bank import load_bank
from prompts.composing.digest import digest_page, faded_page
from prompts.composing.previewing import preview_page, preview_ready
from prompts.composing.telling import DECIDED
from prompts.experiment import Decision, TryState
from prompts.holding import Held, hold
from prompts.message import (
    Button,
    Buttons,
    Divider,
    Element,
    Fact,
    Facts,
    Form,
    FormName,
    Heading,
    Message,
    Press,
    Quiet,
    Quote,
    Text,
)
from prompts.shared import SharedExperiment, SharedObjective, SharedWeek
from tests.prompts.manners import faults_in, own_words
from tests.prompts.sharing import (
    AMARA,
    ASIDE,
    FIXED,
    FOCUS,
    HANDOVER,
    MONDAY,
    PAIRING,
    RATED,
    ROTA,
    VOICES,
    WARDS,
    key,
)

BANK = load_bank()
NUDGE = key(500)
LONDON = "Europe/London"
HELD = (
    Held("What would Femi say?", "Yours."),
    Held(
        "What else could explain what you saw?",
        "Amara wrote how it compared with what was expected.",
        "EX8",
        "I was braced for a fight.",
    ),
    Held("What helped most in getting here?", "The rating went up.", "QR3"),
)
NOTHING = SharedWeek(PAIRING, "Amara")
DAN = SharedWeek(key(101), "Dan", reflections=(replace(FIXED, id=key(40), words="The bleep."),))
# Any will do here: what they are called is not this page's affair.


def digest(
    *weeks: SharedWeek,
    held: Sequence[Held] = (),
    withdrawn: bool = False,
    suggestions_on: bool = True,
    controls: tuple[Element, ...] = (),
) -> Form:
    return digest_page(
        *(NUDGE, MONDAY, weeks, {PAIRING: held}, {PAIRING} if withdrawn else (), LONDON),
        suggestions_on=suggestions_on,
        controls=controls,
    )


def preview(week: SharedWeek, *, held: bool = False) -> Form:
    goes_at = "Monday 9 March at 09:00"
    return preview_page(NUDGE, week, "Ruth", goes_at, LONDON, held=held)


def lines(page: Form | Message) -> list[str]:
    """The page as it reads, each kind of line with its own mark."""
    read = []
    for element in page.elements:
        match element:
            case Heading(words):
                read.append(f"# {words}")
            case Quote(words):
                read.append(f"> {words}")
            case Text(words) | Quiet(words):
                read.append(words)
            case Facts(facts):
                read += [f"{fact.label}: {fact.words}" for fact in facts]
            case Buttons(buttons):
                read.append(" ".join(f"[{button.label}]" for button in buttons))
            case Divider():
                read.append("---")
    return read


def experiment(one: SharedExperiment) -> list[str]:
    page = lines(digest(replace(NOTHING, experiments=(one,))))
    return page[page.index("# Experiments") + 1 :]


def objective(one: SharedObjective) -> list[str]:
    page = lines(digest(replace(NOTHING, objectives=(one,))))
    return page[page.index("# Objective") + 1 :]


# The whole page


def test_the_page_reads_in_the_order_in_which_a_coach_wants_it() -> None:
    page = digest(AMARA, held=HELD)
    assert page.title == "Digest of Monday 9 March"
    assert page.about == str(NUDGE)
    assert lines(page) == [
        "6 things shared. About 60 seconds to read. "
        "Each can be read only by you and the leader who wrote it.",
        "---",
        "# Amara",
        "# For your session on Thursday 12 March",
        "> Why I still open every meeting myself.",
        "# Experiments",
        "Tried",
        "> Started the site meeting with what the night staff had written down.",
        "Expected",
        "> Somebody would say it was not the place for it.",
        "Saw",
        "> The porters' lead spoke for ten minutes and nobody looked at the clock.",
        "Compared with what was expected",
        "> I was braced for a fight.",
        "Learned",
        "> Silence isn't always agreement. It was the wrong room before.",
        "Decision: keep going",
        "Not yet, for the first time",
        "> Letting Femi chair the rota group.",
        "What the week made more important",
        "> Two people were off, so I chaired it again.",
        "To look back on: Monday 16 March",
        "# Shared reflections",
        "Whose voice is easiest for you to hear in meetings?",
        "> Whoever sits nearest the door, it turns out.",
        "What are you treating as fixed that could be moved?",
        "> The Tuesday slot.\nNobody remembers who chose it.",
        "# Objective",
        "> Wards sort out beds between them before they ring me.",
        "Review due on Friday 20 March",
        "Own scale: −1 → 0, rated on 6 March",
        "> Two wards asked to join.",
        "# Please leave for now",
        "> The vacancy on our board.",
        "# Questions to hold: use none, one or your own",
        "1. Yours.",
        "> What would Femi say?",
        "2. What else could explain what you saw?",
        "Amara wrote how it compared with what was expected. On these words:",
        "> I was braced for a fight.",
        "3. What helped most in getting here?",
        "The rating went up.",
    ]


def test_what_the_rule_finds_can_be_read_elsewhere_on_the_same_page() -> None:
    held = hold(AMARA, BANK, MONDAY)
    page = lines(digest(AMARA, held=held))
    told = "\n".join(page[: page.index("# Questions to hold: use none, one or your own")])
    assert all(one.quote and one.quote in told for one in held)


def test_two_leaders_stand_one_after_the_other_and_share_nothing() -> None:
    page = lines(digest(replace(NOTHING, focus=FOCUS), DAN, held=HELD[:1], withdrawn=True))
    assert page[0].startswith("2 things shared.")
    assert page[page.index("# Dan") - 1 :] == [
        "---",
        "# Dan",
        "# Shared reflections",
        FIXED.question,
        "> The bleep.",
    ]


def test_a_leader_who_shared_nothing_is_not_on_the_page() -> None:
    quiet = replace(NOTHING, leader="Jo", next_session=FOCUS.starts_at)
    assert "Jo" not in repr(digest(quiet, DAN, held=HELD))
    assert digest(quiet, DAN) == digest(DAN)


def test_with_nothing_left_the_page_says_so() -> None:
    said = "Nothing is here now: what was shared has been taken back."
    assert lines(digest()) == [said]
    assert lines(digest(NOTHING, held=HELD)) == [said]


def test_what_was_withdrawn_shows_as_that_and_as_nothing_else() -> None:
    left = replace(AMARA, reflections=(VOICES,), leave_for_now=None)
    page = lines(digest(left, held=HELD[2:], withdrawn=True))
    assert page[0].startswith("5 things shared.")
    after = page.index("> Two wards asked to join.") + 1
    assert page[after : after + 2] == [
        "Withdrawn by Amara.",
        "# Questions to hold: use none, one or your own",
    ]
    for gone in (*FIXED.words.split("\n"), FIXED.question, ASIDE.words):
        assert gone not in repr(page)


def test_of_a_leader_who_took_everything_back_only_that_is_left() -> None:
    assert lines(digest(NOTHING, held=HELD, withdrawn=True)) == [
        "Nothing is here now: what was shared has been taken back.",
        "---",
        "# Amara",
        "Withdrawn by Amara.",
    ]


def test_questions_to_hold_can_be_off_and_the_way_back_stays() -> None:
    way_back = (Buttons((Button("Show questions to hold", Press.CARRY_ON),)),)
    page = lines(digest(AMARA, held=HELD, suggestions_on=False, controls=way_back))
    assert "Questions to hold" not in repr(page[:-1])
    assert page[-2:] == ["---", "[Show questions to hold]"]


def test_a_session_without_a_focus_is_named_by_its_hour() -> None:
    page = digest(replace(DAN, next_session=FOCUS.starts_at))
    assert Facts((Fact("Next session", "Thursday 12 March at 10:00"),)) in page.elements
    assert "Next session" not in repr(digest(AMARA))


def test_a_session_late_in_the_evening_has_the_coachs_own_date() -> None:
    late = replace(FOCUS, starts_at=datetime(2026, 3, 11, 23, 30, tzinfo=UTC))
    week = replace(NOTHING, focus=late)
    page = digest_page(NUDGE, MONDAY, [week], {}, (), "Asia/Tokyo", suggestions_on=True)
    assert "# For your session on Thursday 12 March" in lines(page)


# One thing at a time


def test_a_try_that_is_still_to_come_has_its_day() -> None:
    planned = SharedExperiment(key(1), TryState.PLANNED, MONDAY, "Ask first.", hypothesis="Fewer.")
    assert experiment(planned) == [
        "To try",
        "> Ask first.",
        "Hunch",
        "> Fewer.",
        "To look back on: Monday 9 March",
    ]


@pytest.mark.parametrize(
    ("delays", "said"),
    [(1, "first"), (2, "second"), (3, "third"), (4, "4th")],
)
def test_not_yet_is_counted_as_the_leader_said_it(delays: int, said: str) -> None:
    put_off = experiment(replace(ROTA, times_put_off=delays))
    assert put_off[0] == f"Not yet, for the {said} time"
    assert "> Two people were off, so I chaired it again." in put_off


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision.KEEP, "keep going"),
        (Decision.CHANGE, "change it"),
        (Decision.STOP, "stop"),
        (Decision.LET_GO, "let go"),
    ],
)
def test_each_decision_is_said_in_words(decision: Decision, said: str) -> None:
    assert experiment(replace(HANDOVER, decision=decision))[-1] == f"Decision: {said}"
    assert set(DECIDED) == set(Decision)


def test_a_try_let_go_untried_does_not_say_that_it_was_tried() -> None:
    let_go = replace(ROTA, state=TryState.CLOSED, decision=Decision.LET_GO)
    assert experiment(let_go)[0] == "Not yet, for the first time"
    assert experiment(replace(let_go, times_put_off=0, put_off_because="")) == [
        "Closed, nothing written of what happened",
        "> Letting Femi chair the rota group.",
        "Decision: let go",
    ]


def test_a_try_that_happened_in_the_end_keeps_no_word_of_its_delays() -> None:
    done = replace(ROTA, state=TryState.OBSERVED, observed="Femi ran it.")
    assert experiment(done) == ["Tried", f"> {ROTA.action}", "Saw", "> Femi ran it."]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (-1, 0, "−1 → 0"),
        (1, -2, "+1 → −2"),
        (None, 2, "+2"),
        (0, 0, "0, as before"),
    ],
)
def test_a_rating_is_told_by_its_own_scale(before: int | None, now: int, said: str) -> None:
    rating = replace(RATED, before=before, level=now, evidence="")
    assert objective(replace(WARDS, ratings=(rating,)))[-1] == (
        f"Own scale: {said}, rated on 6 March"
    )


def test_of_an_objective_whose_title_is_not_shared_only_the_shared_rating_shows() -> None:
    assert objective(replace(WARDS, words="")) == [
        "On an objective that is not shared",
        "Own scale: −1 → 0, rated on 6 March",
        "> Two wards asked to join.",
    ]
    unseen = replace(NOTHING, objectives=(replace(WARDS, words="", ratings=()),))
    assert digest(unseen) == digest()


def test_the_newest_rating_and_the_newest_answer_come_first() -> None:
    older = replace(RATED, id=key(60), on=date(2026, 2, 2), evidence="")
    told = objective(replace(WARDS, ratings=(older, RATED)))
    assert told.index("Own scale: −1 → 0, rated on 6 March") < told.index(
        "Own scale: −1 → 0, rated on 2 February"
    )
    page = lines(digest(replace(NOTHING, reflections=(FIXED, VOICES))))
    assert page.index(VOICES.question) < page.index(FIXED.question)


@pytest.mark.parametrize("words", ["", "  \n "])
def test_nothing_empty_is_told(words: str) -> None:
    blank = replace(
        AMARA,
        focus=replace(FOCUS, words=words),
        experiments=(replace(HANDOVER, action=words, observed=words),),
        reflections=(replace(VOICES, words=words),),
        objectives=(replace(WARDS, words=words, ratings=()),),
        leave_for_now=replace(ASIDE, words=words),
    )
    assert digest(blank) == digest()


# How long it takes


def written(words: int) -> SharedWeek:
    return replace(NOTHING, reflections=(replace(VOICES, words="word " * words),))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (1, "About 10 seconds to read."),
        (180, "About 50 seconds to read."),
        (420, "About 110 seconds to read."),
        (700, "About 3 minutes to read."),
    ],
)
def test_the_time_to_read_is_reckoned_from_the_words(words: int, said: str) -> None:
    assert lines(digest(written(words)))[0] == (
        f"1 thing shared. {said} It can be read only by you and the leader who wrote it."
    )


def test_only_a_wish_to_leave_something_is_not_counted_as_shared() -> None:
    assert lines(digest(replace(NOTHING, leave_for_now=ASIDE)))[0] == (
        "About 10 seconds to read. It can be read only by you and the leader who wrote it."
    )


# After 90 days


def test_a_faded_digest_says_so_and_holds_nothing() -> None:
    page = faded_page(NUDGE, MONDAY)
    assert (page.title, page.about) == ("Digest of Monday 9 March", str(NUDGE))
    assert lines(page) == [
        "What was in this digest is no longer shown: a digest fades after 90 days.",
        "Nothing was taken from the leaders who wrote it.",
    ]


# The leader's look at it


def test_the_leader_sees_the_very_words_that_the_coach_will_get() -> None:
    told = [line for line in lines(preview(AMARA)) if line != "---" and line[0] != "["]
    coach = lines(digest(AMARA))
    assert told[0] == "This is what Ruth will get on Monday 9 March at 09:00."
    assert told[2] == "What you leave out is private again."
    assert told[3:-2] == coach[3:]


def test_each_thing_can_be_left_out_by_itself_and_an_answer_changed() -> None:
    page = preview(AMARA)
    buttons = [
        one for element in page.elements if isinstance(element, Buttons) for one in element.buttons
    ]
    left_out = [one.about for one in buttons if one.label == "Leave this out"]
    things = (FOCUS, HANDOVER, ROTA, VOICES, FIXED, WARDS, RATED, ASIDE)
    assert left_out == [str(one.id) for one in things]
    changed = [one for one in buttons if one.label == "Change it"]
    assert [(one.does, one.about) for one in changed] == [
        *((FormName.ANSWER, str(one.nudge)) for one in (VOICES, FIXED)),
        (FormName.ASIDE, ""),
    ]
    assert buttons[-2] == Button("Skip this week", Press.SKIP_DIGEST, str(NUDGE))


def test_the_leader_reads_who_can_read_it_and_what_else_the_coach_may_see() -> None:
    said = lines(preview(replace(NOTHING, focus=FOCUS)))
    assert said[1] == (
        "Only you can see this page. What goes can be read only by you and Ruth, and you can "
        "change it until then."
    )
    assert said[-4:] == [
        "Ruth may see up to three questions to hold beside it: Ruth’s own, or some from the "
        "question bank, chosen by rule from this page alone.",
        "If you skip, it waits for the week after, and Ruth is not told.",
        "[Skip this week]",
        "[Ask Ruth not to raise something]",
    ]


def test_a_week_that_is_skipped_can_be_sent_after_all() -> None:
    said = lines(preview(replace(NOTHING, focus=FOCUS), held=True))
    assert said == [
        "Nothing of yours goes to Ruth on Monday 9 March at 09:00.",
        "Ruth is not told that there was anything. It waits for the week after.",
        "Only you can see this page.",
        "What you leave out is private again.",
        "---",
        "# For your session on Thursday 12 March",
        "> Why I still open every meeting myself.",
        "[Leave this out]",
        "---",
        "[Send it this week]",
        "[Ask Ruth not to raise something]",
    ]


@pytest.mark.parametrize("held", [True, False])
def test_with_everything_left_out_there_is_nothing_to_skip(held: bool) -> None:
    assert lines(preview(NOTHING, held=held)) == [
        "Nothing of yours goes to Ruth on Monday 9 March at 09:00.",
        "Only you can see this page.",
        "[Ask Ruth not to raise something]",
    ]


def test_the_chat_line_has_no_name_and_nothing_of_what_was_shared() -> None:
    line = preview_ready(NUDGE)
    assert lines(line) == [
        "What your coach will get on Monday is ready for you to look at.",
        "It opens on a page that only you can see. If you do nothing, it goes. You can leave "
        "things out, or skip this week.",
        "[Look at it]",
    ]
    assert line.plain == "What your coach will get on Monday is ready for you to look at."
    assert line.nudge == NUDGE


# Manners


@pytest.mark.parametrize(
    "page",
    [
        digest(AMARA, DAN, held=HELD, withdrawn=True),
        digest(),
        faded_page(NUDGE, MONDAY),
        preview(AMARA),
        preview(AMARA, held=True),
        preview(NOTHING),
    ],
    ids=lambda page: page.title,
)
def test_a_persons_own_words_stand_in_quotes_and_ours_have_manners(page: Form) -> None:
    assert faults_in(page) == []
    ours = "\n".join(own_words(page))
    for theirs in (FOCUS, VOICES, FIXED, WARDS, ASIDE):
        assert theirs.words not in ours
    for action in (HANDOVER.action, HANDOVER.surprise, ROTA.put_off_because, RATED.evidence):
        assert action not in ours
    assert HELD[0].words not in ours


def test_how_long_ago_something_was_written_is_not_told() -> None:
    later = tuple(replace(one, on=one.on - timedelta(days=300)) for one in AMARA.reflections)
    page = lines(digest(replace(AMARA, reflections=later), held=HELD))
    assert page == lines(digest(AMARA, held=HELD))
