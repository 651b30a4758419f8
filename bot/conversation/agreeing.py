"""From the notice to the agreement. Nothing is asked or stored before it."""

from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, coming, first_name
from prompts.composing import agreeing, home
from prompts.message import Form, FormName, Message
from scheduler.planning import replan
from scheduler.writing import NO_AGREEMENT
from storage.agreements import agree, agreement_of, withdraw
from storage.cadences import cadence_of
from storage.nudges import cancel_waiting
from storage.objectives import objectives_of
from storage.reflections import take_everything_back
from storage.tables import Allowed, CadenceRow, Cohort, NudgeKind


def notice(scene: Scene) -> Message:
    return agreeing.notice(first_name(scene.someone), scene.place)


def not_agreed(*, has_left: bool) -> Message:
    """Without an agreement nothing is taken in; what to say depends on whether there was one."""
    return agreeing.questions_are_off() if has_left else agreeing.not_agreed_yet()


async def agreement_form(scene: Scene) -> Form:
    """The switches as they stand; all off for a newcomer."""
    consent = await scene.consent()
    return agreeing.agreement_form(consent.allows if consent else ())


async def submit_agreement(scene: Scene, event: Submitted) -> list[Message | Form]:
    on = {allowed for allowed in Allowed if event.values.get(allowed.value)}
    before = await agreement_of(scene.db, scene.someone)
    if Allowed.QUESTIONS not in on:
        return [await _without_questions(scene, on)]
    await agree(scene.db, scene.someone, agreeing.NOTICE_VERSION, on, scene.now)
    if Allowed.SHARING not in on:
        await take_everything_back(scene.db, scene.someone)
    if before is not None:
        return [agreeing.agreement_changed(sharing=Allowed.SHARING in on)]
    return [await _start(scene)]


async def agree_in_words(scene: Scene) -> list[Message | Form]:
    """Typing "agree" switches on the one permission that is needed, and no other."""
    if await scene.has_agreed():
        return [home.offer(FormName.AGREEMENT)]
    await agree(scene.db, scene.someone, agreeing.NOTICE_VERSION, {Allowed.QUESTIONS}, scene.now)
    return [await _start(scene)]


async def _without_questions(scene: Scene, on: set[Allowed]) -> Message | Form:
    if not await scene.has_agreed():
        return agreeing.first_is_needed(on)
    await withdraw(scene.db, scene.someone, scene.now)
    await take_everything_back(scene.db, scene.someone)
    row = await cadence_of(scene.db, scene.someone)
    if row is not None:
        row.next_due_at = row.next_day = None
        scene.db.add(row)
    await cancel_waiting(scene.db, [scene.someone.id], NO_AGREEMENT, scene.now)
    return agreeing.agreement_withdrawn()


async def _start(scene: Scene) -> Message:
    """From now on they are asked, on their cohort's days and hours until they choose their own."""
    row = await cadence_of(scene.db, scene.someone) or await _first_cadence(scene)
    row.stopped_at = row.paused_at = row.paused_until = None
    scene.db.add(row)
    await scene.db.flush()
    await replan(scene.db, row, scene.now)
    mine = await objectives_of(scene.db, scene.someone)
    return agreeing.agreed_again(coming(row)) if mine else agreeing.agreed(coming(row))


async def _first_cadence(scene: Scene) -> CadenceRow:
    cohort_id = scene.someone.cohort_id
    cohort = await scene.db.get(Cohort, cohort_id) if cohort_id else None
    row = CadenceRow(
        member_id=scene.someone.id,
        kind=NudgeKind.QUESTION,
        workspace_id=scene.someone.workspace_id,
        slots=cohort.slots if cohort else "tue 12:00, thu 16:00",
        zone=scene.someone.timezone,
    )
    if cohort:
        row.earliest, row.latest = cohort.earliest, cohort.latest
    return row
