"""One answer at a time goes to the coach, and comes back as easily."""

from bot.conversation.answering import standing
from bot.conversation.scene import Scene, first_name
from prompts.composing import asking, home
from prompts.message import Message
from storage.agreements import agreement_of, allow
from storage.reflections import reflection_on
from storage.tables import Allowed, Nudge, Reflection


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
    consent = await scene.consent()
    if consent is None or Allowed.SHARING not in consent.allows:
        return asking.offer_sharing(scene.asked(nudge), first_name(coach))
    if kept.shared_at is None or kept.pairing_id != pairing.id:
        kept.shared_at, kept.pairing_id = scene.now, pairing.id
        scene.db.add(kept)
        await scene.db.flush()
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
    return await _share(scene, nudge, kept)


async def take_back(scene: Scene, about: str) -> Message:
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if about == "" and (kept is None or kept.shared_at is None):
        return asking.nothing_to_take_back()
    if nudge is None or kept is None:
        return home.not_yours()
    kept.shared_at = kept.pairing_id = None
    scene.db.add(kept)
    await scene.db.flush()
    return await standing(scene, nudge)
