"""The focus for a session, as its coach reads it: what the leader shared, while they share it."""

from bot.conversation.scene import Scene, read_id
from bot.conversation.telling import tell
from prompts.composing import focusing, meeting
from prompts.message import Form
from prompts.variables import Variables, filled
from scheduler.between import focus_slot
from storage.cadences import cadence_of
from storage.focus import focus_of, session_for
from storage.members import Member
from storage.pairings import leaders_of, next_sessions
from storage.rights import Purpose
from storage.tables import CoachingSession, Nudge, NudgeKind
from storage.texts import open_texts


async def focus_page(scene: Scene, about: str) -> Form:
    """Of the session that is named, or of all that are to come."""
    leaders = {pairing.id: leader for pairing, leader in await leaders_of(scene.db, scene.someone)}
    coming = await next_sessions(scene.db, leaders, scene.now)
    key = read_id(about)
    shown = {one.pairing_id: one for one in coming.values() if about == "" or one.id == key}
    shared = await focus_of(scene.db, shown, scene.now)
    words = await open_texts(
        scene.db, scene.someone, Purpose.DIGEST, list(shared.values()), scene.now
    )
    return focusing.focus_page(
        [
            focusing.Focus(
                leaders[pairing_id].name,
                _when(scene, shown[pairing_id]),
                filled(one.question_words, Variables()),
                words[one.id],
            )
            for pairing_id, one in shared.items()
            if one.id in words
        ],
        about,
    )


def _when(scene: Scene, session: CoachingSession) -> meeting.When:
    return meeting.When(session.starts_at, session.minutes, scene.someone.timezone)


async def is_focus(scene: Scene, nudge: Nudge) -> bool:
    """Whether the answer to this is what a session to come may be about."""
    return await session_for(scene.db, nudge, scene.now) is not None


async def tell_of_focus(scene: Scene, nudge: Nudge, coach: Member) -> None:
    """Where the session comes before the coach's next digest, which would bring it."""
    session = await session_for(scene.db, nudge, scene.now)
    if session is None:
        return
    row = await cadence_of(scene.db, coach, NudgeKind.DIGEST)
    if row is None or row.next_due_at is None or session.starts_at <= row.next_due_at:
        await tell(scene, coach.id, focus_slot(session.id), session.starts_at)
