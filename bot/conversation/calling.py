"""Asking the other one for a word. Nothing is stored of why, nor told of whether it was heard."""

from bot.conversation.partners import coaches, partner
from bot.conversation.scene import Scene, first_name
from bot.conversation.telling import tell
from prompts.composing import calling, coaching, home
from prompts.message import Message
from scheduler.between import word_slot


async def ask_for_a_word(scene: Scene, about: str) -> Message:
    """A coach asks a leader, once a day at most."""
    found = await partner(scene, about)
    if found is None:
        return coaching.choose_leader() if about == "" else home.not_yours()
    pairing, leader = found
    if not coaches(scene, pairing):
        return home.not_yours()
    name = first_name(leader)
    if not await tell(scene, leader.id, word_slot(pairing.id, scene.local_now().date())):
        return calling.on_its_way(name)
    return calling.passed_to_leader(name, first_name(scene.someone))


async def ask_coach_to_call(scene: Scene) -> Message:
    """A leader asks their coach, whatever they have agreed to or switched off."""
    found = await scene.coach()
    if found is None:
        return calling.no_coach_to_call()
    pairing, coach = found
    name = first_name(coach)
    if not await tell(scene, coach.id, word_slot(pairing.id, scene.local_now().date())):
        return calling.on_its_way(name)
    return calling.passed_to_coach(first_name(scene.someone), name)
