"""The leader's own page and journal."""

from bot.conversation.handing_over import can_hand_over
from bot.conversation.meeting import next_session
from bot.conversation.rhythm import form_slots
from bot.conversation.scene import Scene, coming, first_name
from prompts.composing import home, meeting
from prompts.composing.objective_page import STATES
from prompts.composing.pacing import cadence_in_words
from prompts.composing.pairing import proposed_coaches
from prompts.composing.saying import day, day_and_hour, place
from prompts.message import Form
from prompts.question import ObjectiveState as State
from scheduler.planning import is_paused
from storage.cadences import cadence_of
from storage.objectives import MOST_ACTIVE, going_on
from storage.pairings import proposals
from storage.rights import Purpose
from storage.tables import CadenceRow, ObjectiveState
from storage.texts import open_texts


async def leader_home(scene: Scene) -> Form:
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        return home.welcome_home()
    mine = await going_on(scene.db, scene.someone)
    active = [one for one in mine if one.state is ObjectiveState.ACTIVE]
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, mine, scene.now)
    found = await scene.coach()
    current = found[1].name if found else ""
    proposed = [
        (pairing.id, other.name)
        for pairing, other in await proposals(scene.db, scene.someone)
        if pairing.leader_id == scene.someone.id
    ]
    with_coach = (
        meeting.with_coach(
            found[1].name,
            found[0].id,
            await next_session(scene, found[0]),
            can_hand_over=await can_hand_over(scene),
        )
        if found
        else ()
    )
    return home.leader_home(
        objectives=[
            home.OwnObjective(
                one.id,
                words[one.id],
                await scene.reader_of_objective(one),
                "" if one in active else STATES[State[one.state.name]],
            )
            for one in mine
        ],
        proposed=(
            *with_coach,
            *proposed_coaches(proposed, first_name(found[1]) if found else ""),
        ),
        next_question=_next(row, scene) if await scene.has_agreed() else "Switched off",
        rhythm=f"{cadence_in_words(form_slots(row.slots))}, {place(row.zone)} time",
        coach=current,
        can_resume=await scene.has_agreed() and _is_resting(row, scene),
        can_add=len(active) < MOST_ACTIVE,
    )


def _is_resting(row: CadenceRow, scene: Scene) -> bool:
    return row.stopped_at is not None or is_paused(row, scene.now)


def _next(row: CadenceRow, scene: Scene) -> str:
    if row.stopped_at is not None:
        return "Stopped"
    if is_paused(row, scene.now):
        return f"Paused until {day(row.paused_until)}" if row.paused_until else "Paused"
    return day_and_hour(row.next_due_at, row.zone) if row.next_due_at else coming(row)
