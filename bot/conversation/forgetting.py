"""An answer is erased, and with it what was copied out of it, as far as it is still the same."""

from dataclasses import replace

from bot.conversation import looking_back
from bot.conversation.objectives import by_id
from bot.conversation.rating import asked_in_run
from bot.conversation.scene import Scene
from prompts.composing import journal
from prompts.message import Message
from prompts.question import Sets
from storage.bundles import Levels, Placing
from storage.ratings import (
    all_measures,
    erase_ratings_on,
    keep_rating,
    ratings_of,
    rewrite_levels,
)
from storage.reflections import erase_reflection
from storage.replies import overtake
from storage.rights import Purpose
from storage.tables import Action, Nudge, Objective, Rating, Reflection
from storage.texts import Kept, open_text, open_texts

LEVEL = {Sets.DRAFT: 0, Sets.ENOUGH: 0, Sets.MORE: 1, Sets.START: -1}


async def erase(
    scene: Scene, nudge: Nudge, kept: Reflection, *, with_the_line: bool = False
) -> Message:
    """`with_the_line`: because it was taken out of the chat."""
    scene.record(Action.ERASED, owner=scene.someone.id, about=kept.id, detail="one answer")
    stays = await forget(scene, nudge, kept)
    await erase_reflection(scene.db, kept)
    # “Saved” may still be on its way.
    await overtake(scene.db, [nudge.id])
    return journal.erased(stays=stays, with_the_line=with_the_line)


async def forget(scene: Scene, nudge: Nudge, kept: Reflection) -> bool:
    """Whether something that was made of it stays: an objective's wording has its own page."""
    await looking_back.forget(scene, nudge)
    question = scene.bank.questions.get(nudge.question_id)
    objective = await by_id(scene, nudge.objective_id)
    if question is None or objective is None:
        return False
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    match question.sets:
        case Sets.PLACING:
            await erase_ratings_on(scene.db, nudge)
        case Sets.EVIDENCE:
            await _forget_evidence(scene, nudge, objective, words)
        case (Sets.DRAFT | Sets.ENOUGH | Sets.MORE | Sets.START) as part:
            await _forget_level(scene, objective, LEVEL[part], words)
        case Sets.OBJECTIVE:
            return True
        case Sets.DIAL | Sets.WORDING | Sets.DECISION | None:
            pass
    return False


async def _forget_evidence(scene: Scene, nudge: Nudge, objective: Objective, words: str) -> None:
    asked = await asked_in_run(scene, nudge)
    for rating, placing in await _ratings(scene, objective):
        if rating.nudge_id in asked and placing.evidence == words:
            without = replace(placing, evidence="")
            await keep_rating(scene.db, objective, without, scene.now, instead_of=rating)


async def _forget_level(scene: Scene, objective: Objective, level: int, words: str) -> None:
    """In the words that hold, in those that held, and in what was rated on them."""
    measures = (await all_measures(scene.db, [objective.id])).get(objective.id, [])
    theirs: list[Kept] = [*measures]
    said = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, theirs, scene.now)
    for measure in measures:
        levels = Levels.read(said[measure.id])
        if levels.words.get(level) == words:
            await rewrite_levels(
                scene.db, measure, replace(levels, words={**levels.words, level: ""})
            )
    for rating, placing in await _ratings(scene, objective):
        if placing.level == level and placing.level_words == words:
            without = replace(placing, level_words="")
            await keep_rating(scene.db, objective, without, scene.now, instead_of=rating)


async def _ratings(scene: Scene, objective: Objective) -> list[tuple[Rating, Placing]]:
    ratings = (await ratings_of(scene.db, [objective.id])).get(objective.id, [])
    theirs: list[Kept] = [*ratings]
    said = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, theirs, scene.now)
    read = [(one, Placing.read(said[one.id])) for one in ratings]
    return [(one, placing) for one, placing in read if placing is not None]
