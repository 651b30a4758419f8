"""The coach's side: the digest, and when the next session is. Only what was shared."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, first_name
from prompts.composing import coaching, home
from prompts.composing.pairing import proposed_leaders
from prompts.composing.saying import day_and_hour
from prompts.message import Form, Message
from scheduler.cadence import local_moment
from storage.cadences import cadence_of
from storage.digests import latest_digest
from storage.members import Member
from storage.pairings import leaders_of, next_sessions, proposals, set_next_session
from storage.runs import plan_run, runs_about
from storage.tables import (
    CoachingSession,
    NudgeKind,
    Pairing,
)

# A session is planned within this; a later one is a slip of the finger.
AHEAD = timedelta(days=731)
AROUND_A_SESSION = "session"


async def welcome(scene: Scene) -> Message:
    leaders = [first_name(leader) for _, leader in await leaders_of(scene.db, scene.someone)]
    return coaching.coach_welcome(first_name(scene.someone), leaders)


async def coach_home(scene: Scene) -> Form:
    pairs = await leaders_of(scene.db, scene.someone)
    sessions = await next_sessions(scene.db, [pairing.id for pairing, _ in pairs], scene.now)
    row = await cadence_of(scene.db, scene.someone, NudgeKind.DIGEST)
    due = row.next_due_at if row else None
    proposed = [
        (pairing.id, other.name)
        for pairing, other in await proposals(scene.db, scene.someone)
        if pairing.coach_id == scene.someone.id
    ]
    latest = await latest_digest(scene.db, scene.someone.id)
    return coaching.coach_home(
        [
            coaching.CoachedLeader(pairing.id, leader.name, _starts(sessions, pairing))
            for pairing, leader in pairs
        ],
        scene.someone.timezone,
        day_and_hour(due, scene.someone.timezone) if due else "Not planned",
        proposed_leaders(proposed),
        str(latest.id) if latest else "",
    )


def _starts(sessions: dict[UUID, CoachingSession], pairing: Pairing) -> datetime | None:
    session = sessions.get(pairing.id)
    return session.starts_at if session else None


async def session_form(scene: Scene, about: str) -> Form | Message:
    found = await _pairing(scene, about)
    if found is None:
        return home.not_yours()
    pairing, leader = found
    session = (await next_sessions(scene.db, [pairing.id], scene.now)).get(pairing.id)
    if session is None:
        return coaching.session_form(leader.name, pairing.id)
    local = session.starts_at.astimezone(ZoneInfo(scene.someone.timezone))
    return coaching.session_form(
        leader.name, pairing.id, local.date().isoformat(), f"{local:%H:%M}"
    )


async def submit_session(scene: Scene, event: Submitted) -> list[Message | Form]:
    found = await _pairing(scene, event.about)
    if found is None:
        return [home.not_yours()]
    pairing, leader = found
    on, at = ("".join(event.values.get(name, ())).strip() for name in ("on", "at"))
    try:
        day, hour = date.fromisoformat(on), time.fromisoformat(at)
    except ValueError:
        problem = "Choose a day and an hour."
        return [coaching.session_form(leader.name, pairing.id, on, at, (problem, problem))]
    today = scene.local_now().date()
    if day > today + AHEAD:
        problem = "Choose a day within two years."
        return [coaching.session_form(leader.name, pairing.id, on, at, (problem, ""))]
    starts_at = local_moment(day, hour, scene.someone.timezone) if day >= today else None
    if starts_at is None or starts_at <= scene.now:
        problem = "Choose a moment to come."
        return [coaching.session_form(leader.name, pairing.id, on, at, (problem, ""))]
    session = await set_next_session(scene.db, pairing, starts_at, scene.now)
    await _prepare(scene, leader, session)
    return [coaching.session_kept(leader.name, starts_at, scene.someone.timezone)]


async def _prepare(scene: Scene, leader: Member, session: CoachingSession) -> None:
    """What is asked around a session; moved with it, as long as nothing of it was asked."""
    zone = ZoneInfo(leader.timezone)
    today, anchor = scene.now.astimezone(zone).date(), session.starts_at.astimezone(zone).date()
    for run in await runs_about(scene.db, session.id):
        run.anchor = anchor
        scene.db.add(run)
        return
    await plan_run(scene.db, leader, AROUND_A_SESSION, today, anchor=anchor, about=session.id)


async def _pairing(scene: Scene, about: str) -> tuple[Pairing, Member] | None:
    """Only the coach's own pairing is found."""
    pairs = await leaders_of(scene.db, scene.someone)
    return next((pair for pair in pairs if str(pair[0].id) == about), None)
