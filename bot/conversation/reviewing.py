"""A stop to look at an objective. It is closed by the leader's decision, and by nothing else."""

from bot.conversation import objectives as theirs
from bot.conversation.objectives import by_id, in_a_quarter, pressed_on, words_of
from bot.conversation.scene import Scene
from bot.conversation.sitting import go_on
from prompts.composing import objectives, reviewing
from prompts.message import Button, Form, FormName, Message
from prompts.question import Question, Sets
from storage.objectives import GOING_ON
from storage.reflections import reflection_on, to_the_hour
from storage.reviews import REVIEW, record_decision, reviews_of
from storage.rights import Purpose
from storage.runs import asked_in, end_runs_about, find_run, plan_run, runs_about
from storage.tables import (
    Nudge,
    Objective,
    ObjectiveState,
    Outcome,
    Review,
    ReviewDecision,
    RunEnding,
    SequenceRun,
)
from storage.texts import open_text

ENDS = (ReviewDecision.COMPLETE, ReviewDecision.LET_GO)
YOU_ASKED = "You asked to look at your objective again."


async def review(scene: Scene, about: str) -> Message:
    """At once, whatever its day; where it was begun, from where it was left."""
    objective = await pressed_on(scene, about, (ObjectiveState.ACTIVE,))
    if isinstance(objective, Message):
        return objective
    begun = [run for run in await runs_about(scene.db, objective.id) if run.sequence == REVIEW]
    run = begun[0] if begun else await _plan(scene, objective)
    return await go_on(scene, run, YOU_ASKED) or objectives.not_now(objective.id)


async def _plan(scene: Scene, objective: Objective) -> SequenceRun:
    today = scene.local_now().date()
    return await plan_run(scene.db, scene.someone, REVIEW, today, about=objective.id)


async def decide(scene: Scene, nudge: Nudge, words: str) -> None:
    """Decided once more in the same review, the decision is corrected."""
    objective = await by_id(scene, nudge.objective_id)
    if objective is None:
        return
    decision = ReviewDecision(words)
    before = await _decided_in_this(scene, nudge, objective)
    if objective.state not in GOING_ON and (before is None or before.decision not in ENDS):
        # It came to its end in another way since, and stays there.
        return
    if before is None:
        await record_decision(scene.db, objective, decision, scene.now)
    else:
        before.decision = decision
        scene.db.add(before)
        await theirs.go_on_with(scene, objective)
    await _carry_out(scene, objective, decision)
    await end_runs_about(scene.db, [objective.id], RunEnding.FINISHED, scene.now)


async def _decided_in_this(scene: Scene, nudge: Nudge, objective: Objective) -> Review | None:
    run = await find_run(scene.db, scene.someone, nudge.run_id)
    if run is None or run.ended_as is not RunEnding.FINISHED or run.started_at is None:
        return None
    newest = (await reviews_of(scene.db, [objective.id])).get(objective.id, [])
    began = to_the_hour(run.started_at)
    return newest[0] if newest and newest[0].decided_at >= began else None


async def _carry_out(scene: Scene, objective: Objective, decision: ReviewDecision) -> None:
    match decision:
        case ReviewDecision.KEEP | ReviewDecision.REVISE:
            objective.next_review = in_a_quarter(scene)
            scene.db.add(objective)
        case ReviewDecision.COMPLETE:
            await theirs.completed(scene, objective)
        case ReviewDecision.LET_GO:
            await theirs.gone(scene, objective)


async def said_after(scene: Scene, nudge: Nudge) -> list[Message]:
    """What a decision changed."""
    question = scene.bank.questions.get(nudge.question_id)
    objective = await by_id(scene, nudge.objective_id)
    if question is None or question.sets is not Sets.DECISION or objective is None:
        return []
    newest = (await reviews_of(scene.db, [objective.id])).get(objective.id, [])
    return [await _said(scene, nudge, objective, newest[0].decision)] if newest else []


async def _said(
    scene: Scene, nudge: Nudge, objective: Objective, decision: ReviewDecision
) -> Message:
    reader = await scene.reader_of_objective(objective)
    review = objective.next_review or in_a_quarter(scene)
    match decision:
        case ReviewDecision.KEEP:
            return reviewing.kept_as_it_is(objective.id, review, reader)
        case ReviewDecision.REVISE:
            wording = await _wording(scene, nudge)
            about = wording.id if wording else objective.id
            return reviewing.to_be_revised(about, review, reader)
        case ReviewDecision.COMPLETE:
            return objectives.completed(objective.id, reader)
        case ReviewDecision.LET_GO:
            return objectives.let_go(objective.id, reader)


async def form_after(scene: Scene, nudge: Nudge, words: str) -> list[Form]:
    """Whoever revises it has the form before them, with the words of this review."""
    question = scene.bank.questions.get(nudge.question_id)
    if question is None or question.sets is not Sets.DECISION:
        return []
    if words != ReviewDecision.REVISE.value or nudge.objective_id is None:
        return []
    wording = await _wording(scene, nudge)
    form = await theirs.objective_form(scene, str(wording.id if wording else nudge.objective_id))
    return [form] if isinstance(form, Form) else []


async def _wording(scene: Scene, nudge: Nudge) -> Nudge | None:
    """The answer of this review that says how they would put it today."""
    run = await find_run(scene.db, scene.someone, nudge.run_id)
    for one in reversed(await asked_in(scene.db, run)) if run else ():
        question = scene.bank.questions.get(one.question_id)
        if question and question.sets is Sets.WORDING and one.outcome is Outcome.ANSWERED:
            return one
    return None


async def offers(scene: Scene, nudge: Nudge, question: Question) -> tuple[Button, ...]:
    """Other words than those it is put in can become its words."""
    objective = await by_id(scene, nudge.objective_id)
    if question.sets is not Sets.WORDING or objective is None:
        return ()
    kept = await reflection_on(scene.db, nudge)
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    if not words or words.strip() == (await words_of(scene, objective)).strip():
        return ()
    if objective.state is not ObjectiveState.ACTIVE:
        return ()
    return (Button(reviewing.MAKE_IT_THE_WORDING, FormName.OBJECTIVE, str(nudge.id)),)
