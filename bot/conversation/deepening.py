"""A further question, straight after an answer, for whoever wants it. Never pushed."""

from bot.conversation import reviewing, shaping, sitting
from bot.conversation.scene import Scene
from prompts.choosing import fits_now
from prompts.composing import asking, home
from prompts.message import Message
from prompts.question import AnswerKind, Question
from prompts.sequences import follow_up
from scheduler.facts import ABOUT_AN_OBJECTIVE, history, look_up
from storage.questions import followed_by, latest_question, thread_of
from storage.runs import find_run
from storage.tables import Nudge, Outcome

WENT_DEEPER = "You asked to go deeper."
DEEPER = "tapped_go_deeper"


async def onward(scene: Scene, nudge: Nudge, words: str = "") -> asking.Onward:
    """What to offer now that this was answered; `words` are a choice's."""
    question = scene.bank.questions.get(nudge.question_id)
    if question is None:
        return asking.Onward()
    further = await _further(scene, nudge, question, words)
    label = ""
    if further is not None:
        label = asking.NEXT_QUESTION if further.sequence else asking.GO_DEEPER
    about = str(nudge.objective_id) if nudge.objective_id else ""
    more = (
        *await shaping.offers(scene, nudge, question, is_last=further is None),
        *await reviewing.offers(scene, nudge, question),
    )
    return asking.Onward(label, question.offers, about, more)


async def go_deeper(scene: Scene, about: str) -> Message:
    nudge = await _answered(scene, about)
    question = scene.bank.questions.get(nudge.question_id) if nudge else None
    if nudge is None or question is None:
        return home.not_yours() if about else asking.nothing_answered()
    further = await _further(scene, nudge, question)
    if further is None:
        return asking.no_deeper()
    return asking.ask(await scene.asked(await _ask_after(scene, nudge, further)))


async def _answered(scene: Scene, about: str) -> Nudge | None:
    if about == "":
        return await latest_question(scene.db, scene.someone, Outcome.ANSWERED)
    nudge = await scene.question(about)
    return nudge if nudge is not None and nudge.outcome is Outcome.ANSWERED else None


async def _further(
    scene: Scene, nudge: Nudge, question: Question, words: str = ""
) -> Question | None:
    if not question.follow_ups or await followed_by(scene.db, nudge) is not None:
        return None
    if await _is_over(scene, nudge, question):
        return None
    facts = await look_up(scene.db, [nudge], scene.now)
    told = history(scene.someone.id, facts, scene.now)
    thread = await thread_of(scene.db, nudge)
    local = scene.local_now()
    choice = f"choice={words}" if question.answer is AnswerKind.CHOICE else ""
    for fact in (choice, "answered", DEEPER):
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
    )
