"""A further question, straight after an answer, for whoever wants it. Never pushed."""

from collections.abc import Sequence

from bot.conversation import looking_back, reviewing, shaping, sitting
from bot.conversation.scene import Scene
from prompts.choosing import fits_now
from prompts.composing import asking, home
from prompts.message import Message
from prompts.question import AnswerKind, Question
from prompts.sequences import follow_up
from scheduler.facts import ABOUT_AN_OBJECTIVE, history, look_up
from storage.questions import followed_by, latest_question, thread_of
from storage.runs import find_run
from storage.tables import ExperimentState, Nudge, Outcome

WENT_DEEPER = "You asked to go deeper."
DEEPER = "tapped_go_deeper"


async def onward(scene: Scene, nudge: Nudge, words: str = "") -> asking.Onward:
    """What to offer now that this was answered; `words` are a choice's."""
    question = scene.bank.questions.get(nudge.question_id)
    if question is None:
        return asking.Onward()
    further = await _further(scene, nudge, question, await _facts(scene, nudge, question, words))
    label = ""
    if further is not None:
        label = asking.NEXT_QUESTION if further.sequence else asking.GO_DEEPER
    about = str(nudge.objective_id) if nudge.objective_id else ""
    says, trying, reader = await looking_back.what_comes(
        scene, nudge, question, goes_on=further is not None
    )
    more = (
        *trying,
        *await shaping.offers(scene, nudge, question, is_last=further is None),
        *await reviewing.offers(scene, nudge, question),
    )
    return asking.Onward(label, question.offers, about, more, says, reader)


async def go_deeper(scene: Scene, about: str) -> Message:
    nudge = await _answered(scene, about)
    question = scene.bank.questions.get(nudge.question_id) if nudge else None
    if nudge is None or question is None:
        return home.not_yours() if about else asking.nothing_answered()
    further = await _further(scene, nudge, question, await _facts(scene, nudge, question))
    if further is None:
        return asking.no_deeper()
    return asking.ask(await scene.asked(await _ask_after(scene, nudge, further)))


async def ask_straight_after(scene: Scene, nudge: Nudge, fact: str) -> Message | None:
    """What follows in the same thread now that this holds, if anything fits today."""
    question = scene.bank.questions.get(nudge.question_id)
    further = await _further(scene, nudge, question, [fact]) if question else None
    if further is None:
        return None
    return asking.ask(await scene.asked(await _ask_after(scene, nudge, further)))


async def _answered(scene: Scene, about: str) -> Nudge | None:
    if about == "":
        return await latest_question(scene.db, scene.someone, Outcome.ANSWERED)
    nudge = await scene.question(about)
    return nudge if nudge is not None and nudge.outcome is Outcome.ANSWERED else None


async def _facts(scene: Scene, nudge: Nudge, question: Question, words: str = "") -> list[str]:
    """What holds of an answered question, in the order in which it leads on."""
    experiment = await looking_back.experiment_of(scene, nudge)
    if experiment is not None and experiment.state is ExperimentState.CLOSED:
        return []
    choice = f"choice={words}" if question.answer is AnswerKind.CHOICE else ""
    state = f"experiment.state={experiment.state.value}" if experiment else ""
    return [choice, state, "answered", DEEPER]


async def _further(
    scene: Scene, nudge: Nudge, question: Question, facts: Sequence[str]
) -> Question | None:
    if not question.follow_ups or await followed_by(scene.db, nudge) is not None:
        return None
    if await _is_over(scene, nudge, question):
        return None
    known = await look_up(scene.db, [nudge], scene.now)
    told = history(scene.someone.id, known, scene.now)
    thread = await thread_of(scene.db, nudge)
    local = scene.local_now()
    for fact in facts:
        further = follow_up(
            question,
            fact,
            scene.bank.questions,
            thread,
            lambda one: fits_now(one, scene.bank, told, local),
        )
        if further is not None:
            return further
    return None


async def _is_over(scene: Scene, nudge: Nudge, question: Question) -> bool:
    """Nothing more is asked of an objective that is in use now, parked, or at its end."""
    if question.sequence not in ABOUT_AN_OBJECTIVE:
        return False
    run = await find_run(scene.db, scene.someone, nudge.run_id)
    return run is None or run.ended_at is not None


async def _ask_after(scene: Scene, nudge: Nudge, further: Question) -> Nudge:
    sequence = scene.bank.sequences.get(further.sequence)
    same = sequence is not None and nudge.run_id is not None
    return await sitting.put(
        scene,
        further,
        # Within a sequence the reason is that of the step before.
        nudge.reason if same else sequence.reason if sequence else WENT_DEEPER,
        objective_id=nudge.objective_id,
        run_id=nudge.run_id,
        follows_id=nudge.id,
        experiment_id=nudge.experiment_id,
    )
