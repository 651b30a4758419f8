"""Journeys made by hand, of which the right figures are known."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from prompts.bank import Bank
from prompts.history import ActiveObjective, ExperimentState
from prompts.question import Lens, PartOfWeek, Question, Stage, Theme
from scheduler.journeying import Journey, Sent
from scheduler.measuring import MEASURES, Figures, Result, results, tallied
from scheduler.simulated import FIRST_DAY, Leader, Luck, Slot, invent
from scheduler.tallying import Tally, tally
from scheduler.trying import Try

WEEKS = 12
NOBODY = Luck(*[0.5] * 7)


def question(key: str, **changes: object) -> Question:
    plain = Question(
        id=key,
        stage=Stage.EXPLORE,
        depth=2,
        text="What did you see?",
        purpose="Look again.",
        lens=Lens.METHODS,
        author="ED",
        reviewed_by="Lead coach",
        reviewed_on=date(2026, 11, 2),
        next_review=date(2027, 11, 2),
        themes=(Theme.CARE,),
    )
    return replace(plain, **changes)


def amara(*themes: Theme, **changes: object) -> Leader:
    objective = ActiveObjective(UUID(int=1), themes or (Theme.CARE,))
    return replace(invent(1, 0, WEEKS), objectives=(objective,), **changes)


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def at(number: int) -> datetime:
    return datetime.combine(day(number), time(12), UTC)


def sent(on: int, asked: Question, **changes: object) -> Sent:
    plain = Sent(
        at=at(on),
        day=day(on),
        week=on // 7,
        question=asked,
        reason="You have an experiment due.",
        readiness=1,
        gate=3,
        heavy=False,
        has_tried=True,
        answered=True,
        set_aside=False,
        reminders=0,
    )
    return replace(plain, **changes)


def tried(due: int, asked: int | None, *, ended: int | None = None) -> Try:
    return Try(
        UUID(int=due),
        day(due),
        day(due),
        None,
        ExperimentState.OBSERVED,
        first_asked_on=None if asked is None else day(asked),
        ended_at=None if ended is None else at(ended),
    )


def slot(on: int) -> Slot:
    return Slot(at(on), day(on), on // 7, PartOfWeek.ANY, heavy=False, luck=NOBODY)


def journey(
    *each: Sent,
    leader: Leader | None = None,
    tries: tuple[Try, ...] = (),
    slots: tuple[int, ...] = (),
    silences: int = 0,
) -> Journey:
    return Journey(leader or amara(), each, tries, silences, tuple(slot(on) for on in slots))


def counted(*journeys: Journey) -> Tally:
    whole = Tally()
    for each in journeys:
        whole.add(tally(each, WEEKS))
    return whole


def figures(code: str, whole: Tally, *themed: Question) -> Figures:
    measure = next(one for one in MEASURES if one.code == code)
    return measure.reckon(tallied([whole], Bank({each.id: each for each in themed}, {})))


def figure(code: str, *journeys: Journey) -> float | None:
    return figures(code, counted(*journeys))[""]


def result(code: str, whole: Tally, random: Tally | None = None, *themed: Question) -> Result:
    bank = Bank({each.id: each for each in themed}, {})
    ours, theirs = tallied([whole], bank), tallied([random or whole], bank)
    return next(one for one in results(ours, theirs, theirs) if one.measure.code == code)
