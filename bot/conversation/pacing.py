"""Not this one, not now, not this week, not at those hours."""

from datetime import date, time, timedelta

from bot.conversation import looking_back, moving
from bot.conversation.answering import standing
from bot.conversation.events import Submitted
from bot.conversation.rhythm import check_dial, form_slots, hhmm, read_rhythm, typed_rhythm
from bot.conversation.scene import Scene, coming
from bot.conversation.weekly import move_preview
from bot.conversation.words import PauseUntil
from prompts.composing import asking, experimenting, home, pacing
from prompts.message import Form, Message
from scheduler.cadence import (
    CadenceError,
    days_later,
    local_moment,
    to_text,
)
from scheduler.planning import expiry, is_paused, replan, slot_name, to_cadence
from scheduler.writing import PAUSED, STOPPED
from storage.cadences import away_days, cadence_of
from storage.nudges import add_nudges, cancel_waiting
from storage.pins import open_again
from storage.questions import close, decline_question
from storage.runs import RunEnded, open_runs, plan_run, record_run_ends
from storage.tables import Action, CadenceRow, Nudge, NudgeKind, Outcome, RunEnding

# Longer is a "pause" without an end, which lasts until it is resumed.
LONGEST_PAUSE = timedelta(days=366)
RETURN = "return"


async def skip(scene: Scene, about: str) -> Message:
    nudge = await still_open(scene, about)
    if isinstance(nudge, Message):
        return nudge
    close(nudge, Outcome.SKIPPED, scene.now)
    scene.db.add(nudge)
    if await looking_back.set_aside(scene, nudge):
        return experimenting.let_go_here(await scene.asked(nudge))
    return asking.skipped(await scene.asked(nudge))


async def not_for_me(scene: Scene, about: str) -> Message:
    nudge = await still_open(scene, about)
    if isinstance(nudge, Message):
        return nudge
    close(nudge, Outcome.NOT_FOR_ME, scene.now)
    scene.db.add(nudge)
    if await looking_back.is_not_for_them(scene, nudge):
        return experimenting.let_go_here(await scene.asked(nudge))
    await decline_question(scene.db, scene.someone, nudge.question_id, scene.now)
    return asking.not_for_me(await scene.asked(nudge))


async def later(scene: Scene, about: str) -> Message:
    nudge = await still_open(scene, about)
    return nudge if isinstance(nudge, Message) else asking.offer_later(await scene.asked(nudge))


async def back_to_the_question(scene: Scene, about: str) -> Message:
    nudge = await still_open(scene, about)
    return nudge if isinstance(nudge, Message) else asking.ask_again(await scene.asked(nudge))


async def put_off(scene: Scene, about: str, days: int) -> Message:
    """The same question again, that many days on, in the place of that day's own question."""
    nudge, row = await still_open(scene, about), await cadence_of(scene.db, scene.someone)
    if isinstance(nudge, Message) or row is None:
        return nudge if isinstance(nudge, Message) else asking.nothing_open()
    if row.stopped_at is not None or is_paused(row, scene.now):
        return pacing.nothing_is_asked_now()
    close(nudge, Outcome.LATER, scene.now)
    scene.db.add(nudge)
    if nudge.pin_id is not None and nudge.question_id not in scene.bank.questions:
        # A coach's own words are in no bank: they come again as what is pinned.
        await open_again(scene.db, nudge.pin_id)
    return asking.put_off(await scene.asked(nudge), await _plan_again(scene, nudge, row, days))


async def _plan_again(scene: Scene, nudge: Nudge, row: CadenceRow, days: int) -> date:
    away = await away_days(scene.db, [scene.someone.id])
    cadence = to_cadence(row, away.get(scene.someone.id, ()))
    then = days_later(cadence, scene.now, days)
    again = Nudge(
        workspace_id=nudge.workspace_id,
        member_id=nudge.member_id,
        slot=slot_name(then.day, NudgeKind.QUESTION),
        kind=NudgeKind.QUESTION,
        due_at=then.at,
        ready_at=then.at,
        expires_at=expiry(NudgeKind.QUESTION, cadence, then),
        question_id=nudge.question_id,
        question_version=nudge.question_version,
        objective_id=nudge.objective_id,
        follows_id=nudge.follows_id,
        run_id=nudge.run_id,
        pin_id=nudge.pin_id,
        experiment_id=nudge.experiment_id,
    )
    if await add_nudges(scene.db, [again]) == 0:
        # Something was put off to that day already: one question a day, so the day after it.
        return await _plan_again(scene, nudge, row, days + 1)
    return then.day


async def heavy_week(scene: Scene, about: str) -> Message:
    """Until Monday only the lightest questions; the one that stands open is let be."""
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        return home.not_yours()
    today = scene.local_now().date()
    monday = today + timedelta(days=7 - today.weekday())
    row.heavy_until = local_moment(monday, time(0), row.zone) or scene.now + timedelta(days=7)
    scene.db.add(row)
    nudge = await still_open(scene, about)
    if isinstance(nudge, Message):
        return asking.heavy_week(None, monday)
    close(nudge, Outcome.HEAVY_WEEK, scene.now)
    scene.db.add(nudge)
    await looking_back.set_aside(scene, nudge)
    return asking.heavy_week(await scene.asked(nudge), monday)


async def still_open(scene: Scene, about: str) -> Nudge | Message:
    """The question that is meant, if it still waits; otherwise what to say about it."""
    nudge = await scene.question(about) if about else await scene.open_question()
    if nudge is None:
        return home.not_yours() if about else asking.nothing_open()
    if nudge.closed_at is None:
        return nudge
    if nudge.outcome is Outcome.ANSWERED:
        # It keeps its answer, and the buttons that belong to one.
        return await standing(scene, nudge)
    return asking.closed(await scene.asked(nudge))


def pause_form() -> Form:
    return pacing.pause_form()


async def submit_pause(scene: Scene, event: Submitted) -> list[Message | Form]:
    typed = "".join(event.values.get("until", ())).strip()
    if not typed:
        return [await _pause(scene, None)]
    try:
        until = date.fromisoformat(typed)
    except ValueError:
        return [pacing.pause_form(typed, "This is not a day. Choose one from the calendar.")]
    if until <= scene.local_now().date():
        return [pacing.pause_form(typed, "Choose a day to come.")]
    if until > scene.local_now().date() + LONGEST_PAUSE:
        return [pacing.pause_form(typed, "Choose a day within a year, or leave it empty.")]
    return [await _pause(scene, until)]


async def pause_in_words(scene: Scene, wish: PauseUntil | None) -> Message:
    if wish is None:
        return await _pause(scene, None)
    if wish.until is None or wish.until > scene.local_now().date() + LONGEST_PAUSE:
        return pacing.not_a_day()
    return await _pause(scene, wish.until)


async def _pause(scene: Scene, until: date | None) -> Message:
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        return home.not_yours()
    if row.stopped_at is not None:
        return pacing.stopped_already()
    row.paused_at, row.paused_until = scene.now, until
    await _welcome_back_on(scene, until)
    scene.record(Action.PAUSED, owner=scene.someone.id)
    await cancel_waiting(scene.db, [scene.someone.id], PAUSED, scene.now)
    await replan(scene.db, row, scene.now)
    return pacing.paused(until)


async def resume(scene: Scene) -> Message:
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        return home.not_yours()
    if row.stopped_at is not None or is_paused(row, scene.now):
        await _welcome_back_on(scene, scene.local_now().date())
    row.paused_at = row.paused_until = row.stopped_at = None
    row.carried_on_at = scene.now
    scene.record(Action.RESUMED, owner=scene.someone.id)
    await replan(scene.db, row, scene.now)
    return pacing.resumed(coming(row))


async def _welcome_back_on(scene: Scene, day: date | None) -> None:
    """What is asked first after a pause, once its last day is known; an earlier plan of it goes."""
    await _end_runs(scene, RunEnding.OVERTAKEN, only=RETURN)
    if day is not None:
        today = scene.local_now().date()
        await plan_run(scene.db, scene.someone, RETURN, today, anchor=day)


async def _end_runs(scene: Scene, ending: RunEnding, only: str = "") -> None:
    runs = (await open_runs(scene.db, [scene.someone.id])).get(scene.someone.id, [])
    ended = [RunEnded(run.id, ending) for run in runs if only in {"", run.sequence}]
    await record_run_ends(scene.db, ended, scene.now)


async def carry_on(scene: Scene) -> Message:
    """After a silence: what went unanswered before counts no more."""
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        return home.not_yours()
    if row.stopped_at is not None or is_paused(row, scene.now):
        return await resume(scene)
    row.carried_on_at = scene.now
    scene.db.add(row)
    return pacing.carried_on(coming(row))


async def no_reminders(scene: Scene) -> Message:
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        return home.not_yours()
    row.reminders = False
    scene.db.add(row)
    return pacing.no_reminders()


async def stop(scene: Scene) -> Message:
    """At once, and also for what was queued a minute ago."""
    row = await cadence_of(scene.db, scene.someone)
    await _end_runs(scene, RunEnding.LEFT)
    if row is not None and row.stopped_at is None:
        row.stopped_at = scene.now
        scene.record(Action.STOPPED, owner=scene.someone.id)
        await replan(scene.db, row, scene.now)
    await cancel_waiting(scene.db, [scene.someone.id], STOPPED, scene.now)
    return pacing.stopped()


async def when_form(scene: Scene) -> Form | Message:
    row = await cadence_of(scene.db, scene.someone)
    return pacing.when_form(_when(row), moving.shown(scene.someone)) if row else home.not_yours()


async def submit_when(scene: Scene, event: Submitted) -> list[Message | Form]:
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        return [home.not_yours()]
    typed = typed_rhythm(event.values)
    try:
        slots, earliest, latest = read_rhythm(event.values)
        check_dial(typed.dial)
        before, zone = (row.slots, row.earliest, row.latest), row.zone
        row.zone = await moving.live_by(scene, typed.zone, zone)
    except CadenceError as error:
        errors = {"form": f"{error} Nothing was changed."}
        return [pacing.when_form(typed, moving.shown(scene.someone), errors)]
    row.slots, row.earliest, row.latest = to_text(slots), hhmm(earliest), hhmm(latest)
    row.dial, row.reminders = typed.dial, typed.reminders
    # Another zone alone is no choice of days and hours: the cohort's are followed there too.
    row.own = row.own or before != (row.slots, row.earliest, row.latest)
    await replan(scene.db, row, scene.now, zone_moved=row.zone != zone)
    await move_preview(scene.db, scene.someone, row, scene.now)
    return [pacing.when_kept(coming(row))]


def _when(row: CadenceRow) -> pacing.When:
    return pacing.When(
        form_slots(row.slots), row.earliest, row.latest, row.zone, row.dial, row.reminders
    )
