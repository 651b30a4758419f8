"""A further question, straight after an answer, for whoever wants it. Never pushed."""

from uuid import uuid4

from bot.conversation.scene import Scene
from prompts.choosing import fits_now
from prompts.composing import asking, home
from prompts.message import Message
from prompts.question import AnswerKind, Question
from prompts.sequences import follow_up
from scheduler.facts import history, look_up
from storage.questions import followed_by, latest_question, thread_of
from storage.tables import Nudge, NudgeKind, NudgeState, Outcome

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
    return asking.Onward(label, question.offers)


async def go_deeper(scene: Scene, about: str) -> Message:
    nudge = await _answered(scene, about)
    question = scene.bank.questions.get(nudge.question_id) if nudge else None
    if nudge is None or question is None:
        return home.not_yours() if about else asking.nothing_answered()
    further = await _further(scene, nudge, question)
    if further is None:
        return asking.no_deeper()
    asked = await _asked_after(scene, nudge, further)
    scene.db.add(asked)
    await scene.db.flush()
    return asking.ask(await scene.asked(asked))


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


async def _asked_after(scene: Scene, nudge: Nudge, further: Question) -> Nudge:
    key = uuid4()
    sequence = scene.bank.sequences.get(further.sequence)
    return Nudge(
        id=key,
        workspace_id=nudge.workspace_id,
        member_id=nudge.member_id,
        slot=f"{scene.local_now().date().isoformat()}/after {key}",
        kind=NudgeKind.QUESTION,
        due_at=scene.now,
        ready_at=scene.now,
        expires_at=scene.now,
        state=NudgeState.SENT,
        sent_at=scene.now,
        open_until=await scene.waits_until(),
        question_id=further.id,
        question_version=further.version,
        question_words=further.message,
        reason=sequence.reason if sequence else WENT_DEEPER,
        objective_id=nudge.objective_id,
        follows_id=nudge.id,
        run_id=nudge.run_id,
    )
