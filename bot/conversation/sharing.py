"""One thing at a time goes to the coach, and comes back as easily."""

from collections.abc import Callable
from uuid import UUID

from bot.conversation.answering import standing
from bot.conversation.focusing import tell_of_focus
from bot.conversation.scene import Scene, first_name, read_id
from bot.conversation.weekly import plan_preview
from prompts.composing import asking, experimenting, home, rating, sharing
from prompts.message import Message
from storage.agreements import agreement_of, allow
from storage.experiments import experiments_of, find_experiment
from storage.objectives import find_objective, objectives_of
from storage.ratings import find_rating, newest_rating
from storage.reflections import Shareable, reflection_on
from storage.tables import (
    Action,
    Allowed,
    Experiment,
    ExperimentState,
    Nudge,
    Objective,
    Rating,
    Reflection,
)


async def share(scene: Scene, about: str) -> Message:
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if nudge is None or kept is None:
        return asking.nothing_to_share() if about == "" else home.not_yours()
    return await _share(scene, nudge, kept)


async def _share(scene: Scene, nudge: Nudge, kept: Reflection) -> Message:
    found = await scene.coach()
    if found is None:
        return asking.no_coach()
    pairing, coach = found
    if not await _is_allowed(scene):
        return asking.offer_sharing(await scene.asked(nudge), first_name(coach))
    await give(scene, kept, pairing.id)
    await tell_of_focus(scene, nudge, coach)
    return await standing(scene, nudge)


async def allow_sharing(scene: Scene, about: str) -> Message:
    """The leader switched sharing on by name, for this answer and those after it."""
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    agreement, consent = await agreement_of(scene.db, scene.someone), await scene.consent()
    if nudge is None or kept is None or agreement is None or consent is None:
        # Nothing is switched on for an answer that is not there.
        return asking.nothing_to_share() if about == "" else home.not_yours()
    if Allowed.SHARING not in consent.allows and await scene.coach() is not None:
        await allow(scene.db, agreement, Allowed.SHARING, scene.now)
        scene.record(Action.AGREED, owner=scene.someone.id, detail=Allowed.SHARING.value)
    return await _share(scene, nudge, kept)


async def take_back(scene: Scene, about: str) -> Message:
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if about == "" and (kept is None or kept.shared_at is None):
        return asking.nothing_to_take_back()
    if nudge is None or kept is None:
        return home.not_yours()
    await take(scene, kept)
    return await standing(scene, nudge)


async def share_objective(scene: Scene, about: str) -> Message:
    objective = await _objective(scene, about)
    if objective is None:
        return home.not_yours()
    return await _give_to_coach(scene, objective, sharing.objective_shared)


async def take_back_objective(scene: Scene, about: str) -> Message:
    objective = await _objective(scene, about)
    if objective is None:
        return home.not_yours()
    await take(scene, objective)
    consent = await scene.consent()
    titles = consent is not None and consent.allows >= {Allowed.SHARING, Allowed.TITLES}
    return sharing.objective_taken_back(await scene.coach_name() if titles else "")


async def share_rating(scene: Scene, about: str) -> Message:
    kept = await _rating(scene, about)
    if kept is None:
        return rating.no_rating_yet() if about == "" else home.not_yours()
    return await _give_to_coach(scene, kept, rating.rating_shared)


async def take_back_rating(scene: Scene, about: str) -> Message:
    """Typed words mean the newest that is shared."""
    newest = await newest_rating(scene.db, scene.someone, shared=True) if about == "" else None
    kept = newest or await _rating(scene, about)
    if kept is None:
        return rating.no_rating_yet() if about == "" else home.not_yours()
    await take(scene, kept)
    return rating.rating_taken_back()


async def _rating(scene: Scene, about: str) -> Rating | None:
    """Typed words name none, and mean the newest."""
    if about == "":
        return await newest_rating(scene.db, scene.someone)
    key = read_id(about)
    return await find_rating(scene.db, scene.someone, key) if key else None


async def share_experiment(scene: Scene, about: str) -> Message:
    """It is shared as it goes on, until it is taken back."""
    experiment = await _experiment(scene, about)
    if experiment is None:
        return home.not_yours() if about else experimenting.none_open()
    return await _give_to_coach(scene, experiment, sharing.experiment_shared)


async def take_back_experiment(scene: Scene, about: str) -> Message:
    experiment = await _experiment(scene, about, to_take_back=True)
    if experiment is None:
        return home.not_yours() if about else experimenting.none_open()
    await take(scene, experiment)
    return sharing.experiment_taken_back(experiment.id)


async def _experiment(scene: Scene, about: str, *, to_take_back: bool = False) -> Experiment | None:
    """Typed words name none, and mean the only one that is open, or that is shared."""
    if about == "":
        mine = await experiments_of(scene.db, scene.someone)
        still_open = [one for one in mine if one.state is not ExperimentState.CLOSED]
        shared = [one for one in mine if one.shared_at is not None]
        # Of one alone it is said truly that it is private.
        meant = (shared or still_open or mine) if to_take_back else (still_open or mine)
        return meant[0] if len(meant) == 1 else None
    key = read_id(about)
    return await find_experiment(scene.db, scene.someone, key) if key else None


async def _give_to_coach(
    scene: Scene,
    kept: Objective | Rating | Experiment,
    shared: Callable[[UUID, str], Message],
) -> Message:
    """`shared` says so, of this id and to that coach."""
    found = await scene.coach()
    if found is None:
        return asking.no_coach()
    pairing, coach = found
    if not await _is_allowed(scene):
        return sharing.switch_on_first(first_name(coach))
    await give(scene, kept, pairing.id)
    return shared(kept.id, first_name(coach))


async def _is_allowed(scene: Scene) -> bool:
    consent = await scene.consent()
    return consent is not None and Allowed.SHARING in consent.allows


async def _objective(scene: Scene, about: str) -> Objective | None:
    """Typed words name none, and mean the only one there is."""
    if about == "":
        mine = await objectives_of(scene.db, scene.someone)
        return mine[0] if len(mine) == 1 else None
    key = read_id(about)
    return await find_objective(scene.db, scene.someone, key) if key else None


async def give(scene: Scene, kept: Shareable, pairing: UUID) -> None:
    """To the coach of this pairing. Given already, nothing changes."""
    if kept.shared_at is not None and kept.pairing_id == pairing:
        return
    kept.shared_at, kept.pairing_id = scene.now, pairing
    scene.db.add(kept)
    await scene.db.flush()
    await plan_preview(scene.db, scene.someone, scene.now)
    scene.record(Action.SHARED, owner=scene.someone.id, about=kept.id)


async def take(scene: Scene, kept: Shareable) -> None:
    """From this moment nobody else can open it, not even in a digest that was sent."""
    if kept.shared_at is None:
        return
    kept.shared_at = kept.pairing_id = None
    scene.db.add(kept)
    await scene.db.flush()
    scene.record(Action.TOOK_BACK, owner=scene.someone.id, about=kept.id)
