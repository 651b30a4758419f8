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
from storage.programmes import names_of, nation_of
from storage.reflections import take_everything_back
from storage.runs import plan_run
from storage.tables import Action, Allowed, CadenceRow, Cohort, NudgeKind

FIRST_WEEK = "onboarding"


async def notice(scene: Scene) -> Message:
    programme = await scene.programme()
    named = await names_of(scene.db, [programme]) if programme else {}
    return agreeing.notice(first_name(scene.someone), scene.place, *named.values())


def not_agreed(*, has_left: bool) -> Message:
    """Without an agreement nothing is taken in; what to say depends on whether there was one."""
    return agreeing.questions_are_off() if has_left else agreeing.not_agreed_yet()


async def agreement_form(scene: Scene) -> Form:
    """The switches as they stand, and what was agreed; all off for a newcomer."""
    consent, agreement = await scene.consent(), await agreement_of(scene.db, scene.someone)
    agreed = (
        agreeing.agreed_before(
            agreement.notice, agreement.agreed_at, scene.someone.timezone, scene.place
        )
        if agreement
        else ()
    )
    if await scene.notice_has_changed():
        agreed = (*agreeing.what_changed(scene.place), *agreed)
    return agreeing.agreement_form(consent.allows if consent else (), agreed=agreed)


async def submit_agreement(scene: Scene, event: Submitted) -> list[Message | Form]:
    on = {allowed for allowed in Allowed if event.values.get(allowed.value)}
    before, consent = await agreement_of(scene.db, scene.someone), await scene.consent()
    if Allowed.QUESTIONS not in on:
        return [await _without_questions(scene, on)]
    if not await scene.programme_is_open():
        return [agreeing.not_open_yet()]
    await agree(scene.db, scene.someone, agreeing.NOTICE_VERSION, on, scene.now)
    scene.record(Action.AGREED, owner=scene.someone.id, detail=_in_words(on))
    if consent and Allowed.TOTALS in consent.allows - on:
        scene.record(Action.LEFT_TOTALS, owner=scene.someone.id)
    if Allowed.SHARING not in on:
        await take_everything_back(scene.db, scene.someone)
    if before is not None:
        return [agreeing.agreement_changed(sharing=Allowed.SHARING in on)]
    return [await _start(scene)]


def _in_words(on: set[Allowed]) -> str:
    return f"{agreeing.NOTICE_VERSION}: {', '.join(sorted(on))}"


async def agree_in_words(scene: Scene) -> list[Message | Form]:
    """Typing "agree" switches on the one permission that is needed, and no other."""
    if await scene.has_agreed() and not await scene.notice_has_changed():
        return [home.offer(FormName.AGREEMENT)]
    if not await scene.programme_is_open():
        return [agreeing.not_open_yet()]
    # Whoever agrees to a changed notice keeps what was switched on before.
    consent = await scene.consent()
    on = {Allowed.QUESTIONS, *(consent.allows if consent else ())}
    await agree(scene.db, scene.someone, agreeing.NOTICE_VERSION, on, scene.now)
    scene.record(Action.AGREED, owner=scene.someone.id, detail=_in_words(on))
    return [await _start(scene)]


async def _without_questions(scene: Scene, on: set[Allowed]) -> Message | Form:
    if not await scene.has_agreed():
        return agreeing.first_is_needed(on)
    await withdraw(scene.db, scene.someone, scene.now)
    scene.record(Action.WITHDREW, owner=scene.someone.id)
    await take_everything_back(scene.db, scene.someone)
    row = await cadence_of(scene.db, scene.someone)
    if row is not None:
        row.next_due_at = row.next_day = None
        scene.db.add(row)
    await cancel_waiting(scene.db, [scene.someone.id], NO_AGREEMENT, scene.now)
    return agreeing.agreement_withdrawn()


async def _start(scene: Scene) -> Message:
    """From now on they are asked, on their cohort's days and hours until they choose their own."""
    row = await cadence_of(scene.db, scene.someone)
    if row is None:
        row = await _first_cadence(scene)
        await plan_run(scene.db, scene.someone, FIRST_WEEK, scene.local_now().date())
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
        row.nation = await nation_of(scene.db, cohort)
    return row
