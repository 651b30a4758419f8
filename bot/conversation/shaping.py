"""An objective is shaped by questions, in one sitting or over a week. Each answer sets its part;
as long as it is being shaped, correcting the answer corrects the part."""

from bot.conversation.objectives import by_id, in_a_quarter, objective_named
from bot.conversation.rating import levels_of
from bot.conversation.scene import Scene
from bot.conversation.sitting import go_on
from prompts.composing import home, objectives
from prompts.composing.rating import LONGEST_LEVEL
from prompts.message import Button, FormName, Message
from prompts.question import Question, Sets
from storage.bundles import Levels
from storage.objectives import change_objective, set_objective
from storage.ratings import draft_levels
from storage.reflections import reflection_on
from storage.runs import asked_in, find_run, open_runs, plan_run, runs_about
from storage.tables import Nudge, ObjectiveState, Outcome, SequenceRun

SHAPING = "objective"
# Each holds as much as its part: the objective's own words, or a level's.
LONGEST = {
    Sets.OBJECTIVE: objectives.LONGEST,
    Sets.ENOUGH: LONGEST_LEVEL,
    Sets.MORE: LONGEST_LEVEL,
    Sets.START: LONGEST_LEVEL,
}


async def shape(scene: Scene, about: str) -> Message:
    """Its next question; where none is named, that of the one begun last, or the first of a new
    one."""
    if about == "":
        return await _begun_last(scene) or await _new(scene)
    objective = await objective_named(scene, about)
    if objective is None:
        return home.not_yours()
    if objective.state is not ObjectiveState.SHAPING:
        return objectives.not_now(objective.id)
    for run in await runs_about(scene.db, objective.id):
        if (asked := await go_on(scene, run, _reason(scene))) is not None:
            return asked
    return objectives.shaped_so_far(objective.id, await scene.reader_of_objective(objective))


async def _begun_last(scene: Scene) -> Message | None:
    theirs = (await open_runs(scene.db, [scene.someone.id])).get(scene.someone.id, [])
    begun = [run for run in theirs if run.sequence == SHAPING]
    return await go_on(scene, begun[-1], _reason(scene)) if begun else None


async def _new(scene: Scene) -> Message:
    today = scene.local_now().date()
    run = await plan_run(scene.db, scene.someone, SHAPING, today)
    return await go_on(scene, run, _reason(scene)) or home.not_yours()


def _reason(scene: Scene) -> str:
    return scene.bank.sequences[SHAPING].reason


def longest(question: Question | None) -> int | None:
    """How much an answer may hold that becomes a part of an objective; None: as any other."""
    return LONGEST.get(question.sets) if question and question.sets else None


async def take(scene: Scene, nudge: Nudge, part: Sets, words: str) -> None:
    run = await find_run(scene.db, scene.someone, nudge.run_id)
    if run is None:
        return
    if part is Sets.OBJECTIVE:
        await _put_in_words(scene, nudge, run, words)
        return
    objective = await by_id(scene, nudge.objective_id)
    if objective is None or objective.state is not ObjectiveState.SHAPING:
        return
    if part is Sets.DRAFT and not await _is_still_a_draft(scene, run, words):
        return
    levels = _with(await levels_of(scene, objective), part, words)
    await draft_levels(scene.db, objective, levels, scene.now)


def _with(levels: Levels, part: Sets, words: str) -> Levels:
    match part:
        case Sets.DRAFT | Sets.ENOUGH:
            return Levels({**levels.words, 0: words}, levels.start)
        case Sets.MORE:
            return Levels({**levels.words, 1: words}, levels.start)
        case _:
            # Where somebody starts from is usually one level below what they want.
            return Levels({**levels.words, -1: words}, -1)


async def _is_still_a_draft(scene: Scene, run: SequenceRun, words: str) -> bool:
    """What would be seen stands for level 0 until that is asked for by itself."""
    for one in await asked_in(scene.db, run):
        question = scene.bank.questions.get(one.question_id)
        if question and question.sets is Sets.ENOUGH and one.outcome is Outcome.ANSWERED:
            return False
    return len(words) <= LONGEST_LEVEL


async def _put_in_words(scene: Scene, nudge: Nudge, run: SequenceRun, words: str) -> None:
    """The first answer makes the objective; corrected, it is how the objective is put."""
    if run.about is not None:
        objective = await by_id(scene, run.about)
        if objective is not None and objective.state is ObjectiveState.SHAPING:
            await change_objective(scene.db, objective, words, objective.themes.split())
        return
    objective = await set_objective(
        *(scene.db, scene.someone, words, (), scene.now),
        state=ObjectiveState.SHAPING,
        next_review=in_a_quarter(scene),
    )
    run.about = nudge.objective_id = objective.id
    scene.db.add_all([run, nudge])
    if (kept := await reflection_on(scene.db, nudge)) is not None:
        kept.objective_id = objective.id
        scene.db.add(kept)
    await scene.db.flush()


async def offers(
    scene: Scene, nudge: Nudge, question: Question, *, is_last: bool
) -> tuple[Button, ...]:
    """After the last answer there is something to use."""
    if question.sequence != SHAPING or not is_last:
        return ()
    objective = await by_id(scene, nudge.objective_id)
    if objective is None or objective.state is not ObjectiveState.SHAPING:
        return ()
    return (Button(objectives.AS_IT_IS, FormName.OBJECTIVE, str(objective.id)),)
