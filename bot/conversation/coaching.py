"""The coach's side: the digest, and when the next session is. Only what was shared."""

from datetime import datetime
from uuid import UUID

from bot.conversation.scene import Scene, first_name
from prompts.composing import coaching
from prompts.composing.pairing import proposed_leaders
from prompts.composing.saying import day_and_hour
from prompts.message import Form, Message
from storage.cadences import cadence_of
from storage.digests import latest_digest
from storage.pairings import leaders_of, next_sessions, proposals
from storage.tables import (
    CoachingSession,
    NudgeKind,
    Pairing,
)


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
