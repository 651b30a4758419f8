"""Five levels in a leader's words, and the leader's own placing on them. Nobody else rates."""

from uuid import UUID
from zoneinfo import ZoneInfo

from bot.conversation import supporting
from bot.conversation.events import Submitted
from bot.conversation.objectives import by_id, pressed_on, words_of
from bot.conversation.scene import Scene
from bot.conversation.wording import problem_with
from prompts.composing import rating
from prompts.composing.rating import LevelsDraft
from prompts.drawing import level_in_words
from prompts.message import Form, Message
from prompts.question import Question, Sets
from storage.bundles import LEVELS, Levels, Placing
from storage.objectives import GOING_ON
from storage.ratings import (
    draft_levels,
    keep_rating,
    measure_of,
    newest_rating,
    rating_on,
    set_levels,
)
from storage.rights import Purpose
from storage.runs import asked_in, find_run
from storage.tables import Nudge, Objective, ObjectiveState, Rating
from storage.texts import open_text

STARTS = {"-2": -2, "-1": -1, "0": 0}


async def levels_of(scene: Scene, objective: Objective) -> Levels:
    """As they stand; empty ones where none were written yet."""
    measure = await measure_of(scene.db, objective)
    said = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, measure, scene.now)
    return Levels.read(said)


async def levels_form(scene: Scene, objective: Objective) -> Form | Message:
    levels = await levels_of(scene, objective)
    start = "" if levels.start is None else str(levels.start)
    words = await words_of(scene, objective)
    return rating.levels_form(objective.id, words, LevelsDraft(levels.words, start))


async def submit_levels(scene: Scene, event: Submitted) -> list[Message | Form]:
    objective = await pressed_on(scene, event.about, GOING_ON)
    if isinstance(objective, Message):
        return [objective]
    typed = {
        level: "".join(event.values.get(rating.field_of(level), ())).strip() for level in LEVELS
    }
    start = "".join(event.values.get("start", ())).strip()
    errors = _problems(typed, start)
    if any(errors.values()):
        words = await words_of(scene, objective)
        draft = LevelsDraft(typed, start, errors)
        return [rating.levels_form(objective.id, words, draft)]
    said = await _keep_levels(scene, objective, Levels(typed, STARTS.get(start)))
    return [said, *await supporting.card_if_heard(scene, "\n".join(typed.values()))]


def _problems(typed: dict[int, str], start: str) -> dict[str, str]:
    errors = {
        rating.field_of(level): problem_with(words, rating.LONGEST_LEVEL) if words else ""
        for level, words in typed.items()
    }
    if not typed[0]:
        errors[rating.field_of(0)] = "Write this one first. The others can wait."
    if start and start not in STARTS:
        errors["start"] = "This is not on the list any more. Choose again."
    return errors


async def _keep_levels(scene: Scene, objective: Objective, levels: Levels) -> Message:
    """Other words are another measure, once the objective is in use."""
    before = await levels_of(scene, objective)
    if before.to_words() == levels.to_words():
        return rating.levels_as_they_were(objective.id)
    if objective.state is ObjectiveState.SHAPING:
        await draft_levels(scene.db, objective, levels, scene.now)
        return rating.levels_kept(objective.id, rated_before=False)
    await set_levels(scene.db, objective, levels, scene.now)
    rated = await newest_rating(scene.db, scene.someone, objective)
    return rating.levels_kept(objective.id, rated_before=rated is not None)


async def rating_form(scene: Scene, objective: Objective) -> Form | Message:
    if objective.state is not ObjectiveState.ACTIVE:
        return rating.only_in_use(objective.id)
    _, placing = await _todays(scene, objective)
    return await _form(
        scene,
        objective,
        str(placing.level) if placing else "",
        placing.evidence if placing else "",
    )


async def _form(
    scene: Scene,
    objective: Objective,
    level: str,
    evidence: str,
    errors: tuple[str, str] = ("", ""),
) -> Form:
    labels = rating.labels_of((await levels_of(scene, objective)).words)
    words = await words_of(scene, objective)
    corrected, _ = await _todays(scene, objective)
    reader = await scene.reader(corrected) if corrected else ""
    return rating.rating_form(objective.id, words, labels, level, evidence, errors, reader)


async def submit_rating(scene: Scene, event: Submitted) -> list[Message | Form]:
    objective = await pressed_on(scene, event.about, GOING_ON)
    if isinstance(objective, Message):
        return [objective]
    if objective.state is not ObjectiveState.ACTIVE:
        return [rating.only_in_use(objective.id)]
    level = "".join(event.values.get("level", ())).strip()
    evidence = "".join(event.values.get("evidence", ())).strip()
    errors = (
        "" if level in {str(one) for one in LEVELS} else "Choose one of the five.",
        problem_with(evidence) if evidence else "",
    )
    if any(errors):
        return [await _form(scene, objective, level, evidence, errors)]
    kept = await _place(scene, objective, int(level), evidence)
    said = await _said(scene, objective, kept)
    return [said, *await supporting.card_if_heard(scene, evidence)]


async def _said(scene: Scene, objective: Objective, kept: Rating) -> Message:
    return rating.rating_kept(
        kept.id, objective.id, await scene.coach_name(), await scene.reader(kept)
    )


async def _todays(scene: Scene, objective: Objective) -> tuple[Rating | None, Placing | None]:
    """The newest, where it is of this very day: placing oneself again corrects it."""
    newest = await newest_rating(scene.db, scene.someone, objective)
    zone = ZoneInfo(scene.someone.timezone)
    if newest is None or newest.rated_at.astimezone(zone).date() != scene.local_now().date():
        return None, None
    return newest, await placing_of(scene, newest)


async def placing_of(scene: Scene, kept: Rating) -> Placing | None:
    words = await open_text(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    return Placing.read(words)


async def _place(
    scene: Scene,
    objective: Objective,
    level: int,
    evidence: str | None = None,
    nudge: Nudge | None = None,
) -> Rating:
    """With the level's words of this day. Without evidence, what was seen stays as it was. An
    answer is for the leader only, so it never takes the place of what is shared."""
    answered = await rating_on(scene.db, [nudge.id]) if nudge else None
    before = answered or (await _todays(scene, objective))[0]
    if nudge is not None and before is not answered and _is_shared(before):
        before = None
    placed = await placing_of(scene, before) if before else None
    if evidence is None:
        evidence = placed.evidence if placed else ""
    said = (await levels_of(scene, objective)).words.get(level, "")
    placing = Placing(level, said, evidence)
    if nudge is not None and _is_shared(before):
        before = None
    return await keep_rating(
        scene.db, objective, placing, scene.now, instead_of=before, nudge=nudge
    )


def _is_shared(kept: Rating | None) -> bool:
    return kept is not None and kept.shared_at is not None


async def take(scene: Scene, nudge: Nudge, part: Sets, words: str) -> None:
    """A review's placing is a rating, and what supports it belongs to that rating."""
    objective = await by_id(scene, nudge.objective_id)
    if objective is None:
        return
    if part is Sets.PLACING:
        levels = {level_in_words(level): level for level in LEVELS}  # as the bank spells them
        await _place(scene, objective, levels[words], nudge=nudge)
        return
    asked = await asked_in_run(scene, nudge)
    kept = await rating_on(scene.db, list(asked))
    placing = await placing_of(scene, kept) if kept else None
    if kept is not None and placing is not None:
        said = Placing(placing.level, placing.level_words, words)
        before = None if _is_shared(kept) else kept
        placed_by = asked[kept.nudge_id] if kept.nudge_id else None
        await keep_rating(scene.db, objective, said, scene.now, instead_of=before, nudge=placed_by)


async def asked_in_run(scene: Scene, nudge: Nudge) -> dict[UUID, Nudge]:
    run = await find_run(scene.db, scene.someone, nudge.run_id)
    return {one.id: one for one in await asked_in(scene.db, run)} if run else {}


async def labels(scene: Scene, nudge: Nudge, question: Question | None) -> tuple[str, ...]:
    """A placing is chosen among the leader's own words, where the leader alone reads."""
    if question is None or question.sets is not Sets.PLACING:
        return ()
    objective = await by_id(scene, nudge.objective_id)
    if objective is None:
        return ()
    said = rating.labels_of((await levels_of(scene, objective)).words)
    named = {level_in_words(level): label for level, label in said.items()}
    return tuple(named.get(option, option) for option in question.options)
