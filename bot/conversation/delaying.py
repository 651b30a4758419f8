"""It has not happened yet: another day, twice; looking back at once; or letting it go."""

from datetime import timedelta

from bot.conversation import deepening, experimenting, looking_back
from bot.conversation.answering import ask_as_todays, asked_for
from bot.conversation.events import Submitted
from bot.conversation.pacing import still_open
from bot.conversation.scene import Scene, read_id
from prompts.choosing import DECIDE, LOOK_BACK, MOST_DELAYS
from prompts.composing import agreeing, asking, home
from prompts.composing import experimenting as words
from prompts.message import Form, Message
from storage.experiments import close as close_experiment
from storage.experiments import find_experiment, move, open_experiments
from storage.questions import close, close_about
from storage.tables import Decision, Experiment, ExperimentState, Nudge, Outcome

PUT_OFF_BY = timedelta(days=7)
BY_HAND = "You asked to look back on it."


async def waits_for_look_back(scene: Scene) -> bool:
    """Whether “not yet” would be heard as more than an answer."""
    nudge = await scene.open_question()
    return nudge is not None and _looks_back(nudge)


def _looks_back(nudge: Nudge) -> bool:
    return nudge.question_id == LOOK_BACK and nudge.experiment_id is not None


async def not_yet(scene: Scene, about: str) -> list[Message | Form]:
    nudge = await still_open(scene, about)
    if isinstance(nudge, Message):
        return [nudge]
    if not _looks_back(nudge):
        return [home.not_yours()]
    asked = await scene.asked(nudge)
    experiment = await looking_back.experiment_of(scene, nudge)
    close(nudge, Outcome.NOT_YET, scene.now)
    scene.db.add(nudge)
    if experiment is None or experiment.state is not ExperimentState.PLANNED:
        return [asking.closed(asked)]
    experiment.delays += 1
    today = scene.local_now().date()
    experiment.due = today + (PUT_OFF_BY if experiment.delays < MOST_DELAYS else timedelta())
    move(experiment, scene.now)
    scene.db.add(experiment)
    await scene.db.flush()
    fact = f"experiment.delays={min(experiment.delays, MOST_DELAYS)}"
    further = await deepening.ask_straight_after(scene, nudge, fact)
    more = [further] if further else []
    if experiment.delays < MOST_DELAYS:
        return [words.put_off(asked, experiment.id, experiment.due), *more]
    if further is None:
        _let_go(scene, experiment)
        return [words.let_go_here(asked)]
    return [words.put_off_for_good(asked, experiment.id), further]


def _let_go(scene: Scene, experiment: Experiment) -> None:
    seen = experiment.state is ExperimentState.OBSERVED
    close_experiment(experiment, Decision.STOP if seen else Decision.LET_GO, scene.now)
    move(experiment, scene.now)
    scene.db.add(experiment)


async def _meant(scene: Scene, about: str) -> Experiment | Message:
    """Typed words name none, and mean the only open one there is."""
    theirs = (await open_experiments(scene.db, [scene.someone.id])).get(scene.someone.id, [])
    if about == "":
        return theirs[0] if len(theirs) == 1 else words.none_open()
    key = read_id(about)
    experiment = await find_experiment(scene.db, scene.someone, key) if key else None
    if experiment is None:
        return home.not_yours()
    return experiment if experiment.state is not ExperimentState.CLOSED else words.not_open()


async def let_it_go(scene: Scene, about: str) -> Message:
    experiment = await _meant(scene, about)
    if isinstance(experiment, Message):
        return experiment
    observed = experiment.state is ExperimentState.OBSERVED
    _let_go(scene, experiment)
    await close_about(scene.db, scene.someone, experiment.id, scene.now)
    return words.ended_by_hand(experiment.id, observed=observed)


async def day_form(scene: Scene, about: str) -> Form | Message:
    experiment = await _planned(scene, about)
    if isinstance(experiment, Message):
        return experiment
    what = await looking_back.read_try(scene, experiment)
    return words.day_form(experiment.id, what.action, experiment.due.isoformat())


async def submit_day(scene: Scene, event: Submitted) -> list[Message | Form]:
    experiment = await _planned(scene, event.about)
    if isinstance(experiment, Message):
        return [experiment]
    typed = "".join(event.values.get("due", ())).strip()
    due = experimenting.read_due(typed)
    if due is None or not experimenting.is_near_enough(scene, due):
        what = await looking_back.read_try(scene, experiment)
        return [words.day_form(experiment.id, what.action, typed, words.not_a_day())]
    experiment.due = due
    move(experiment, scene.now)
    scene.db.add(experiment)
    return [words.day_changed(experiment.id, due, asks=await experimenting.is_asked(scene))]


async def _planned(scene: Scene, about: str) -> Experiment | Message:
    experiment = await _meant(scene, about)
    if isinstance(experiment, Message):
        return experiment
    if experiment.state is not ExperimentState.PLANNED:
        return words.not_open()
    return experiment if experiment.delays < MOST_DELAYS else words.no_new_day()


async def look_back_now(scene: Scene, about: str) -> Message:
    """Because they want to, whatever the day is: what happened, or what comes of it."""
    if await scene.notice_has_changed():
        return agreeing.notice_changed()
    experiment = await _meant(scene, about)
    if isinstance(experiment, Message):
        return experiment
    planned = experiment.state is ExperimentState.PLANNED
    question = scene.bank.questions.get(LOOK_BACK if planned else DECIDE)
    if question is None:
        return words.none_open()
    standing_open = await scene.open_question()
    if (
        standing_open is not None
        and standing_open.experiment_id == experiment.id
        and standing_open.question_id == question.id
    ):
        return asking.ask(await scene.asked(standing_open))
    if planned:
        experiment.due = min(experiment.due, scene.local_now().date())
        scene.db.add(experiment)
    nudge = await asked_for(scene)
    nudge.question_id, nudge.question_version = question.id, question.version
    nudge.question_words, nudge.reason = question.message, BY_HAND
    nudge.objective_id, nudge.experiment_id = experiment.objective_id, experiment.id
    return await ask_as_todays(scene, nudge)
