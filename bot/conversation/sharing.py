"""One answer at a time goes to the coach, and comes back as easily."""

from bot.conversation.answering import standing
from bot.conversation.scene import Scene, first_name
from prompts.composing import asking, home
from prompts.message import Message
from storage.agreements import agreement_of, allow
from storage.reflections import reflection_on
from storage.tables import Allowed


async def share(scene: Scene, about: str) -> Message:
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if nudge is None or kept is None:
        return asking.nothing_to_share() if about == "" else home.not_yours()
    found = await scene.coach()
    if found is None:
        return asking.no_coach()
    pairing, coach = found
    consent = await scene.consent()
    if consent is None or Allowed.SHARING not in consent.allows:
        return asking.offer_sharing(scene.asked(nudge), first_name(coach))
    if kept.shared_at is None:
        kept.shared_at, kept.pairing_id = scene.now, pairing.id
        scene.db.add(kept)
        await scene.db.flush()
    return await standing(scene, nudge)


async def allow_sharing(scene: Scene, about: str) -> Message:
    """The leader switched sharing on by name, for this answer and those after it."""
    agreement = await agreement_of(scene.db, scene.someone)
    consent = await scene.consent()
    if agreement is None or consent is None:
        return home.not_yours()
    if Allowed.SHARING not in consent.allows:
        await allow(scene.db, agreement, Allowed.SHARING, scene.now)
    return await share(scene, about)


async def take_back(scene: Scene, about: str) -> Message:
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if nudge is None or kept is None:
        return asking.nothing_to_share() if about == "" else home.not_yours()
    kept.shared_at = kept.pairing_id = None
    scene.db.add(kept)
    await scene.db.flush()
    return await standing(scene, nudge)
