"""Every sentence the companion can say, held to its manners.

A function that composes and stands in no list below fails the first test: give it sample values.
"""

import inspect
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from prompts.bank import Bank, load_bank
from prompts.composing import (
    agreeing,
    asking,
    calling,
    coaching,
    configuring,
    delivering,
    digest,
    enrolling,
    experimenting,
    focusing,
    founding,
    home,
    inviting,
    journal,
    leading,
    meeting,
    objectives,
    pacing,
    pairing,
    parting,
    paths,
    pinning,
    previewing,
    questioning,
    rating,
    retaining,
    reviewing,
    rights,
    sharing,
    supporting,
    totals,
    zones,
)
from prompts.composing import handing_over as handing
from prompts.composing import objective_page as page
from prompts.composing.agreeing import KnownBy, Place
from prompts.composing.asking import Asked
from prompts.composing.paths import Tried
from prompts.experiment import Decision, TryState
from prompts.holding import Held
from prompts.life import Deed
from prompts.listening import Tier
from prompts.message import Form, FormName, Message, Quote
from prompts.question import AnswerKind, ObjectiveState, Status
from prompts.shared import SharedReflection, SharedWeek
from prompts.supporting import load_cards
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
SHOWN = zones.Shown("Europe/London")
COHORT = leading.CohortRow(KEY, "Autumn cohort", SLOTS, "08:00", "18:00")
PERSON = leading.PersonRow("Amara", "Leader", "Autumn", "Ruth", "No trouble known")
UNREACHED = leading.PersonRow("Dan", "Leader", "Autumn", "Ruth", "Not arriving. It is closed.")
OPEN = leading.ProgrammeRow(KEY, "Across boundaries", is_open=True)
TO_BE_OPENED = leading.ProgrammeRow(KEY, "Spring", is_open=False)
OWN, READ_BY_RUTH = home.OwnObjective(KEY, TITLE, ""), home.OwnObjective(KEY, TITLE, "Ruth")
ENTRY = journal.Entry(KEY, ASKED.words, ANSWER, MOMENT, TITLE, "")
WEEK = SharedWeek(
    *(KEY, "Amara", MOMENT),
    reflections=(SharedReflection(KEY, KEY, "PUR-OPN-1", ASKED.words, ANSWER, DAY),),
)
HELD = {KEY: (Held("What else could explain what you saw?", "A reason.", "EX8", ANSWER),)}
KEPT = pinning.Kept(KEY, "What has shifted since?", "Amara Okafor")
LEADER = coaching.CoachedLeader(KEY, "Amara Okafor", None)
WHEN_THEY_MEET = meeting.When(MOMENT, 60, "Europe/London")
PLACE = Place("Slack", "by Bearings, in London")
PURPOSE = "Starting things with the neighbours."
CARDS = load_cards()
LISTED = questioning.Listed(
    KEY, ASKED.words, Status.REVIEW, 1, "Priya Nair", "", "Autumn cohort", (Deed.SIGN_OFF,)
)
OBJECTION = questioning.Objection("L05", "It asks for causes.", "What was going on around you?")
DRAFT = objectives.Draft(
    TITLE, ["care"], "mine", "2027-02-22", {"words": "It is too long.", "themes": "Choose fewer."}
)
RATED = page.Rated(KEY, DAY, -1, ANSWER, "")
READ_RATING = page.Rated(KEY, DAY, 1, ANSWER, "Ruth")
ON_PAGE = page.OnPage(
    *(KEY, TITLE, ObjectiveState.ACTIVE, "", "Ruth", "given", ["care", "self"], DAY),
    *({0: TITLE, 1: TITLE}, -1, [RATED], [(TITLE, DAY)], [("keep", DAY)]),
)
PAGE_STATES = page.STATES
ONWARD = asking.Onward(asking.GO_DEEPER, FormName.WHEN)
BANK = load_bank()
LOOKS_BACK = Asked(KEY, "What happened?", looks_back=True)
TRY_DRAFT = experimenting.Draft({"action": ANSWER}, DAY.isoformat(), str(KEY))
IN_AN_EXPERIMENT = asking.Onward(
    asking.NEXT_QUESTION, None, "", (experimenting.see_path(KEY),), experimenting.MORE_TO_ASK
)
IN_A_SHARED_ONE = asking.Onward(says=experimenting.TO_BE_DECIDED, reader="Ruth")
PLANNED = Tried(KEY, TryState.PLANNED, None, DAY, 0, "", TITLE, cue=TITLE)
OBSERVED = Tried(KEY, TryState.OBSERVED, None, DAY, 2, "Ruth", TITLE, observed=TITLE)
CHANGED = Tried(
    *(KEY, TryState.CLOSED, Decision.CHANGE, DAY, 3, "", TITLE),
    hypothesis=TITLE,
    delayed_by=TITLE,
    delay_told=TITLE,
    follows=True,
)
LEADERS, COACHES = [(KEY, "Amara Okafor")], [(KEY, "Ruth Ellis")]
OPENINGS = [
    rights.Opening("Ruth Ellis", "An objective", MOMENT),
    rights.Opening("Whoever runs Bearings", "A copy of everything", MOMENT),
]
TOTALS = totals.TotalsRow(
    totals.quarter(date(2026, 7, 1), date(2026, 9, 30)),
    "Autumn cohort",
    *(totals.count(10), totals.share(70), totals.at_most(10), totals.at_least(90)),
)

SAYINGS: list[Said] = [
    agreeing.notice("Amara", PLACE),
    agreeing.notice("Amara", PLACE, "Leading across boundaries"),
    agreeing.notice_changed(),
    agreeing.notice_changed(KEY),
    agreeing.not_open_yet(),
    agreeing.agreement_form(),
    agreeing.agreement_form(
        agreed=agreeing.agreed_before("2026-11", MOMENT, "Europe/London", PLACE)
    ),
    agreeing.agreement_form(["questions"], agreed=agreeing.what_changed(PLACE)),
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
    asking.saved(ASKED, "Ruth", can_link=False, onward=ONWARD),
    asking.saved(ASKED, "", can_link=False, onward=asking.Onward("", FormName.OBJECTIVE, str(KEY))),
    asking.answer_form(ASKED, answer=AnswerKind.SCALE, options=("0", "+1"), labels=(TITLE, TITLE)),
    asking.no_deeper(),
    asking.remind(KEY, ASKED),
    asking.answer_form(ASKED, words="gentle", answer=AnswerKind.CHOICE, options=("gentle", "bold")),
    asking.answer_form(ASKED, answer=AnswerKind.ONE_WORD),
    asking.typed_in_chat(ASKED, "Slack", employers=True, follows=True),
    asking.typed_in_chat(ASKED, "this page", employers=False, follows=False),
    asking.typed_again(),
    asking.changed(),
    asking.not_changed("It is too long."),
    asking.box_only(ASKED),
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
    coaching.suggestions_switched(on=True),
    coaching.suggestions_switched(on=False),
    coaching.coach_home([LEADER], "Europe/London", "Not planned", ()),
    coaching.coach_home([], "Europe/London", "Not planned", ()),
    coaching.coach_home([], "Europe/London", "Not planned", pairing.proposed_leaders(LEADERS)),
    coaching.choose_leader(),
    meeting.session_form("Amara Okafor", KEY),
    meeting.session_form(
        "Amara Okafor",
        KEY,
        meeting.Typed("x", "y", "7", "Choose a day.", "Choose an hour.", "Choose a length."),
        meeting.Known(KEY, KEY, "Thursday 3 December at 10:00", "basis"),
    ),
    *(
        meeting.session_form("Ruth Ellis", KEY, meeting.Typed(problem=meeting.changed_since(now)))
        for now in ("", "Thursday 3 December at 10:00, for 60 minutes")
    ),
    meeting.session_kept("Amara Okafor", WHEN_THEY_MEET, KEY),
    meeting.nothing_changed("Amara Okafor", WHEN_THEY_MEET),
    *(
        said
        for is_over in (True, False)
        for said in (
            meeting.session_cancelled("Ruth Ellis", WHEN_THEY_MEET, is_over=is_over),
            meeting.was_cancelled(KEY, "Amara", WHEN_THEY_MEET, is_over=is_over),
            meeting.date_kept(KEY, "Amara", WHEN_THEY_MEET, KEY, KEY, moved=is_over),
        )
    ),
    meeting.nothing_to_cancel(),
    meeting.which_session(LEADERS),
    meeting.which_session([]),
    meeting.calendar_page(None),
    meeting.calendar_page(WHEN_THEY_MEET, str(KEY)),
    meeting.calendar_page(WHEN_THEY_MEET, str(KEY), "https://bearings.example.org/x.ics"),
    meeting.calendar_offer(None),
    meeting.calendar_offer(WHEN_THEY_MEET, str(KEY)),
    focusing.focus_ready(KEY, KEY),
    focusing.focus_page([focusing.Focus("Amara Okafor", WHEN_THEY_MEET, ASKED.words, ANSWER)]),
    focusing.focus_page([], str(KEY)),
    meeting.no_next_session(KEY, "Ruth", KEY),
    meeting.left(),
    calling.asks_for_a_word(KEY, "Ruth"),
    calling.asks_to_call(KEY, "Amara"),
    calling.passed_to_leader("Amara", "Ruth"),
    calling.passed_to_coach("Amara", "Ruth"),
    calling.on_its_way("Ruth"),
    calling.no_coach_to_call(),
    *(parting.has_ended(KEY, "Amara", is_leader=is_leader) for is_leader in (True, False)),
    *(
        said
        for is_leader in (True, False)
        for said in (
            parting.ending_page("Ruth", KEY, is_leader=is_leader),
            parting.ended("Ruth", is_leader=is_leader),
        )
    ),
    parting.choose_whom(),
    parting.nobody_there(),
    handing.hand_over_form("Ben", [handing.Thing(KEY, kind, TITLE) for kind in handing.KINDS]),
    handing.hand_over_form("Ben", [handing.Thing(KEY, "answers", "")], str(KEY), KEY),
    handing.hand_over_form("Ben", []),
    handing.handed_over("Ben", more=True),
    handing.handed_over("Ben", more=False),
    handing.nothing_chosen("Ben"),
    handing.no_new_coach(),
    asking.saved(ASKED, "Ruth", can_link=False, is_focus=True),
    asking.shared(ASKED, "Ruth", is_focus=True),
    coaching.coach_welcome("Ruth", ["Amara", "Dan"]),
    coaching.coach_welcome("Ruth", []),
    coaching.coach_help(),
    coaching.no_digest_yet(),
    pinning.pin_form("Amara", KEY, [KEPT]),
    pinning.pin_form("Amara", KEY, [], pinning.Draft("x"), "Write a question."),
    pinning.from_the_bank("Amara", KEY, "care", [("CAR-OPN-1", ASKED.words)]),
    pinning.pinned("Amara", KEY, DAY),
    pinning.too_soon("Amara", DAY),
    pinning.unpinned("Amara"),
    pinning.nothing_pinned(),
    pinning.which_leader(),
    pinning.kept_page([KEPT]),
    pinning.kept_page([]),
    pinning.kept_form([(KEY, "Amara Okafor")]),
    pinning.kept_form([], "x", error="Write a question."),
    pinning.kept_for_later(),
    pinning.too_many(50),
    pinning.dropped(),
    digest.ended_page(KEY, DAY),
    previewing.past_page(KEY, MOMENT, WEEK, "Europe/London"),
    previewing.nobody_to_share_with(),
    previewing.aside_form("Ruth"),
    previewing.aside_form("Ruth", "x", "Shorten it."),
    previewing.aside_kept("Ruth"),
    previewing.aside_dropped("Ruth"),
    digest.digest_page(KEY, DAY, [WEEK], HELD, {KEY}, "Europe/London", suggestions_on=True),
    digest.digest_page(KEY, DAY, [], {}, (), "Europe/London", suggestions_on=False),
    digest.faded_page(KEY, DAY),
    previewing.preview_ready(KEY),
    *(
        previewing.preview_page(KEY, WEEK, "Ruth", "Monday", "Europe/London", held=held)
        for held in (True, False)
    ),
    home.welcome_home(),
    home.leader_home([OWN], (), NEXT, "Tuesday", "Ruth", can_resume=True, can_add=True),
    home.leader_home([READ_BY_RUTH], (), NEXT, "Tuesday", "Ruth", can_resume=True, can_add=True),
    *(
        home.leader_home(
            *([], pairing.proposed_coaches(COACHES, current), NEXT, "Tuesday", current),
            can_resume=False,
            can_add=True,
        )
        for current in ("", "Jo Hart")
    ),
    home.leader_home([], (), NEXT, "Tuesday", "", can_resume=False, can_add=False),
    *(
        home.leader_home(
            *([], meeting.with_coach("Ruth Ellis", KEY, when, can_hand_over=when is None)),
            *(NEXT, "Tuesday", "Ruth"),
            can_resume=False,
            can_add=False,
        )
        for when in (None, WHEN_THEY_MEET)
    ),
    journal.journal_page([ENTRY], "Europe/London", more=True, older=str(KEY)),
    journal.journal_page([ENTRY], "Europe/London", more=True, found="Your answers on that."),
    journal.journal_page([], "Europe/London", more=False),
    journal.journal_page([], "Europe/London", more=False, found="Your answers on that."),
    journal.search_form([(str(KEY), TITLE)]),
    journal.search_form([], journal.Wanted("x"), "Say what to look for."),
    journal.ask_before_erasing(KEY),
    journal.erased(stays=True),
    journal.kept(),
    *(home.offer(form) for form in FormName),
    rights.my_data(),
    home.help_words(),
    home.home_card(),
    home.welcome_card(),
    coaching.home_card(),
    leading.home_card(),
    home.not_caught(),
    home.not_understood(),
    home.back_again(NEXT),
    home.back_again(""),
    home.not_a_command(),
    home.stranger(),
    home.in_english(),
    home.outside_now(),
    home.not_yours(),
    home.too_old(),
    leading.lead_home(
        [OPEN, TO_BE_OPENED], [PERSON, UNREACHED], [COHORT], totals.totals([TOTALS], 10)
    ),
    leading.lead_home([], [], [], totals.totals([], 10)),
    leading.cohort_form(COHORT, "There is no such hour."),
    leading.cohort_changed("Autumn cohort", "Tuesday 12:00"),
    leading.lead_welcome("Priya"),
    leading.lead_help(),
    objectives.objective_form(objectives.Draft()),
    objectives.objective_form(DRAFT, objectives.ANOTHER_WAY, str(KEY)),
    objectives.objective_form(DRAFT, objectives.ANOTHER_WAY, str(KEY), "Ruth"),
    objectives.waits_for_room(KEY, 3, ""),
    objectives.has_ended(),
    objectives.parked(KEY, ""),
    objectives.taken_up(KEY, DAY, "Ruth"),
    objectives.completed(KEY, ""),
    objectives.let_go(KEY, "Ruth"),
    objectives.not_now(KEY),
    objectives.which(),
    objectives.none_yet(),
    objectives.shaped_so_far(KEY, "Ruth"),
    *(page.objective_page(replace(ON_PAGE, state=state)) for state in PAGE_STATES),
    page.objective_page(replace(ON_PAGE, reader="Ruth", ratings=[RATED, READ_RATING])),
    page.objective_page(page.OnPage(KEY, TITLE, ObjectiveState.ACTIVE, "")),
    page.objectives_list([page.Listed(KEY, TITLE, ObjectiveState.PARKED)]),
    page.objectives_list([], FormName.RATING, "Rate it"),
    rating.levels_form(KEY, TITLE, rating.LevelsDraft({0: ANSWER}, "-1", {"level0": "No."})),
    rating.levels_kept(KEY, rated_before=True),
    rating.levels_kept(KEY, rated_before=False),
    rating.levels_as_they_were(KEY),
    rating.rating_form(KEY, TITLE, rating.labels_of({}), "1", ANSWER, ("", "It is too long.")),
    rating.rating_kept(KEY, KEY, "Ruth", ""),
    rating.rating_kept(KEY, KEY, "Ruth", "Ruth"),
    rating.rating_kept(KEY, KEY, "", ""),
    rating.only_in_use(KEY),
    rating.rating_shared(KEY, "Ruth"),
    rating.rating_taken_back(),
    rating.no_rating_yet(),
    reviewing.kept_as_it_is(KEY, DAY, ""),
    reviewing.to_be_revised(KEY, DAY, "Ruth"),
    objectives.objective_set(1, NEXT),
    objectives.objective_set(2, "", "Ruth"),
    objectives.objective_changed(""),
    objectives.objective_changed("Ruth"),
    objectives.enough_objectives(3),
    *(
        pacing.when_form(WHEN, shown, {"form": "No.", "zone": "No."})
        for shown in (SHOWN, replace(SHOWN, is_chosen=True), replace(SHOWN, is_told=False))
    ),
    zones.ask("Atlantic/Stanley"),
    zones.zone_form(SHOWN),
    zones.zone_form(replace(SHOWN, is_chosen=True, is_told=False), "Paris", "No."),
    zones.kept("Atlantic/Stanley", NEXT, follows=True),
    zones.kept("Europe/London", "", follows=False),
    pacing.when_kept(NEXT),
    questioning.questions_page([LISTED], 242),
    questioning.questions_page([], 242),
    questioning.question_form(
        questioning.Draft("Why?", "To see."), [(KEY, "Autumn cohort")], str(KEY), [OBJECTION]
    ),
    questioning.handed_in(),
    *(questioning.moved_on(deed) for deed in Deed),
    questioning.cannot_move("It is retired, so that cannot be done with it now."),
    questioning.nothing_to_move(),
    pacing.gone_quiet(KEY),
    pacing.carried_on(NEXT),
    pacing.no_reminders(),
    pacing.away_form([pacing.DaysAway(KEY, DAY, DAY)], "x", "y", ("Choose the first day.", "")),
    pacing.away_kept(DAY, DAY, NEXT),
    pacing.away_taken_out(NEXT),
    pacing.never_away(),
    pacing.pause_form("x", "This is not a day."),
    pacing.paused(DAY),
    pacing.paused(None),
    pacing.stopped_already(),
    pacing.nothing_is_asked_now(),
    pacing.not_a_day(),
    pacing.resumed(NEXT),
    pacing.stopped(),
    configuring.programme_form(KEY, "Across boundaries", "wales", box_only=True, error="No."),
    configuring.settings_changed(),
    configuring.programme_opened("Across boundaries"),
    configuring.cards_out_of_date([CARDS.card("wales")]),
    configuring.changes_page(
        [configuring.Change(MOMENT, "Priya", "Programme Across", "nation wales", "")], "UTC"
    ),
    configuring.changes_page([], "UTC"),
    delivering.delivery_page(
        [delivering.alarm("not delivered", 3, why="misconfigured")],
        [delivering.DeliveryRow("question", 118, 4, 0, 3), delivering.DeliveryRow("digest")],
    ),
    delivering.delivery_page([], [delivering.DeliveryRow("question", 40, 0, 2, 0)]),
    pairing.accepted("Ruth", begun=True),
    pairing.accepted("Ruth", begun=False),
    pairing.declined(),
    pairing.pairing_form(LEADERS, COACHES, str(KEY), str(KEY), "They are paired already."),
    pairing.pairing_form([], []),
    founding.new_programme_form(),
    founding.new_programme_form("Across", PURPOSE, "wales", "Give it a name. Nothing was changed."),
    founding.programme_made(KEY, "Across"),
    founding.new_cohort_form(KEY, "Across", COHORT),
    founding.new_cohort_form(KEY, "Across", COHORT, "Give it a name. Nothing was changed."),
    founding.cohort_made("Autumn cohort", COHORT.slots),
    founding.which_programme(),
    enrolling.person_form(KnownBy.ADDRESS, [], [], {}),
    enrolling.person_form(
        KnownBy.MEMBER_ID,
        [(str(KEY), "Autumn cohort")],
        [("U0RUTH", "Ruth Ellis")],
        {"name": "Amara Okafor", "who": "U0AMARA", "role": "leader", "cohort": str(KEY)},
        "There is no such role. Nobody was added.",
    ),
    enrolling.person_added("Amara Okafor", "leader; cohort Autumn"),
    enrolling.person_known("Amara Okafor"),
    enrolling.people_form(KnownBy.ADDRESS),
    enrolling.people_form(
        KnownBy.MEMBER_ID,
        "Amara Okafor, U0AMARA, leader",
        enrolling.would_come([(1, "Amara Okafor", "leader; cohort Autumn")]),
        looks=False,
    ),
    enrolling.people_form(
        KnownBy.ADDRESS,
        "Amara Okafor, amara, leader",
        enrolling.to_correct([(1, "The e-mail address is missing.")]),
        error=enrolling.NOT_ADDED,
    ),
    enrolling.people_added(24, 1, 2),
    inviting.invitation("Amara", "Priya Nair", "Across", PURPOSE, is_leader=True, nudge=KEY),
    inviting.invitation("Ruth", "", "Across", PURPOSE, is_leader=False),
    inviting.inviting_form(
        KEY,
        "Across",
        [(str(KEY), "Amara Okafor")],
        inviting.invitation("…", "Priya Nair", "Across", PURPOSE, is_leader=True),
        "Choose who is invited. Nobody was invited yet.",
    ),
    inviting.cannot_invite("Nobody waits for an invitation."),
    inviting.invited(1),
    inviting.invited(24),
    inviting.declined(),
    inviting.nobody_invited(),
    inviting.stop_instead(),
    pairing.proposed("Amara Okafor", "Ruth Ellis"),
    retaining.soon_forgotten(KEY, DAY),
    rights.copy_page("https://example.org/data/x/text", "https://example.org/data/x/json"),
    rights.copy_page("", ""),
    rights.hand_over(MOMENT, "Europe/London"),
    rights.readers_page(OPENINGS, "Europe/London"),
    rights.readers_page([], "Europe/London"),
    rights.ask_before_forgetting(),
    rights.left_totals(),
    rights.ask_first(),
    rights.kept(),
    rights.forgotten(str(KEY)),
    sharing.objective_shared(KEY, "Ruth"),
    sharing.objective_taken_back(""),
    sharing.objective_taken_back("Ruth"),
    sharing.switch_on_first("Ruth"),
    sharing.experiment_shared(KEY, "Ruth"),
    sharing.experiment_taken_back(KEY),
    asking.ask(LOOKS_BACK),
    asking.remind(KEY, LOOKS_BACK),
    asking.ask(Asked.of(KEY, "Which fits best now?", "EX10", BANK.questions["EX10"])),
    asking.ask(Asked.of(KEY, BANK.questions["QR1"].text, "QR1", BANK.questions["QR1"])),
    asking.saved(ASKED, "Ruth", can_link=True, onward=IN_AN_EXPERIMENT),
    asking.saved(ASKED, "Ruth", can_link=True, onward=IN_A_SHARED_ONE),
    asking.typed_in_chat(ASKED, "Slack", employers=True, follows=True, reader="Ruth"),
    asking.typed_again("Ruth"),
    asking.answer_form(ASKED, beside=[("What you expected:", ANSWER)]),
    experimenting.offer_to_make(KEY),
    experimenting.offer_to_make(None),
    experimenting.experiment_form(BANK, TRY_DRAFT, [(KEY, TITLE)], about=str(KEY), reader="Ruth"),
    experimenting.experiment_form(
        BANK,
        TRY_DRAFT,
        [],
        errors={
            "form": experimenting.enough_open(2),
            "action": "There is nothing to save yet.",
            "due": experimenting.not_a_day(),
        },
    ),
    experimenting.enough_experiments(2),
    experimenting.experiment_kept(KEY, DAY, "", asks=True, new=True),
    experimenting.experiment_kept(KEY, DAY, "Ruth", asks=False, new=False),
    experimenting.day_changed(KEY, DAY, asks=True),
    experimenting.day_form(KEY, ANSWER, "x", experimenting.not_a_day()),
    experimenting.no_new_day(),
    experimenting.not_open(),
    experimenting.none_open(),
    experimenting.put_off(ASKED, KEY, DAY),
    experimenting.put_off_for_good(ASKED, KEY),
    experimenting.let_go_here(ASKED),
    experimenting.ended_by_hand(KEY, observed=True),
    experimenting.ended_by_hand(KEY, observed=False),
    paths.experiments_page([[CHANGED, OBSERVED], [PLANNED]], more=True, can_add=True),
    paths.experiments_page([], more=False, can_add=False),
    *(
        paths.experiment_page(one, DAY, coach, can_change=one is CHANGED)
        for one in (PLANNED, OBSERVED, CHANGED)
        for coach in ("", "Ruth")
    ),
    *(
        said(CARDS.card(nation), tier, coach)
        for said in (supporting.support_card, supporting.support_page)
        for nation in ("", "england", "northern-ireland", "scotland", "wales")
        for tier in (None, *Tier)
        for coach in ("", "Ruth")
    ),
]
# Each of these stands beside an answer, given or to come.
ABOUT_AN_ANSWER: list[Said] = [
    asking.saved(ASKED, "Ruth", can_link=True, onward=IN_A_SHARED_ONE),
    asking.typed_again("Ruth"),
    experimenting.experiment_form(BANK, TRY_DRAFT, []),
    experimenting.experiment_kept(KEY, DAY, "", asks=True, new=True),
    experimenting.experiment_kept(KEY, DAY, "Ruth", asks=True, new=False),
    paths.experiment_page(PLANNED, DAY, "Ruth", can_change=False),
    paths.experiment_page(OBSERVED, DAY, "Ruth", can_change=False),
    sharing.experiment_shared(KEY, "Ruth"),
    sharing.experiment_taken_back(KEY),
    asking.ask(ASKED),
    asking.ask_again(ASKED),
    asking.offer_later(ASKED),
    asking.answer_form(ASKED),
    asking.answer_form(ASKED, coach="Ruth"),
    asking.answer_form(ASKED, coach="Ruth", shared=True),
    asking.saved(ASKED, "Ruth", can_link=True),
    asking.typed_in_chat(ASKED, "Slack", employers=True, follows=True),
    asking.typed_in_chat(ASKED, "this page", employers=False, follows=False),
    asking.offer_sharing(ASKED, "Ruth"),
    asking.shared(ASKED, "Ruth"),
    asking.linked(to_objective=True),
    asking.linked(to_objective=False),
    asking.no_coach(),
    objectives.objective_form(objectives.Draft()),
    objectives.objective_set(1, ""),
    objectives.parked(KEY, ""),
    objectives.completed(KEY, ""),
    objectives.let_go(KEY, "Ruth"),
    objectives.shaped_so_far(KEY, "Ruth"),
    page.objective_page(ON_PAGE),
    rating.levels_form(KEY, TITLE, rating.LevelsDraft()),
    rating.levels_kept(KEY, rated_before=False),
    rating.rating_form(KEY, TITLE, rating.labels_of({})),
    rating.rating_kept(KEY, KEY, "Ruth", ""),
    rating.rating_shared(KEY, "Ruth"),
    rating.rating_taken_back(),
    reviewing.kept_as_it_is(KEY, DAY, ""),
    objectives.objective_changed(""),
    objectives.objective_changed("Ruth"),
    sharing.objective_shared(KEY, "Ruth"),
    sharing.objective_taken_back(""),
    sharing.objective_taken_back("Ruth"),
    digest.digest_page(KEY, DAY, [WEEK], {}, (), "Europe/London", suggestions_on=True),
    previewing.preview_ready(KEY),
    journal.journal_page([ENTRY], "Europe/London", more=False),
]
READERS = re.compile(
    r"only you|you only|can (?:still )?read|can be read|stays yours", re.IGNORECASE
)


def test_every_composing_function_has_a_sample() -> None:
    written = Path(__file__).read_text("utf-8")
    sampled = set(re.findall(r"\b[a-z]+\.(\w+)[(,)]", written))
    rooms = (
        *(agreeing, asking, coaching, configuring, home, journal, leading, objectives, pacing),
        *(calling, digest, focusing, handing, meeting, parting, pinning, previewing),
        *(experimenting, paths),
        *(questioning, pairing, retaining, rights, sharing, supporting, totals),
        *(page, rating, reviewing),
    )
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
        # What a programme is for was written for whoever is invited.
        quoted = {element.words for element in said.elements if isinstance(element, Quote)}
        assert quoted <= {PURPOSE}


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
    assert "are held by Bearings, in London, until 24 months after" in said


def test_lists_and_numbers_read_as_people_say_them() -> None:
    assert pacing.cadence_in_words(SLOTS) == "Tuesday 12:00 and Thursday 16:00"
    assert pacing.cadence_in_words(SLOTS[:1]) == "Tuesday 12:00"
    assert pacing.cadence_in_words((*SLOTS, ("fri", "09:00"))) == (
        "Tuesday 12:00, Thursday 16:00 and Friday 09:00"
    )
    assert pacing.cadence_in_words(()) == "no day"
    assert (
        "You coach Amara, Dan and Jo."
        in coaching.coach_welcome("Ruth", ["Amara", "Dan", "Jo"]).plain
    )
