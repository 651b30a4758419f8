"""What a leader wants to be different, in their own words."""

from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, coming
from bot.conversation.wording import problem_with
from prompts.composing import objectives
from prompts.message import Form, Message
from storage.cadences import cadence_of
from storage.objectives import MOST_ACTIVE, objectives_of, set_objective
from storage.tables import Allowed

MOST_THEMES = 3


async def objective_form(scene: Scene) -> Form | Message:
    if len(await objectives_of(scene.db, scene.someone)) >= MOST_ACTIVE:
        return objectives.enough_objectives(MOST_ACTIVE)
    return objectives.objective_form()


async def submit_objective(scene: Scene, event: Submitted) -> list[Message | Form]:
    words = "".join(event.values.get("words", ()))
    themes = tuple(dict.fromkeys(event.values.get("themes", ())))
    words_error = problem_with(words, objectives.LONGEST)
    themes_error = _problem_with_themes(themes)
    if words_error or themes_error:
        return [objectives.objective_form(words, themes, words_error, themes_error)]
    already = len(await objectives_of(scene.db, scene.someone))
    if already >= MOST_ACTIVE:
        return [objectives.enough_objectives(MOST_ACTIVE)]
    await set_objective(scene.db, scene.someone, words, themes, scene.now)
    row = await cadence_of(scene.db, scene.someone)
    return [objectives.objective_set(already + 1, coming(row), await _reader(scene))]


async def _reader(scene: Scene) -> str:
    """The coach's first name, where the agreement lets the coach see objectives."""
    consent = await scene.consent()
    shown = consent is not None and consent.allows >= {Allowed.SHARING, Allowed.TITLES}
    return await scene.coach_name() if shown else ""


def _problem_with_themes(themes: tuple[str, ...]) -> str:
    known = {value for value, _ in objectives.THEMES}
    if not set(themes) <= known:
        return "One of these is not on the list any more. Choose again."
    if len(themes) > MOST_THEMES:
        return f"Choose at most {MOST_THEMES}."
    return ""
