"""When the two of a pairing talk next: either says it, moves it or cancels it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.events import Submitted
from bot.conversation.partners import Partner, coaches, partner
from bot.conversation.scene import Scene, read_id
from bot.conversation.telling import tell
from prompts.composing import home, meeting
from prompts.composing.saying import day_and_hour
from prompts.message import Form, Message
from scheduler.between import session_slot
from scheduler.cadence import local_moment
from storage.calendar_links import make_calendar_link
from storage.coaching_sessions import (
    cancel_session,
    find_session,
    last_session,
    set_session,
)
from storage.members import Member
from storage.pairings import next_sessions, partners_of
from storage.runs import plan_run, runs_about
from storage.tables import CoachingSession, Pairing

# A session is planned within this; a later one is a slip of the finger.
AHEAD = timedelta(days=731)
# For so long it can be said that one did not take place.
LOOKING_BACK = timedelta(days=14)
AROUND_A_SESSION = "session"


async def which_session(scene: Scene) -> Message:
    """By typed words."""
    theirs = await partners_of(scene.db, scene.someone)
    return meeting.which_session([(pairing.id, other.name) for pairing, other in theirs])


async def session_form(scene: Scene, about: str) -> Form | Message:
    found = await partner(scene, about)
    if found is None:
        return await which_session(scene) if about == "" else home.not_yours()
    coming = await _coming(scene, found[0])
    return await _form(scene, found, coming, _as_typed(scene, coming))


async def next_session(scene: Scene, pairing: Pairing) -> meeting.When | None:
    coming = await _coming(scene, pairing)
    return _when(scene, coming) if coming else None


async def _coming(scene: Scene, pairing: Pairing) -> CoachingSession | None:
    return (await next_sessions(scene.db, [pairing.id], scene.now)).get(pairing.id)


async def _form(
    scene: Scene, found: Partner, coming: CoachingSession | None, typed: meeting.Typed
) -> Form:
    pairing, other = found
    past = await last_session(scene.db, pairing.id, scene.now - LOOKING_BACK, scene.now)
    known = meeting.Known(
        coming.id if coming else None,
        past.id if past else None,
        day_and_hour(past.starts_at, scene.someone.timezone) if past else "",
        _basis(coming),
    )
    return meeting.session_form(other.name, pairing.id, typed, known)


def _basis(coming: CoachingSession | None) -> str:
    return f"{coming.id} {coming.changes}" if coming else ""


def _as_typed(scene: Scene, coming: CoachingSession | None) -> meeting.Typed:
    if coming is None:
        return meeting.Typed()
    local = coming.starts_at.astimezone(ZoneInfo(scene.someone.timezone))
    return meeting.Typed(local.date().isoformat(), f"{local:%H:%M}", str(coming.minutes))


async def submit_session(scene: Scene, event: Submitted) -> list[Message | Form]:
    found = await partner(scene, event.about)
    if found is None:
        return [home.not_yours()]
    pairing, other = found
    typed = meeting.Typed(*(_value(event, name) for name in ("on", "at", "minutes")))
    read = _read(scene, typed)
    coming = await _coming(scene, pairing)
    if isinstance(read, meeting.Typed):
        return [await _form(scene, found, coming, read)]
    if event.basis != _basis(coming):
        when = meeting.changed_since(_when(scene, coming).words if coming else "")
        return [await _form(scene, found, coming, replace(typed, problem=when))]
    session, changed = await set_session(scene.db, pairing, *read, scene.now)
    when_it_is = _when(scene, session)
    if not changed:
        return [meeting.nothing_changed(other.name, when_it_is)]
    await _prepare(scene, scene.someone if not coaches(scene, pairing) else other, session)
    await tell(scene, other.id, session_slot(session), session.starts_at)
    return [meeting.session_kept(other.name, when_it_is, session.id)]


def _value(event: Submitted, name: str) -> str:
    return "".join(event.values.get(name, ())).strip()


def _read(scene: Scene, typed: meeting.Typed) -> tuple[datetime, int] | meeting.Typed:
    """The moment and the length, or the form with what is wrong in it."""
    if typed.minutes not in map(str, meeting.LENGTHS):
        typed = replace(typed, minutes=str(meeting.USUAL))
        return replace(typed, wrong_minutes="Choose one of these lengths.")
    try:
        day, hour = date.fromisoformat(typed.on), time.fromisoformat(typed.at)
    except ValueError:
        problem = "Choose a day and an hour."
        return replace(typed, wrong_on=problem, wrong_at=problem)
    today = scene.local_now().date()
    if day > today + AHEAD:
        return replace(typed, wrong_on="Choose a day within two years.")
    starts_at = local_moment(day, hour, scene.someone.timezone) if day >= today else None
    if starts_at is None or starts_at <= scene.now:
        return replace(typed, wrong_on="Choose a moment to come.")
    return starts_at, int(typed.minutes)


def _when(scene: Scene, session: CoachingSession) -> meeting.When:
    return meeting.When(session.starts_at, session.minutes, scene.someone.timezone)


async def _prepare(scene: Scene, leader: Member, session: CoachingSession) -> None:
    """What is asked around a session; moved with it, as long as nothing of it was asked."""
    zone = ZoneInfo(leader.timezone)
    today, anchor = scene.now.astimezone(zone).date(), session.starts_at.astimezone(zone).date()
    for run in await runs_about(scene.db, session.id):
        run.anchor = anchor
        scene.db.add(run)
        return
    await plan_run(scene.db, leader, AROUND_A_SESSION, today, anchor=anchor, about=session.id)


async def cancel(scene: Scene, about: str) -> Message:
    """One to come, or one of the last days that did not take place."""
    found = await _session(scene, about)
    if found is None:
        return meeting.nothing_to_cancel() if about == "" else home.not_yours()
    (_, other), session = found
    if session.starts_at <= scene.now - LOOKING_BACK:
        return home.not_yours()
    when, is_over = _when(scene, session), session.starts_at <= scene.now
    await cancel_session(scene.db, session, scene.now)
    await tell(scene, other.id, session_slot(session), None if is_over else session.starts_at)
    return meeting.session_cancelled(other.name, when, is_over=is_over)


async def _session(scene: Scene, about: str) -> tuple[Partner, CoachingSession] | None:
    """Of a pairing of theirs; typed words mean the only one that is to come."""
    theirs = {one[0].id: one for one in await partners_of(scene.db, scene.someone)}
    if about == "":
        coming = list((await next_sessions(scene.db, theirs, scene.now)).values())
        session = coming[0] if len(coming) == 1 else None
    else:
        key = read_id(about)
        session = await find_session(scene.db, theirs, key) if key else None
    return (theirs[session.pairing_id], session) if session else None


async def add_to_calendar(scene: Scene, about: str) -> Form:
    """The way to a calendar file. Each press makes an address of its own."""
    found = await _session(scene, about)
    if found is None:
        return meeting.calendar_page(None)
    session = found[1]
    when, key = _when(scene, session), str(session.id)
    if scene.place.address is None:
        return meeting.calendar_page(when, key)
    token = await make_calendar_link(scene.db, scene.someone, session.id, scene.now)
    return meeting.calendar_page(when, key, f"{scene.place.address}/calendar/{token}.ics")


async def calendar_offer(scene: Scene, about: str) -> Form:
    found = await _session(scene, about)
    if found is None:
        return meeting.calendar_offer(None)
    return meeting.calendar_offer(_when(scene, found[1]), str(found[1].id))
