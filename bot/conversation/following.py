"""What was typed in the chat is changed or taken out there, and the answer follows it."""

from bot.conversation import answering, forgetting, supporting
from bot.conversation.events import Reworded, Unsaid
from bot.conversation.scene import Scene
from prompts.composing import asking
from prompts.message import Form, Message
from storage.reflections import reflection_from
from storage.tables import Nudge, Reflection


async def reword(scene: Scene, event: Reworded) -> list[Message | Form]:
    found = await _answered_by(scene, event.said)
    if found is None:
        return []
    nudge, kept = found
    words = answering.as_offered(scene, nudge, event.words)
    if words == await answering.own_words(scene, kept):
        return []
    card = await supporting.card_if_heard(scene, words)
    if fault := answering.problem(scene, nudge, words):
        return [asking.not_changed(fault), *card]
    await answering.keep(scene, nudge, words, event.said)
    return [await answering.standing(scene, nudge, words), asking.changed(), *card]


async def unsay(scene: Scene, event: Unsaid) -> list[Message | Form]:
    found = await _answered_by(scene, event.said)
    return [await forgetting.erase(scene, *found, with_the_line=True)] if found else []


async def _answered_by(scene: Scene, said: str) -> tuple[Nudge, Reflection] | None:
    """An answer follows its line until it is saved in the box."""
    kept = await reflection_from(scene.db, scene.someone, said)
    nudge = await scene.question(str(kept.nudge_id)) if kept else None
    return (nudge, kept) if nudge is not None and kept is not None else None
