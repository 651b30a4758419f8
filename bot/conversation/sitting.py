"""A sequence taken at one sitting: its next step at once, because the leader wants to go on."""

from uuid import UUID, uuid4

from bot.conversation.scene import Scene
from prompts.choosing import fits_now
from prompts.composing import asking
from prompts.message import Message
from prompts.question import Question, Sets
from prompts.sequences import belongs_now
from scheduler.facts import history, look_up_people
from storage.runs import asked_in, mark_started, take_up_now
from storage.tables import Nudge, NudgeKind, NudgeState, Outcome, SequenceRun


async def go_on(scene: Scene, run: SequenceRun, reason: str) -> Message | None:
    """The step that stands open, or the next that fits; None where there is none."""
    asked = await asked_in(scene.db, run)
    if asked and asked[-1].closed_at is None:
        return asking.ask(await scene.asked(asked[-1]))
    step = await _next(scene, run, asked)
    if step is None:
        return None
    await take_up_now(scene.db, run)
    await mark_started(scene.db, {run.id}, scene.now)
    nudge = await put(scene, step, reason, objective_id=run.about, run_id=run.id)
    return asking.ask(await scene.asked(nudge))


async def _next(scene: Scene, run: SequenceRun, asked: list[Nudge]) -> Question | None:
    steps = scene.bank.sequences[run.sequence].steps
    if not asked:
        # Asked for by name, so nothing is weighed.
        return steps[0]
    if not any(_is_answered(one, steps[0]) for one in asked):
        return steps[0]
    order = [step.id for step in steps]
    reached = max(order.index(one.question_id) for one in asked if one.question_id in order)
    facts = await look_up_people(scene.db, {scene.someone.id}, set(), scene.now)
    told, local = history(scene.someone.id, facts, scene.now), scene.local_now()
    for step in steps[reached + 1 :]:
        if belongs_now(step, run.id, told) and fits_now(step, scene.bank, told, local):
            return step
    return _undecided(steps[-1], asked)


def _undecided(last: Question, asked: list[Nudge]) -> Question | None:
    """A decision is asked for until there is one."""
    decided = any(_is_answered(one, last) for one in asked)
    return last if last.sets is Sets.DECISION and not decided else None


def _is_answered(nudge: Nudge, step: Question) -> bool:
    return nudge.question_id == step.id and nudge.outcome is Outcome.ANSWERED


async def put(
    scene: Scene,
    question: Question,
    reason: str,
    *,
    objective_id: UUID | None = None,
    run_id: UUID | None = None,
    follows_id: UUID | None = None,
    experiment_id: UUID | None = None,
) -> Nudge:
    """Asked at this moment, beside whatever the day's own question is."""
    key = uuid4()
    nudge = Nudge(
        id=key,
        workspace_id=scene.someone.workspace_id,
        member_id=scene.someone.id,
        slot=f"{scene.local_now().date().isoformat()}/after {key}",
        kind=NudgeKind.QUESTION,
        due_at=scene.now,
        ready_at=scene.now,
        expires_at=scene.now,
        state=NudgeState.SENT,
        sent_at=scene.now,
        open_until=await scene.waits_until(),
        question_id=question.id,
        question_version=question.version,
        question_words=question.message,
        reason=reason,
        objective_id=objective_id,
        follows_id=follows_id,
        run_id=run_id,
        experiment_id=experiment_id,
    )
    scene.db.add(nudge)
    await scene.db.flush()
    return nudge
