"""What an answer makes of the experiment that was asked about, and what comes after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation.scene import Scene
from prompts.choosing import DECIDE, LOOK_BACK
from prompts.composing import experimenting
from prompts.message import Button
from prompts.question import AnswerKind, Question, Stage
from storage.bundles import DAMAGED, Try
from storage.experiments import changed_to, close, find_experiment, let_go, write_of
from storage.focus import ASK_FOR_A_FOCUS
from storage.rights import Purpose
from storage.tables import Decision, Experiment, ExperimentState, Nudge
from storage.texts import open_text

SMALLER, LAST_DELAY = "EX12", "EX13"
# Which part of an experiment the answer to each of these is.
PARTS = {
    LOOK_BACK: "observed",
    "EX7": "surprise",
    "EX8": "other",
    "EX9": "learned",
    "EX11": "delayed_by",
    LAST_DELAY: "delay_told",
}
DECISIONS = {
    "keep going": Decision.KEEP,
    "change it": Decision.CHANGE,
    "stop": Decision.STOP,
}
# What of the experiment is shown beside the box.
BESIDE = {
    LOOK_BACK: ("hypothesis", "expected"),
    "EX7": ("expected", "observed"),
    "EX8": ("action", "observed"),
    "EX9": ("action", "observed"),
    DECIDE: ("action", "observed", "learned"),
    "EX11": ("action",),
    SMALLER: ("action",),
    LAST_DELAY: ("action",),
}
# Here an answer is itself something to try.
TO_BE_TRIED = {"AS2", "WK2"}


@dataclass(frozen=True, slots=True)
class InTheBox:
    """What of an experiment stands where it is asked about; `reader` is the coach who can read it
    too, or empty."""

    action: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    reader: str = ""


async def experiment_of(scene: Scene, nudge: Nudge) -> Experiment | None:
    if nudge.experiment_id is None:
        return None
    return await find_experiment(scene.db, scene.someone, nudge.experiment_id)


async def read_try(scene: Scene, experiment: Experiment) -> Try:
    return Try.read(
        await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, experiment, scene.now)
    )


async def in_the_box(scene: Scene, nudge: Nudge) -> InTheBox:
    experiment = await experiment_of(scene, nudge)
    if experiment is None:
        return InTheBox()
    what = await read_try(scene, experiment)
    parts = BESIDE.get(nudge.question_id, ())
    labelled = ((experimenting.BESIDE[part], str(getattr(what, part))) for part in parts)
    return InTheBox(
        what.action,
        tuple((label, words) for label, words in labelled if words),
        await scene.reader(experiment),
    )


async def take_up(scene: Scene, nudge: Nudge, words: str) -> None:
    """The answer, or its correction, becomes its part of the experiment."""
    experiment = await experiment_of(scene, nudge)
    if experiment is None:
        return
    planned = experiment.state is ExperimentState.PLANNED
    if nudge.question_id == LOOK_BACK and planned:
        experiment.state = ExperimentState.OBSERVED
    if nudge.question_id == DECIDE and words in DECISIONS:
        close(experiment, DECISIONS[words], scene.now)
    if nudge.question_id == LAST_DELAY and planned:
        close(experiment, Decision.LET_GO, scene.now)
    what = await read_try(scene, experiment)
    if what.action == DAMAGED:
        # What cannot be opened is left as it is, for whoever can mend it.
        scene.db.add(experiment)
        return
    await write_of(scene.db, experiment, _with(what, nudge.question_id, words), scene.now)


def _with(what: Try, question_id: str, words: str) -> Try:
    if question_id == SMALLER:
        return replace(what, action=words, before=what.before or what.action)
    part = PARTS.get(question_id)
    return replace(what, **{part: words}) if part else what


async def forget(scene: Scene, nudge: Nudge) -> None:
    """The answer is erased, so its part of the experiment is, too. What was made smaller is as it
    was first put."""
    experiment = await experiment_of(scene, nudge)
    if experiment is None:
        return
    what = await read_try(scene, experiment)
    if nudge.question_id == SMALLER and what.before:
        what = replace(what, action=what.before, before="")
    elif part := PARTS.get(nudge.question_id):
        what = replace(what, **{part: ""})
    if what.action != DAMAGED:
        await write_of(scene.db, experiment, what, scene.now)


async def set_aside(scene: Scene, nudge: Nudge) -> bool:
    """The last question about what was put off three times was skipped: then it is let go."""
    if nudge.question_id != LAST_DELAY:
        return False
    return await _let_go(scene, nudge, (ExperimentState.PLANNED,))


async def is_not_for_them(scene: Scene, nudge: Nudge) -> bool:
    """Whoever does not want to look back on this one is not asked about it again; about the next
    one they are, for they make it themselves."""
    if nudge.question_id not in {LOOK_BACK, DECIDE, LAST_DELAY}:
        return False
    return await _let_go(scene, nudge, (ExperimentState.PLANNED, ExperimentState.OBSERVED))


async def _let_go(scene: Scene, nudge: Nudge, states: Sequence[ExperimentState]) -> bool:
    experiment = await experiment_of(scene, nudge)
    if experiment is None or experiment.state not in states:
        return False
    await scene.db.flush()
    await let_go(scene.db, [experiment.id], scene.now)
    await scene.db.refresh(experiment)
    return True


async def what_comes(
    scene: Scene, nudge: Nudge, question: Question, *, goes_on: bool
) -> tuple[str, tuple[Button, ...], str]:
    """What comes after this answer, in a sentence; the buttons that belong to an experiment; and
    the coach who can read it there, or empty."""
    experiment = await experiment_of(scene, nudge)
    if experiment is None:
        return "", _to_be_made(nudge, question), ""
    says, buttons = await _of_an_experiment(scene, nudge, experiment, goes_on=goes_on)
    path = experimenting.see_path(experiment.id)
    return says, (*buttons, path), await scene.reader(experiment)


def _to_be_made(nudge: Nudge, question: Question) -> tuple[Button, ...]:
    is_chosen = question.answer in {AnswerKind.CHOICE, AnswerKind.SCALE}
    # What somebody wants a session for is no try yet.
    if is_chosen or question.id in ASK_FOR_A_FOCUS:
        return ()
    return (experimenting.make_of(nudge.id, primary=is_to_be_tried(question)),)


def is_to_be_tried(question: Question | None) -> bool:
    """Whether an answer to this says what to try, rather than what may happen."""
    return question is not None and (
        question.stage is Stage.EXPERIMENT or question.id in TO_BE_TRIED
    )


async def _of_an_experiment(
    scene: Scene, nudge: Nudge, experiment: Experiment, *, goes_on: bool
) -> tuple[str, tuple[Button, ...]]:
    match experiment.state, experiment.decision:
        case ExperimentState.PLANNED, _:
            smaller = nudge.question_id == SMALLER
            return experimenting.asked_again_on(experiment.due, smaller=smaller), ()
        case ExperimentState.OBSERVED, _:
            return (experimenting.MORE_TO_ASK if goes_on else experimenting.TO_BE_DECIDED), ()
        case _, Decision.CHANGE:
            if await changed_to(scene.db, experiment) is not None:
                return experimenting.CHANGED, ()
            return experimenting.TO_BE_CHANGED, (experimenting.change_it(experiment.id),)
        case _, Decision.KEEP:
            return experimenting.KEPT_GOING, ()
        case _, Decision.STOP:
            return experimenting.STOPPED, ()
        case _:
            return experimenting.LET_GO, ()
