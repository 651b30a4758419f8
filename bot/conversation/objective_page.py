"""The page of one objective, and the list of all of them, as their owner sees them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.conversation import rating
from bot.conversation.objectives import every_one, objective_named
from bot.conversation.scene import Scene
from prompts.composing import home, objectives
from prompts.composing import objective_page as page
from prompts.message import Form, FormName, Message
from prompts.question import ObjectiveState as State
from storage.bundles import Levels, Placing
from storage.objectives import GOING_ON, earlier_wordings
from storage.ratings import measure_of, ratings_of
from storage.reviews import reviews_of
from storage.rights import Purpose
from storage.tables import Objective, ObjectiveState, Rating
from storage.texts import open_texts

Opens = Callable[[Scene, Objective], Awaitable[Form | Message]]


async def objective_page(scene: Scene, about: str) -> Form | Message:
    """Where none is named, the list of them all."""
    if about == "":
        return await _list(scene, await every_one(scene))
    objective = await objective_named(scene, about)
    return home.not_yours() if objective is None else await _page(scene, objective)


async def levels_form(scene: Scene, about: str) -> Form | Message:
    return await _opened(
        scene, about, GOING_ON, (FormName.LEVELS, "Five levels"), rating.levels_form
    )


async def rating_form(scene: Scene, about: str) -> Form | Message:
    states = (ObjectiveState.ACTIVE,)
    return await _opened(scene, about, states, (FormName.RATING, "Rate it"), rating.rating_form)


async def _opened(
    scene: Scene,
    about: str,
    states: Sequence[ObjectiveState],
    door: tuple[FormName, str],
    opens: Opens,
) -> Form | Message:
    """The form of the one that is named, or of the only one; of several, one is to be chosen."""
    if about:
        objective = await objective_named(scene, about)
        if objective is None:
            return home.not_yours()
        fits = objective.state in states
        return await opens(scene, objective) if fits else objectives.not_now(objective.id)
    fitting = [one for one in await every_one(scene) if one.state in states]
    if not fitting:
        return objectives.none_yet()
    if len(fitting) == 1:
        return await opens(scene, fitting[0])
    return await _list(scene, fitting, *door)


async def _list(
    scene: Scene,
    theirs: Sequence[Objective],
    does: FormName = FormName.OBJECTIVE_PAGE,
    label: str = "Look at it",
) -> Form:
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, theirs, scene.now)
    listed = [page.Listed(one.id, words[one.id], State[one.state.name]) for one in theirs]
    return page.objectives_list(listed, does, label)


async def _page(scene: Scene, one: Objective) -> Form:
    earlier = (await earlier_wordings(scene.db, [one.id])).get(one.id, [])
    ratings = (await ratings_of(scene.db, [one.id])).get(one.id, [])
    reviews = (await reviews_of(scene.db, [one.id])).get(one.id, [])
    measure = await measure_of(scene.db, one)
    measures = [measure] if measure else []
    words = await open_texts(
        *(scene.db, scene.someone, Purpose.OWN_PAGE),
        [one, *earlier, *ratings, *measures],
        scene.now,
    )
    levels = Levels.read(words[measure.id]) if measure else None
    pairing_id, coach = await scene.shares_with()
    return page.objective_page(
        page.OnPage(
            id=one.id,
            words=words[one.id],
            state=State[one.state.name],
            reader=await scene.reader_of_objective(one),
            coach=await scene.coach_name(),
            whose=one.whose.value if one.whose else "",
            themes=one.themes.split(),
            review=one.next_review,
            levels=levels.words if levels else None,
            start=levels.start if levels else None,
            ratings=[
                _rated(scene, each, placing, coach if each.pairing_id == pairing_id else "")
                for each in ratings
                if (placing := Placing.read(words[each.id])) is not None
            ],
            earlier=[(words[each.id], _on(scene, each.until)) for each in earlier],
            reviews=[(each.decision.value, _on(scene, each.decided_at)) for each in reviews],
        )
    )


def _rated(scene: Scene, kept: Rating, placing: Placing, coach: str) -> page.Rated:
    reader = coach if kept.shared_at else ""
    on = _on(scene, kept.rated_at)
    return page.Rated(kept.id, on, placing.level, placing.evidence, reader)


def _on(scene: Scene, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(scene.someone.timezone)).date()
