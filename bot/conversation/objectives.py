"""What a leader wants to be different, in their own words."""

from bot.conversation import supporting
from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, coming, read_id
from bot.conversation.wording import problem_with
from prompts.composing import home, objectives
from prompts.message import Form, Message
from storage.cadences import cadence_of
from storage.objectives import (
    MOST_ACTIVE,
    change_objective,
    find_objective,
    objectives_of,
    set_objective,
)
from storage.rights import Purpose
from storage.tables import Action, Objective
from storage.texts import open_text

MOST_THEMES = 3


async def objective_form(scene: Scene, about: str) -> Form | Message:
    """A new one; or one of theirs, to be put another way."""
    if about:
        objective = await _objective(scene, about)
        if objective is None:
            return home.not_yours()
        words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, objective, scene.now)
        return objectives.objective_form(words, objective.themes.split(), about=about)
    if len(await objectives_of(scene.db, scene.someone)) >= MOST_ACTIVE:
        return objectives.enough_objectives(MOST_ACTIVE)
    return objectives.objective_form()


async def submit_objective(scene: Scene, event: Submitted) -> list[Message | Form]:
    words = "".join(event.values.get("words", ()))
    themes = tuple(dict.fromkeys(event.values.get("themes", ())))
    objective = await _objective(scene, event.about)
    if event.about and objective is None:
        return [home.not_yours()]
    words_error = problem_with(words, objectives.LONGEST)
    themes_error = _problem_with_themes(themes)
    if words_error or themes_error:
        return [objectives.objective_form(words, themes, words_error, themes_error, event.about)]
    if objective is not None:
        changed = await _put_another_way(scene, objective, words, themes)
        return [changed, *await supporting.card_if_heard(scene, words)]
    already = len(await objectives_of(scene.db, scene.someone))
    if already >= MOST_ACTIVE:
        return [objectives.enough_objectives(MOST_ACTIVE)]
    await set_objective(scene.db, scene.someone, words, themes, scene.now)
    row = await cadence_of(scene.db, scene.someone)
    kept = objectives.objective_set(already + 1, coming(row), await scene.reader_of_titles())
    return [kept, *await supporting.card_if_heard(scene, words)]


async def _put_another_way(
    scene: Scene, objective: Objective, words: str, themes: tuple[str, ...]
) -> Message:
    await change_objective(scene.db, objective, words, themes)
    scene.record(Action.CORRECTED, owner=scene.someone.id, about=objective.id)
    return objectives.objective_changed(await scene.reader_of_objective(objective))


async def _objective(scene: Scene, about: str) -> Objective | None:
    key = read_id(about)
    return await find_objective(scene.db, scene.someone, key) if key else None


def _problem_with_themes(themes: tuple[str, ...]) -> str:
    known = {value for value, _ in objectives.THEMES}
    if not set(themes) <= known:
        return "One of these is not on the list any more. Choose again."
    if len(themes) > MOST_THEMES:
        return f"Choose at most {MOST_THEMES}."
    return ""
