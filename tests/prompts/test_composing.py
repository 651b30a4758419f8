"""Every sentence the companion can say, held to its manners.

A function that composes and stands in no list below fails the first test: give it sample values.
"""

import inspect
import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from prompts.bank import Bank
from prompts.composing import agreeing, asking, coaching, home, leading, objectives, pacing
from prompts.composing.agreeing import Place
from prompts.composing.asking import Asked
from prompts.message import Form, FormName, Message, Quote
from tests.prompts.manners import faults_in, own_words

Said = Message | Form

KEY = UUID("5b0e7c52-95c4-4f0a-9d4e-6a1c3f0a7d10")
ASKED = Asked(KEY, "Who will notice first?")
DAY = date(2026, 12, 3)
MOMENT = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)
NEXT = "Your next question comes on Thursday 3 December at 10:00."
# A leader's own words, which may stand in a Quote or a field and nowhere else.
ANSWER = "Zebra answer of hers"
TITLE = "Zebra title of hers"
SLOTS = (("tue", "12:00"), ("thu", "16:00"))
WHEN = pacing.When(SLOTS, "08:00", "18:00", "Europe/London")
COHORT = leading.CohortRow(KEY, "Autumn cohort", SLOTS, "08:00", "18:00")
PERSON = leading.PersonRow("Amara", "Leader", "Autumn", "Ruth", "Tuesday 12:00", "–", "Arriving")
ENTRY = home.JournalEntry(KEY, ASKED.words, ANSWER, MOMENT, TITLE, "")
SHARE = coaching.LeaderShare(
    "Amara Okafor", MOMENT, ((TITLE, (coaching.SharedReflection(ASKED.words, ANSWER),)),)
)
LEADER = coaching.CoachedLeader(KEY, "Amara Okafor", None)

SAYINGS: list[Said] = [
    agreeing.notice("Amara", Place("Slack", "by Bearings, in London")),
    agreeing.agreement_form(),
    agreeing.first_is_needed({"sharing"}),
    agreeing.not_agreed_yet(),
    agreeing.not_now(),
    agreeing.questions_are_off(),
    agreeing.agreed(NEXT),
    agreeing.agreed_again(NEXT),
    agreeing.agreement_changed(sharing=True),
    agreeing.agreement_changed(sharing=False),
    agreeing.agreement_withdrawn(),
    asking.ask(ASKED),
    asking.ask_again(ASKED),
    asking.offer_later(ASKED),
    asking.put_off(ASKED, DAY),
    asking.skipped(ASKED),
    asking.heavy_week(ASKED, DAY),
    asking.heavy_week(None, DAY),
    asking.not_for_me(ASKED),
    asking.why("Your objective touches partners."),
    asking.answer_form(ASKED, TITLE, ANSWER, "It is too long.", "Ruth"),
    asking.answer_form(ASKED, coach="Ruth", shared=True),
    asking.answer_form(ASKED),
    asking.saved(ASKED, "Ruth", can_link=True),
    asking.saved(ASKED, "", can_link=False),
    asking.typed_in_chat("Slack"),
    asking.not_kept("It is too long."),
    asking.offer_sharing(ASKED, "Ruth"),
    asking.shared(ASKED, "Ruth"),
    asking.nothing_to_share(),
    asking.nothing_to_take_back(),
    asking.nothing_answered(),
    asking.no_coach(),
    asking.link_form(ASKED, [(KEY, TITLE)], KEY),
    asking.linked(to_objective=True),
    asking.linked(to_objective=False),
    asking.closed(ASKED),
    asking.nothing_open(),
    asking.silence("No question in the bank fits where you are now."),
    coaching.digest_ready(KEY),
    coaching.digest_page(KEY, DAY, [SHARE, SHARE], "Europe/London"),
    coaching.digest_page(KEY, DAY, [], "Europe/London"),
    coaching.coach_home([LEADER], "Europe/London", "Not planned"),
    coaching.coach_home([], "Europe/London", "Not planned"),
    coaching.session_form("Amara Okafor", KEY, "x", "y", ("Choose a day.", "")),
    coaching.session_kept("Amara Okafor", MOMENT, "Europe/London"),
    coaching.coach_welcome("Ruth", ["Amara", "Dan"]),
    coaching.coach_welcome("Ruth", []),
    coaching.coach_help(),
    coaching.no_digest_yet(),
    home.welcome_home(),
    home.leader_home([TITLE], NEXT, "Tuesday", "Ruth", can_resume=True, can_add=True),
    home.leader_home([], NEXT, "Tuesday", "", can_resume=False, can_add=False),
    home.journal_page([ENTRY], "Europe/London", more=True),
    home.journal_page([], "Europe/London", more=False),
    *(home.offer(form) for form in FormName),
    home.my_data(),
    home.help_words(),
    home.support(),
    home.not_caught(),
    home.not_understood(),
    home.stranger(),
    home.not_yours(),
    home.too_old(),
    home.not_by_message("forget me"),
    leading.lead_home([PERSON], [COHORT]),
    leading.cohort_form(COHORT, "There is no such hour."),
    leading.cohort_changed("Autumn cohort", "Tuesday 12:00", 1, 0),
    leading.cohort_changed("Autumn cohort", "Tuesday 12:00", 0, 1),
    leading.cohort_changed("Autumn cohort", "Tuesday 12:00", 7, 2),
    leading.lead_welcome("Priya"),
    leading.lead_help(),
    objectives.objective_form(TITLE, ["care"], "It is too long.", "Choose at most 3."),
    objectives.objective_set(1, NEXT),
    objectives.objective_set(2, "", "Ruth"),
    objectives.enough_objectives(3),
    pacing.when_form(WHEN, {"form": "No.", "zone": "No."}),
    pacing.when_kept(NEXT),
    pacing.pause_form("x", "This is not a day."),
    pacing.paused(DAY),
    pacing.paused(None),
    pacing.stopped_already(),
    pacing.nothing_is_asked_now(),
    pacing.not_a_day(),
    pacing.resumed(NEXT),
    pacing.stopped(),
]
# Each of these stands beside an answer, given or to come.
ABOUT_AN_ANSWER: list[Said] = [
    asking.ask(ASKED),
    asking.ask_again(ASKED),
    asking.offer_later(ASKED),
    asking.answer_form(ASKED),
    asking.answer_form(ASKED, coach="Ruth"),
    asking.answer_form(ASKED, coach="Ruth", shared=True),
    asking.saved(ASKED, "Ruth", can_link=True),
    asking.typed_in_chat("Slack"),
    asking.offer_sharing(ASKED, "Ruth"),
    asking.shared(ASKED, "Ruth"),
    asking.linked(to_objective=True),
    asking.linked(to_objective=False),
    asking.no_coach(),
    objectives.objective_form(),
    objectives.objective_set(1, ""),
    coaching.digest_page(KEY, DAY, [SHARE], "Europe/London"),
    home.journal_page([ENTRY], "Europe/London", more=False),
]
READERS = re.compile(r"only you|you only|can read|can be read|stays yours", re.IGNORECASE)


def test_every_composing_function_has_a_sample() -> None:
    written = Path(__file__).read_text("utf-8")
    sampled = set(re.findall(r"\b[a-z]+\.(\w+)\(", written))
    rooms = (agreeing, asking, coaching, home, leading, objectives, pacing)
    composing = {
        name
        for room in rooms
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if function.__module__ == room.__name__
        and not name.startswith("_")
        and function.__annotations__.get("return") in {Message, Form}
    }
    assert composing - sampled == set()
    assert len(composing) > 50


@pytest.mark.parametrize("said", SAYINGS, ids=lambda said: repr(said)[:40])
def test_every_saying_has_manners(said: Said) -> None:
    assert faults_in(said) == []
    assert [words for words in own_words(said) if "'" in words] == []


@pytest.mark.parametrize("said", SAYINGS, ids=lambda said: repr(said)[:40])
def test_every_text_is_whole_sentences(said: Said) -> None:
    if isinstance(said, Message):
        for element in said.elements:
            words = getattr(element, "words", "")
            if element.kind in {"text", "quiet"}:
                assert words.endswith((".", "?")), words
                assert words[0].isupper() or words[0] in "“–", words


@pytest.mark.parametrize("said", ABOUT_AN_ANSWER, ids=lambda said: repr(said)[:40])
def test_whatever_is_about_an_answer_says_who_can_read_it(said: Said) -> None:
    assert any(READERS.search(words) for words in own_words(said))


@pytest.mark.parametrize("said", SAYINGS, ids=lambda said: repr(said)[:40])
def test_no_chat_message_holds_a_leaders_own_words(said: Said) -> None:
    if isinstance(said, Message):
        assert "Zebra" not in repr(said)
        assert not any(isinstance(element, Quote) for element in said.elements)


def test_a_leaders_answer_stands_only_in_a_quote_or_a_field() -> None:
    for said in SAYINGS:
        assert not any(ANSWER in words for words in own_words(said))


def test_a_message_that_takes_a_questions_place_still_says_the_question() -> None:
    for said in SAYINGS:
        if isinstance(said, Message) and said.replaces:
            assert said.nudge == KEY
            assert said.plain.startswith(ASKED.words)
            assert said.elements[0].words == ASKED.words


def test_every_question_of_the_bank_is_asked_with_manners(bank: Bank) -> None:
    # A step of a sequence may hold a name to fill in; sequences are not asked yet.
    for question in (each for each in bank.themed if not each.variables):
        message = asking.ask(Asked(KEY, question.message))
        assert faults_in(message) == [], question.id
        assert len(message.plain.split()) <= 45, question.id


def test_the_notice_names_the_place_and_who_holds_the_answers() -> None:
    said = repr(agreeing.notice("Amara", Place("Microsoft Teams", "by Bearings, in London")))
    assert "Your questions arrive in Microsoft Teams." in said
    assert "are held by Bearings, in London." in said


def test_lists_and_numbers_read_as_people_say_them() -> None:
    assert pacing.cadence_in_words(SLOTS) == "Tuesday 12:00 and Thursday 16:00"
    assert pacing.cadence_in_words(SLOTS[:1]) == "Tuesday 12:00"
    assert pacing.cadence_in_words((*SLOTS, ("fri", "09:00"))) == (
        "Tuesday 12:00, Thursday 16:00 and Friday 09:00"
    )
    assert pacing.cadence_in_words(()) == "no day"
    assert "1 leader follows this." in leading.cohort_changed("A", "B", 1, 0).plain
    assert "0 leaders follow this." in leading.cohort_changed("A", "B", 0, 0).plain
    assert (
        "You coach Amara, Dan and Jo."
        in coaching.coach_welcome("Ruth", ["Amara", "Dan", "Jo"]).plain
    )
