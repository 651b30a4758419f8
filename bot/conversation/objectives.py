"""What a leader wants to be different: set, put another way, parked, and brought to its end."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from bot.conversation import supporting
from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, coming, read_id
from bot.conversation.wording import problem_with
from prompts.composing import home, objectives
from prompts.composing.objectives import Draft
from prompts.message import Form, Message
from prompts.question import Sets
from storage.cadences import cadence_of
from storage.objectives import (
    GOING_ON,
    MOST_ACTIVE,
    all_objectives,
    change_objective,
    find_objective,
    going_on,
    keep_version,
    objectives_of,
    set_objective,
)
from storage.questions import find_nudge
from storage.reflections import reflection_on
from storage.rights import Purpose
from storage.runs import end_runs_about
from storage.tables import Action, Nudge, Objective, ObjectiveState, RunEnding, Whose
from storage.texts import open_text

MOST_THEMES = 3
A_QUARTER = timedelta(weeks=13)
SOONEST, LATEST = timedelta(weeks=4), timedelta(weeks=52)


async def objective_form(scene: Scene, about: str) -> Form | Message:
    """A new one; one of theirs, to be put another way; or, by the answer of a review that says how
    they would put it today, that one in those words."""
    if not about:
        if len(await objectives_of(scene.db, scene.someone)) >= MOST_ACTIVE:
            return objectives.enough_objectives(MOST_ACTIVE)
        draft = Draft(review=in_a_quarter(scene).isoformat())
        return await _form(scene, draft, None)
    objective, new_words = await _objective_and_words(scene, about)
    if objective is None:
        return home.not_yours()
    if objective.state not in GOING_ON:
        return objectives.has_ended()
    draft = Draft(
        new_words or await words_of(scene, objective),
        objective.themes.split(),
        objective.whose.value if objective.whose else "",
        (objective.next_review or in_a_quarter(scene)).isoformat(),
    )
    return await _form(scene, draft, objective)


async def _form(scene: Scene, draft: Draft, objective: Objective | None) -> Form:
    if objective is None:
        return objectives.objective_form(draft, reader=await scene.reader_of_titles())
    reader = await scene.reader_of_objective(objective)
    return objectives.objective_form(draft, _title(objective), str(objective.id), reader)


def _title(objective: Objective) -> str:
    is_draft = objective.state is ObjectiveState.SHAPING
    return objectives.AS_IT_IS if is_draft else objectives.ANOTHER_WAY


def in_a_quarter(scene: Scene) -> date:
    return scene.local_now().date() + A_QUARTER


async def words_of(scene: Scene, objective: Objective) -> str:
    return await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, objective, scene.now)


async def _objective_and_words(scene: Scene, about: str) -> tuple[Objective | None, str]:
    """With the words that an answer has for it, where the answer is what is named."""
    objective = await objective_named(scene, about)
    key = read_id(about)
    if objective is not None or key is None:
        return objective, ""
    nudge = await find_nudge(scene.db, scene.someone, key)
    if nudge is None or nudge.objective_id is None or not _asks_for_words(scene, nudge):
        return None, ""
    kept = await reflection_on(scene.db, nudge)
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    return await find_objective(scene.db, scene.someone, nudge.objective_id), words


def _asks_for_words(scene: Scene, nudge: Nudge) -> bool:
    question = scene.bank.questions.get(nudge.question_id)
    return question is not None and question.sets is Sets.WORDING


async def submit_objective(scene: Scene, event: Submitted) -> list[Message | Form]:
    objective, _ = await _objective_and_words(scene, event.about)
    if event.about and objective is None:
        return [home.not_yours()]
    if objective is not None and objective.state not in GOING_ON:
        return [objectives.has_ended()]
    draft, review = _read(scene, event, objective)
    if any(draft.errors.values()) or review is None:
        return [await _form(scene, draft, objective)]
    if objective is None:
        said = await _set(scene, draft, review)
    else:
        said = await _change(scene, objective, draft, review)
    return [said, *await supporting.card_if_heard(scene, draft.words)]


def _read(scene: Scene, event: Submitted, objective: Objective | None) -> tuple[Draft, date | None]:
    """What was typed, with what stands against it; the day, where it is one."""
    words = "".join(event.values.get("words", ()))
    themes = tuple(dict.fromkeys(event.values.get("themes", ())))
    whose = "".join(event.values.get("whose", ())).strip()
    typed = "".join(event.values.get("review", ())).strip()
    known = objective.next_review if objective else None
    review = _day(typed) if typed else known or in_a_quarter(scene)
    errors = {
        "words": problem_with(words, objectives.LONGEST),
        "themes": _problem_with_themes(themes),
        "whose": _problem_with_whose(whose),
        "review": "" if review == known else _problem_with_review(scene, review),
    }
    return Draft(words, themes, whose, typed, errors), review


async def _set(scene: Scene, draft: Draft, review: date) -> Message:
    already = len(await objectives_of(scene.db, scene.someone))
    if already >= MOST_ACTIVE:
        return objectives.enough_objectives(MOST_ACTIVE)
    await set_objective(
        *(scene.db, scene.someone, draft.words, tuple(draft.themes), scene.now),
        whose=Whose(draft.whose) if draft.whose else None,
        next_review=review,
    )
    return await _kept(scene, already + 1)


async def _kept(scene: Scene, count: int, reader: str = "") -> Message:
    row = await cadence_of(scene.db, scene.someone)
    reader = reader or await scene.reader_of_titles()
    return objectives.objective_set(count, coming(row), reader)


async def _change(scene: Scene, objective: Objective, draft: Draft, review: date) -> Message:
    before = await words_of(scene, objective)
    if before != draft.words:
        await keep_version(scene.db, objective, before, scene.now)
    objective.whose = Whose(draft.whose) if draft.whose else None
    objective.next_review = review
    await change_objective(scene.db, objective, draft.words, tuple(draft.themes))
    scene.record(Action.CORRECTED, owner=scene.someone.id, about=objective.id)
    if objective.state is ObjectiveState.SHAPING:
        return await _use(scene, objective)
    return objectives.objective_changed(await scene.reader_of_objective(objective))


async def _use(scene: Scene, objective: Objective) -> Message:
    """What was being shaped is in use from now on, where there is room for it."""
    already = len(await objectives_of(scene.db, scene.someone))
    reader = await scene.reader_of_objective(objective)
    if already >= MOST_ACTIVE:
        return objectives.waits_for_room(objective.id, MOST_ACTIVE, reader)
    await _move(scene, objective, ObjectiveState.ACTIVE, RunEnding.FINISHED)
    return await _kept(scene, already + 1, reader)


async def park(scene: Scene, about: str) -> Message:
    states = (ObjectiveState.ACTIVE, ObjectiveState.SHAPING)
    objective = await pressed_on(scene, about, states)
    if isinstance(objective, Message):
        return objective
    await _move(scene, objective, ObjectiveState.PARKED, RunEnding.LEFT)
    return objectives.parked(objective.id, await scene.reader_of_objective(objective))


async def take_up(scene: Scene, about: str) -> Message:
    objective = await pressed_on(scene, about, (ObjectiveState.PARKED,))
    if isinstance(objective, Message):
        return objective
    if len(await objectives_of(scene.db, scene.someone)) >= MOST_ACTIVE:
        return objectives.enough_objectives(MOST_ACTIVE)
    review = objective.next_review
    if review is None or review <= scene.local_now().date():
        review = in_a_quarter(scene)
    objective.next_review = review
    await _move(scene, objective, ObjectiveState.ACTIVE, RunEnding.LEFT)
    reader = await scene.reader_of_objective(objective)
    return objectives.taken_up(objective.id, review, reader)


async def complete(scene: Scene, about: str) -> Message:
    objective = await pressed_on(scene, about, GOING_ON)
    return objective if isinstance(objective, Message) else await completed(scene, objective)


async def let_go(scene: Scene, about: str) -> Message:
    objective = await pressed_on(scene, about, GOING_ON)
    return objective if isinstance(objective, Message) else await gone(scene, objective)


async def completed(scene: Scene, objective: Objective) -> Message:
    await _move(scene, objective, ObjectiveState.COMPLETED, RunEnding.FINISHED)
    return objectives.completed(objective.id, await scene.reader_of_objective(objective))


async def gone(scene: Scene, objective: Objective) -> Message:
    """As good an end as any. Its experiments go on, if they were begun."""
    await _move(scene, objective, ObjectiveState.LET_GO, RunEnding.FINISHED)
    return objectives.let_go(objective.id, await scene.reader_of_objective(objective))


async def go_on_with(scene: Scene, objective: Objective) -> None:
    """A decision that had ended it is taken back. Parked, where there is no room any more."""
    if objective.state in GOING_ON:
        return
    has_room = len(await objectives_of(scene.db, scene.someone)) < MOST_ACTIVE
    state = ObjectiveState.ACTIVE if has_room else ObjectiveState.PARKED
    await _move(scene, objective, state, RunEnding.FINISHED)


async def _move(
    scene: Scene, objective: Objective, state: ObjectiveState, ended_as: RunEnding
) -> None:
    """What was being asked of it in its old state is over."""
    objective.state = state
    scene.db.add(objective)
    await scene.db.flush()
    await end_runs_about(scene.db, [objective.id], ended_as, scene.now)


async def pressed_on(
    scene: Scene, about: str, states: Sequence[ObjectiveState]
) -> Objective | Message:
    """The objective that a press names, in one of these states; typed words name none, and mean
    the only one there is."""
    if about == "":
        return await only_one(scene, states)
    objective = await objective_named(scene, about)
    if objective is None:
        return home.not_yours()
    return objective if objective.state in states else objectives.not_now(objective.id)


async def only_one(scene: Scene, states: Sequence[ObjectiveState]) -> Objective | Message:
    theirs = await going_on(scene.db, scene.someone)
    fitting = [one for one in theirs if one.state in states]
    if len(fitting) == 1:
        return fitting[0]
    return objectives.which() if fitting else objectives.none_yet()


async def objective_named(scene: Scene, about: str) -> Objective | None:
    key = read_id(about)
    return await find_objective(scene.db, scene.someone, key) if key else None


async def by_id(scene: Scene, objective_id: UUID | None) -> Objective | None:
    return await find_objective(scene.db, scene.someone, objective_id) if objective_id else None


async def every_one(scene: Scene) -> list[Objective]:
    """Whatever became of them: those in use first, those that ended last."""
    order = (*GOING_ON, ObjectiveState.COMPLETED, ObjectiveState.LET_GO)
    theirs = await all_objectives(scene.db, scene.someone)
    return sorted(theirs, key=lambda one: order.index(one.state))


def _problem_with_themes(themes: tuple[str, ...]) -> str:
    known = {value for value, _ in objectives.THEMES}
    if not set(themes) <= known:
        return "One of these is not on the list any more. Choose again."
    if len(themes) > MOST_THEMES:
        return f"Choose at most {MOST_THEMES}."
    return ""


def _problem_with_whose(whose: str) -> str:
    if whose and whose not in {value for value, _ in objectives.WHOSE}:
        return "This is not on the list any more. Choose again."
    return ""


def _problem_with_review(scene: Scene, review: date | None) -> str:
    if review is None:
        return "This is not a day. Choose one from the calendar."
    ahead = review - scene.local_now().date()
    if not SOONEST <= ahead <= LATEST:
        return "Choose a day from 4 to 52 weeks from now."
    return ""


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
