"""What is said is decided at the moment of sending, under the permissions of that moment."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prompts.bank import Bank, Status
from prompts.choosing import Asked
from prompts.composing.agreeing import NOTICE_VERSION
from prompts.message import FormName, Press
from prompts.question import Theme
from scheduler import writing
from scheduler.facts import Facts, history
from scheduler.planning import STALE
from scheduler.writing import Held, Written, why_not, write
from storage.agreements import Consent
from storage.digests import Gathered
from storage.engine import reading, transaction
from storage.leaving import mark_left
from storage.members import Addressee
from storage.questions import find_slot
from storage.tables import (
    Allowed,
    Away,
    CadenceRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Objective,
    Outcome,
    SharedKind,
)
from tests.cast import MONDAY, Programme
from tests.fakes import FakeMessenger
from tests.scheduler.cohort import Cohort

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NEXT_MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
QUESTIONS = Consent(NOON - 100 * DAY, NOTICE_VERSION, frozenset({Allowed.QUESTIONS}))


@dataclass
class Life:
    """One leader, Amara, as the facts show her at noon; each test changes what it is about."""

    id: UUID = field(default_factory=uuid4)
    consent: Consent | None = QUESTIONS
    row: CadenceRow | None = field(
        default_factory=lambda: CadenceRow(slots="tue 12:00", zone="Europe/London")
    )
    away: list[Away] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    asked: list[Nudge] = field(default_factory=list)
    declined: frozenset[str] = frozenset()
    here: bool = True

    def facts(self) -> Facts:
        address = Addressee(self.id, uuid4(), "playground", "playground", "amara", "amara", "Amara")
        return Facts(
            addressees={self.id: address} if self.here else {},
            consents={self.id: self.consent} if self.consent else {},
            cadences={self.id: self.row} if self.row else {},
            away={self.id: self.away},
            objectives={self.id: self.objectives},
            asked={self.id: self.asked},
            declined={self.id: self.declined},
            coached={},
            names={},
            runs={},
            pins={},
            own={},
            experiments={},
            experiments_ended={},
            reminded={},
            to_tell={},
            to_preview={},
        )

    def question(self, at: datetime = NOON, **columns: Any) -> Nudge:
        known: dict[str, Any] = {"slot": f"{at.date()}/question", "expires_at": at + 4 * HOUR}
        return Nudge(
            workspace_id=uuid4(),
            member_id=self.id,
            kind=NudgeKind.QUESTION,
            due_at=at,
            ready_at=at,
            **{**known, **columns},
        )

    def was_asked(self, at: datetime, state: NudgeState = NudgeState.SENT, **columns: Any) -> Nudge:
        sent_at = at if state is NudgeState.SENT else None
        known: dict[str, Any] = {
            "question_id": "CON-OPN-1",
            "sent_at": sent_at,
            "open_until": at + TWO_DAYS if sent_at and "outcome" not in columns else None,
        }
        nudge = self.question(at, state=state, **{**known, **columns})
        self.asked.append(nudge)
        return nudge


def sets(**columns: Any) -> Callable[[Life], None]:
    def change(life: Life) -> None:
        for name, value in columns.items():
            setattr(life.row, name, value)

    return change


def agreed_to(*allows: Allowed) -> Callable[[Life], None]:
    def change(life: Life) -> None:
        life.consent = replace(QUESTIONS, allows=frozenset(allows)) if allows else None

    return change


def no_cadence(life: Life) -> None:
    life.row = None


def away(first: date, last: date) -> Callable[[Life], None]:
    def change(life: Life) -> None:
        life.away.append(Away(member_id=life.id, first=first, last=last))

    return change


def asked(before: timedelta, **columns: Any) -> Callable[[Life], None]:
    def change(life: Life) -> None:
        life.was_asked(NOON - before, **columns)

    return change


TODAY = NOON.date()
YESTERDAY, TOMORROW = TODAY - DAY, TODAY + DAY
TWO_DAYS, JUST_UNDER = 48 * HOUR, 48 * HOUR - timedelta(seconds=1)
PAUSED_TODAY = {"paused_at": NOON - DAY}

WHY_NOT = [
    ("she has never agreed", agreed_to(), writing.NO_AGREEMENT),
    ("she allows sharing only", agreed_to(Allowed.SHARING), writing.NO_AGREEMENT),
    ("she has no cadence", no_cadence, writing.NO_AGREEMENT),
    ("she has said stop", sets(stopped_at=NOON - DAY), writing.STOPPED),
    ("she has paused", sets(**PAUSED_TODAY), writing.PAUSED),
    ("she pauses until tomorrow", sets(**PAUSED_TODAY, paused_until=TOMORROW), writing.PAUSED),
    ("her hours are over", sets(latest="11:59"), writing.OUTSIDE_HOURS),
    ("her hours are to come", sets(earliest="12:01"), writing.OUTSIDE_HOURS),
    ("it is night where she is", sets(zone="Pacific/Auckland"), writing.OUTSIDE_HOURS),
    ("she is away", away(YESTERDAY, TODAY), writing.OUTSIDE_HOURS),
    ("one still waits", asked(JUST_UNDER), writing.STILL_OPEN),
]
WHY = [
    ("nothing speaks against it", sets()),
    ("her pause ends today", sets(**PAUSED_TODAY, paused_until=TODAY)),
    ("her hours end at noon", sets(latest="12:00")),
    ("her hours begin at noon", sets(earliest="12:00")),
    ("she was away until yesterday", away(YESTERDAY - DAY, YESTERDAY)),
    ("she goes away tomorrow", away(TOMORROW, TOMORROW)),
    ("the last one has waited two days", asked(TWO_DAYS)),
    ("the last one was answered", asked(HOUR, closed_at=NOON, outcome=Outcome.ANSWERED)),
    ("the last one may not have arrived", asked(HOUR, state=NudgeState.IN_DOUBT)),
    ("she allows everything", agreed_to(*Allowed)),
]


@pytest.mark.parametrize(
    ("change", "because"), [w[1:] for w in WHY_NOT], ids=[w[0].replace(" ", "-") for w in WHY_NOT]
)
def test_amara_is_not_asked_when(change: Callable[[Life], None], because: str, bank: Bank) -> None:
    amara = Life()
    change(amara)
    nudge = amara.question()
    assert why_not(nudge, amara.facts(), NOON) == because
    assert write(nudge, amara.facts(), bank, NOON) == Held(nudge, because)


@pytest.mark.parametrize("change", [w[1] for w in WHY], ids=[w[0].replace(" ", "-") for w in WHY])
def test_amara_is_asked_when(change: Callable[[Life], None], bank: Bank) -> None:
    amara = Life()
    change(amara)
    nudge = amara.question()
    assert why_not(nudge, amara.facts(), NOON) is None
    written = write(nudge, amara.facts(), bank, NOON)
    assert isinstance(written, Written)
    assert written.intent.nudge_id == written.message.nudge == nudge.id
    assert written.message.plain == bank.questions[written.intent.question_id].message
    assert written.intent.reason


def test_the_question_that_is_being_sent_does_not_stand_in_its_own_way() -> None:
    amara = Life()
    nudge = amara.was_asked(NOON)
    assert why_not(nudge, amara.facts(), NOON) is None
    assert why_not(amara.question(), amara.facts(), NOON) == writing.STILL_OPEN


def test_a_question_is_sent_up_to_its_last_useful_moment_and_not_after(bank: Bank) -> None:
    amara = Life()
    nudge = amara.question()
    on_time = write(nudge, amara.facts(), bank, nudge.expires_at)
    late = write(nudge, amara.facts(), bank, nudge.expires_at + timedelta(seconds=1))
    assert isinstance(on_time, Written)
    assert late == Held(nudge, STALE)


def test_amara_who_left_is_told_nothing_not_even_a_digest(bank: Bank) -> None:
    amara = Life(here=False)
    nudge = amara.question()
    assert write(nudge, amara.facts(), bank, NOON) == Held(nudge, writing.GONE)


def test_where_no_question_fits_nothing_is_asked_and_the_reason_is_kept(bank: Bank) -> None:
    nothing = Bank({}, {})
    amara = Life()
    nudge = amara.question()
    held = write(nudge, amara.facts(), nothing, NOON)
    assert isinstance(held, Held)
    assert held.because
    assert isinstance(write(nudge, amara.facts(), bank, NOON), Written)


def test_the_same_slot_gets_the_same_question_however_often_it_is_written(bank: Bank) -> None:
    amara = Life()
    first, again = (write(amara.question(), amara.facts(), bank, NOON) for _ in range(2))
    assert isinstance(first, Written)
    assert isinstance(again, Written)
    assert first.intent.question_id == again.intent.question_id


def test_a_question_that_amara_put_off_comes_back_and_says_why(bank: Bank) -> None:
    amara, objective = Life(), uuid4()
    amara.objectives = [Objective(id=objective, member_id=amara.id, words=b"", themes="connect")]
    nudge = amara.question(question_id="CON-EXL-1", objective_id=objective)
    written = write(nudge, amara.facts(), bank, NOON)
    assert isinstance(written, Written)
    assert written.intent.question_id == "CON-EXL-1"
    assert written.intent.question_version == bank.questions["CON-EXL-1"].version
    assert written.intent.reason == writing.CAME_BACK
    assert written.intent.objective_id == objective


def test_a_question_that_a_platform_refused_is_tried_again_with_its_own_reason(bank: Bank) -> None:
    """She put nothing off, so she is not told that she did."""
    amara = Life()
    amara.objectives = [Objective(id=uuid4(), member_id=amara.id, words=b"", themes="connect")]
    nudge = amara.question(question_id="CON-EXL-1", reason="You set this.", attempts=1)
    written = write(nudge, amara.facts(), bank, NOON)
    assert isinstance(written, Written)
    assert written.intent.question_id == "CON-EXL-1"
    assert written.intent.reason == "You set this."


@pytest.mark.parametrize("gone", ["withdrawn", "unheard of"])
def test_a_question_put_off_that_was_withdrawn_since_is_replaced(bank: Bank, gone: str) -> None:
    questions = dict(bank.questions)
    withdrawn = replace(questions.pop("CON-EXL-1"), status=Status.WITHDRAWN)
    if gone == "withdrawn":
        questions["CON-EXL-1"] = withdrawn
    amara = Life()
    nudge = amara.question(question_id="CON-EXL-1")
    written = write(nudge, amara.facts(), Bank(questions, bank.sequences), NOON)
    assert isinstance(written, Written)
    assert written.intent.question_id not in {"CON-EXL-1", ""}
    assert written.intent.reason != writing.CAME_BACK


def test_a_choice_rests_on_facts_about_amara_and_on_nothing_else() -> None:
    amara, objective = Life(declined=frozenset({"PUR-OPN-1"})), uuid4()
    amara.objectives = [
        Objective(id=objective, member_id=amara.id, words="Secret", themes="connect care")
    ]
    amara.was_asked(NOON - 9 * DAY, outcome=Outcome.ANSWERED, objective_id=objective)
    amara.was_asked(NOON - 7 * DAY, outcome=Outcome.SKIPPED, question_id="CON-EXL-1")
    amara.was_asked(NOON - 5 * DAY, NudgeState.IN_DOUBT, question_id="CON-EXL-2")
    told = history(amara.id, amara.facts(), NOON)
    assert told.started_at == QUESTIONS.since
    assert told.asked == (
        Asked("CON-OPN-1", NOON - 9 * DAY, answered=True, objective_id=objective),
        Asked("CON-EXL-1", NOON - 7 * DAY, answered=False, set_aside=True),
        Asked("CON-EXL-2", NOON - 5 * DAY, answered=False, set_aside=True),
    )
    assert told.declined == {"PUR-OPN-1"}
    [only] = told.objectives
    assert (only.id, only.themes) == (objective, (Theme.CONNECT, Theme.CARE))
    assert "Secret" not in repr(told)


@pytest.mark.parametrize(
    ("until", "heavy"), [(None, False), (NOON + HOUR, True), (NOON, False), (NOON - HOUR, False)]
)
def test_a_heavy_week_is_heavy_until_it_ends(until: datetime | None, *, heavy: bool) -> None:
    amara = Life()
    sets(heavy_until=until)(amara)
    assert history(amara.id, amara.facts(), NOON).heavy_week is heavy


def test_someone_nobody_knows_anything_about_is_a_newcomer() -> None:
    assert history(uuid4(), Life().facts(), NOON).started_at == NOON


@dataclass
class Shared:
    """What Dan shared with Ruth on the Thursday, and the digest that is due on the Monday."""

    dan: UUID = field(default_factory=uuid4)
    ruth: UUID = field(default_factory=uuid4)
    coach: UUID | None = None
    at: datetime = NEXT_MONDAY - 4 * DAY
    held_until: datetime | None = None
    allows: frozenset[Allowed] = frozenset({Allowed.QUESTIONS, Allowed.SHARING})

    def gathered(self) -> Gathered:
        kind, coach = SharedKind.REFLECTION, self.coach or self.ruth
        ids = (uuid4(), uuid4(), self.dan, coach)
        return Gathered(kind, *ids, self.at, 0, self.held_until)

    def write(self, bank: Bank, now: datetime = NEXT_MONDAY) -> Written | Held:
        nudge = Nudge(
            workspace_id=uuid4(),
            member_id=self.ruth,
            slot="2026-11-30/digest",
            kind=NudgeKind.DIGEST,
            due_at=NEXT_MONDAY,
            ready_at=NEXT_MONDAY,
            expires_at=NEXT_MONDAY + 2 * DAY,
        )
        facts = replace(
            Life().facts(),
            addressees={
                self.ruth: Addressee(self.ruth, uuid4(), "playground", "p", "ruth", "", "Ruth")
            },
            consents={self.dan: Consent(MONDAY, NOTICE_VERSION, self.allows)},
            to_tell={self.coach or self.ruth: [self.gathered()]},
        )
        return write(nudge, facts, bank, now)


DIGESTS = [
    ("it was shared this week", Shared(), True),
    ("it was shared as the digest came due", Shared(at=NEXT_MONDAY), True),
    ("it was shared after that", Shared(at=NEXT_MONDAY + HOUR), False),
    ("dan skips this week", Shared(held_until=NEXT_MONDAY), False),
    ("dan skipped last week", Shared(held_until=NEXT_MONDAY - 7 * DAY), True),
    ("another coach was meant", Shared(coach=uuid4()), False),
    ("dan no longer allows sharing", Shared(allows=frozenset({Allowed.QUESTIONS})), False),
]


@pytest.mark.parametrize(
    ("shared", "comes"), [d[1:] for d in DIGESTS], ids=[d[0].replace(" ", "-") for d in DIGESTS]
)
def test_ruths_digest_comes_only_with_something_that_is_hers_to_read(
    shared: Shared, bank: Bank, *, comes: bool
) -> None:
    written = shared.write(bank, NEXT_MONDAY + 2 * HOUR)
    if comes:
        assert isinstance(written, Written)
        assert written.message.plain == "Your weekly digest is ready."
        assert "Dan" not in repr(written.message)
    else:
        assert isinstance(written, Held)
        assert written.because == writing.NOTHING_SHARED


async def dans_answer(programme: Programme) -> UUID:
    """Asked on the Tuesday at noon in Stanley, answered and shared."""
    await programme.passes(until=datetime(2026, 11, 24, 15, tzinfo=UTC))
    nudge = programme.asked("Dan Whitfield")
    await programme.submits("dan", FormName.ANSWER, nudge, words="I rang the volunteers.")
    await programme.presses("dan", Press.SHARE, nudge)
    return nudge


async def test_ruth_gets_one_digest_on_the_monday_after_dan_shared(programme: Programme) -> None:
    await dans_answer(programme)
    await programme.passes(until=NEXT_MONDAY - timedelta(minutes=1))
    assert programme.messenger.said_to("Ruth Ellis") == []
    for _ in range(2):
        await programme.passes(until=NEXT_MONDAY)
    assert programme.messenger.said_to("Ruth Ellis") == ["Your weekly digest is ready."]
    # The week after holds nothing new, so it does not come.
    await programme.passes(until=NEXT_MONDAY + 7 * DAY)
    assert len(programme.messenger.said_to("Ruth Ellis")) == 1


async def test_what_dan_takes_back_before_the_monday_brings_no_digest(
    programme: Programme,
) -> None:
    nudge = await dans_answer(programme)
    programme.now = NEXT_MONDAY - timedelta(minutes=1)
    await programme.presses("dan", Press.TAKE_BACK, nudge)
    await programme.passes(until=NEXT_MONDAY)
    assert programme.messenger.said_to("Ruth Ellis") == []


@pytest.mark.parametrize("switches", [["questions"], []], ids=["sharing", "everything"])
async def test_dan_who_withdraws_before_the_monday_brings_no_digest(
    programme: Programme, switches: list[str]
) -> None:
    await dans_answer(programme)
    programme.now = NEXT_MONDAY - timedelta(minutes=1)
    await programme.submits("dan", FormName.AGREEMENT, **dict.fromkeys(switches, "on"))
    await programme.passes(until=NEXT_MONDAY)
    assert programme.messenger.said_to("Ruth Ellis") == []


async def test_dan_who_left_is_asked_nothing_that_was_queued_for_him(
    programme: Programme,
) -> None:
    dan = await programme.member("Dan Whitfield")
    async with transaction(programme.engine) as db:
        await mark_left(db, dan, MONDAY)
    await programme.passes(until=datetime(2026, 11, 24, 15, tzinfo=UTC))
    assert programme.messenger.delivered == []
    async with reading(programme.engine) as db:
        queued = await find_slot(db, dan, "2026-11-24/question")
    assert queued is not None
    assert (queued.state, queued.ended_because) == (NudgeState.EXPIRED, writing.GONE.words)


async def test_each_coachs_digest_takes_up_where_her_own_last_one_left_off(
    cohort: Cohort,
) -> None:
    """Ruth's last one held what Dan shared; Sam's was due before Ife shared anything."""
    messenger = cohort.messenger = FakeMessenger()
    cohort.now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    await cohort.joins("Ruth", "Sam", slots="mon 09:00", kind=NudgeKind.DIGEST)
    await cohort.joins("Dan", "Ife", stopped_at=MONDAY, allows=set(Allowed))
    await cohort.shared("Dan", "Ruth", datetime(2026, 11, 5, tzinfo=UTC))
    await cohort.lives(datetime(2026, 11, 9, 12, tzinfo=UTC))
    await cohort.shared("Ife", "Sam", datetime(2026, 11, 10, tzinfo=UTC))
    await cohort.lives(datetime(2026, 11, 16, 12, tzinfo=UTC))
    assert [name for name, _ in messenger.delivered] == ["Ruth", "Sam"]
    assert await cohort.states("Ruth") == [NudgeState.SENT, NudgeState.EXPIRED]
    assert await cohort.states("Sam") == [NudgeState.EXPIRED, NudgeState.SENT]


async def test_nothing_is_asked_before_amara_agrees(programme: Programme) -> None:
    await programme.passes(until=datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert programme.messenger.said_to("Amara Okafor") == []
    programme.now = MONDAY
    await programme.agrees("amara")
    await programme.passes(until=datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert len(programme.messenger.said_to("Amara Okafor")) == 1
