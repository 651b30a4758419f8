"""A leader makes an experiment, of an answer or of nothing yet, and puts it another way."""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from bot.conversation import looking_back, supporting
from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, read_id
from bot.conversation.wording import problem_with
from prompts.choosing import MOST_DELAYS
from prompts.composing import asking, experimenting, home
from prompts.composing.experimenting import FIELDS, LATEST, NONE_OF_THESE, SOONEST, Draft
from prompts.message import Form, Message
from scheduler.planning import is_paused
from storage.bundles import Try
from storage.cadences import cadence_of
from storage.experiments import (
    MOST_OPEN,
    changed_to,
    find_experiment,
    made_from,
    open_experiments,
    set_experiment,
    write_of,
)
from storage.objectives import objectives_of
from storage.questions import find_nudge
from storage.reflections import reflection_on
from storage.rights import Purpose
from storage.tables import Action, Decision, Experiment, ExperimentState, Outcome
from storage.texts import open_text, open_texts

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Start:
    """What a form is opened on: nothing, an answer, an open one to be put another way, or one that
    was decided to be changed."""

    draft: Draft
    title: str = "An experiment of yours"
    edits: Experiment | None = None
    follows: Experiment | None = None
    reflection: UUID | None = None


async def experiment_form(scene: Scene, about: str) -> Form | Message:
    start = await _start(scene, about)
    if isinstance(start, Message):
        return start
    if start.edits is None and await _open_count(scene) >= MOST_OPEN:
        return experimenting.enough_experiments(MOST_OPEN)
    return await _form(scene, about, start, start.draft)


async def _form(
    scene: Scene, about: str, start: _Start, draft: Draft, errors: dict[str, str] | None = None
) -> Form:
    mine = await objectives_of(scene.db, scene.someone)
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, mine, scene.now)
    edits = start.edits
    return experimenting.experiment_form(
        scene.bank,
        draft,
        [(one.id, words[one.id]) for one in mine],
        about=about,
        title=start.title,
        reader=await scene.reader(edits) if edits else "",
        errors=errors,
        basis=str(edits.moves) if edits else "",
    )


async def _start(scene: Scene, about: str) -> _Start | Message:
    if not about:
        return _Start(Draft({}, _in_a_week(scene)))
    key = read_id(about)
    if key is None:
        return home.not_yours()
    experiment = await find_experiment(scene.db, scene.someone, key)
    if experiment is not None:
        return await _of_experiment(scene, experiment)
    return await _of_answer(scene, key)


def _in_a_week(scene: Scene) -> str:
    return (scene.local_now().date() + A_WEEK).isoformat()


async def _of_experiment(scene: Scene, experiment: Experiment) -> _Start | Message:
    what = await looking_back.read_try(scene, experiment)
    parts = {name: said for name, said in asdict(what).items() if name in FIELDS}
    objective = str(experiment.objective_id or "")
    if experiment.state is ExperimentState.PLANNED:
        draft = Draft(parts, experiment.due.isoformat(), objective)
        return _Start(draft, "Change your experiment", edits=experiment)
    if experiment.decision is not Decision.CHANGE:
        return experimenting.not_open()
    if await changed_to(scene.db, experiment) is not None:
        return experimenting.not_open()
    draft = Draft(parts, _in_a_week(scene), objective)
    return _Start(draft, "What you will try instead", follows=experiment)


async def _of_answer(scene: Scene, key: UUID) -> _Start | Message:
    """Where the question asked for something to try, the answer is what they will try; elsewhere
    it is a hunch."""
    nudge = await find_nudge(scene.db, scene.someone, key)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if nudge is None or kept is None or nudge.outcome is not Outcome.ANSWERED:
        return home.not_yours()
    made = await made_from(scene.db, scene.someone, kept.id)
    if made is not None:
        return await _of_experiment(scene, made)
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    question = scene.bank.questions.get(nudge.question_id)
    part = "action" if looking_back.is_to_be_tried(question) else "hypothesis"
    draft = Draft({part: words}, _in_a_week(scene), str(kept.objective_id or ""))
    return _Start(draft, "Make this an experiment", reflection=kept.id)


async def _open_count(scene: Scene) -> int:
    theirs = await open_experiments(scene.db, [scene.someone.id])
    return len(theirs.get(scene.someone.id, ()))


async def submit_experiment(scene: Scene, event: Submitted) -> list[Message | Form]:
    start = await _start(scene, event.about)
    if isinstance(start, Message):
        return [start]
    typed = _typed(event)
    due = read_due(typed.due)
    errors = await _problems(scene, start, typed, due)
    if start.edits is not None and event.basis != str(start.edits.moves):
        errors["form"] = asking.CHANGED_SINCE
    if start.edits is None and await _open_count(scene) >= MOST_OPEN:
        errors["form"] = experimenting.enough_open(MOST_OPEN)
    if errors or due is None:
        return [await _form(scene, event.about, start, typed, errors)]
    kept = await _keep(scene, start, typed, due)
    card = await supporting.card_if_heard(scene, "\n".join(typed.parts.values()))
    said = experimenting.experiment_kept(
        kept.id,
        due,
        await scene.reader(kept),
        asks=await is_asked(scene),
        new=start.edits is None,
    )
    return [said, *card]


def _typed(event: Submitted) -> Draft:
    def said(name: str) -> str:
        return "".join(event.values.get(name, ()))

    return Draft({name: said(name) for name in FIELDS}, said("due").strip(), said("objective"))


def read_due(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def is_near_enough(scene: Scene, due: date) -> bool:
    return SOONEST <= (due - scene.local_now().date()).days <= LATEST


async def _problems(scene: Scene, start: _Start, typed: Draft, due: date | None) -> dict[str, str]:
    problems = {
        name: problem
        for name, words in typed.parts.items()
        if (words.strip() or name == "action") and (problem := problem_with(words))
    }
    stays = start.edits is not None and start.edits.due == due
    if start.edits is not None and start.edits.delays >= MOST_DELAYS and not stays:
        problems["due"] = experimenting.NO_NEW_DAY
    elif due is None or not (stays or is_near_enough(scene, due)):
        problems["due"] = experimenting.not_a_day()
    mine = {str(one.id) for one in await objectives_of(scene.db, scene.someone)}
    if typed.objective not in {"", NONE_OF_THESE, *mine}:
        problems["objective"] = "This one is not on the list any more. Choose again."
    return problems


async def _keep(scene: Scene, start: _Start, typed: Draft, due: date) -> Experiment:
    parts = {name: said for name, said in typed.parts.items() if said.strip() or name == "action"}
    objective_id = read_id(typed.objective)
    if start.edits is None:
        return await set_experiment(
            scene.db,
            scene.someone,
            Try(**parts),
            due,
            scene.now,
            objective_id=objective_id,
            reflection_id=start.reflection,
            follows_id=start.follows.id if start.follows else None,
        )
    before = await looking_back.read_try(scene, start.edits)
    changed = replace(before, **{**dict.fromkeys(FIELDS, ""), **parts})
    start.edits.due, start.edits.objective_id = due, objective_id
    await write_of(scene.db, start.edits, changed, scene.now)
    scene.record(Action.CORRECTED, owner=scene.someone.id, about=start.edits.id)
    return start.edits


async def is_asked(scene: Scene) -> bool:
    """Whether questions come to them at present."""
    row = await cadence_of(scene.db, scene.someone)
    return row is not None and row.stopped_at is None and not is_paused(row, scene.now)


async def offer(scene: Scene) -> Message:
    """Typed words: a new one, or one of the newest answer."""
    nudge = await scene.question("")
    has_answer = nudge is not None and nudge.outcome is Outcome.ANSWERED
    of_answer = has_answer and nudge is not None and nudge.experiment_id is None
    return experimenting.offer_to_make(nudge.id if nudge and of_answer else None)
