"""The end of a pairing: by either, in two steps, and without a reason."""

from bot.conversation.partners import Partner, coaches, partner
from bot.conversation.scene import Scene, first_name
from bot.conversation.telling import tell
from prompts.composing import home, parting
from prompts.message import Form, Message
from scheduler.between import ended_slot
from storage.pairings import partners_of
from storage.parting import end
from storage.tables import Action, Pairing


async def ending_page(scene: Scene, about: str) -> Form | Message:
    found = await partner(scene, about)
    return _page(scene, found) if found else await _none(scene, about)


def _page(scene: Scene, found: Partner) -> Form:
    pairing, other = found
    return parting.ending_page(first_name(other), pairing.id, is_leader=not coaches(scene, pairing))


async def _none(scene: Scene, about: str) -> Message:
    if about:
        return home.not_yours()
    theirs = await partners_of(scene.db, scene.someone)
    return parting.choose_whom() if theirs else parting.nobody_there()


async def end_pairing(scene: Scene, about: str) -> Form | Message:
    """The second step. Typed, it names nobody, and is the first."""
    found = await partner(scene, about)
    if found is None or about == "":
        return await ending_page(scene, about)
    pairing, other = found
    await end(scene.db, [pairing], scene.now)
    await note_end(scene, pairing)
    await tell(scene, other.id, ended_slot(pairing.id))
    return parting.ended(first_name(other), is_leader=not coaches(scene, pairing))


async def note_end(scene: Scene, pairing: Pairing) -> None:
    scene.record(Action.UNPAIRED, owner=pairing.leader_id, about=pairing.id)
