"""With whom somebody works: whoever coaches them, and whomever they coach."""

from bot.conversation.scene import Scene
from storage.members import Member
from storage.pairings import partners_of
from storage.tables import Pairing

Partner = tuple[Pairing, Member]


async def partner(scene: Scene, about: str) -> Partner | None:
    """Only of a pairing of their own; typed words name none, and mean the only one there is."""
    theirs = await partners_of(scene.db, scene.someone)
    if about == "":
        return theirs[0] if len(theirs) == 1 else None
    return next((one for one in theirs if str(one[0].id) == about), None)


def coaches(scene: Scene, pairing: Pairing) -> bool:
    """Whether they are the coach of it."""
    return pairing.coach_id == scene.someone.id
