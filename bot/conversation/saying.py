"""Something was typed: a wish that is known, an answer, or neither."""

from typing import assert_never

from bot.conversation import agreeing, answering, coaching, pacing
from bot.conversation.opening import may_use
from bot.conversation.pressing import press
from bot.conversation.scene import Scene
from bot.conversation.words import Heard, PauseUntil, Word, understand
from prompts.composing import agreeing as agreement_words
from prompts.composing import coaching as coach_words
from prompts.composing import home, leading
from prompts.message import Form, FormName, Message, Press

Reply = Message | Form

# What a leader may say before having agreed; everything else is neither read nor kept.
_BEFORE = {Word.AGREE, Word.HELP, Word.HELP_NOW, FormName.AGREEMENT, Press.STOP, Press.NOT_NOW}


async def say(scene: Scene, words: str) -> list[Reply]:
    heard = understand(words, scene.local_now().date())
    if scene.someone.is_leader and heard not in _BEFORE and not await scene.has_agreed():
        return [agreement_words.not_agreed_yet()]
    if heard is None:
        return await _unknown(scene, words)
    return await _known(scene, heard)


async def _unknown(scene: Scene, words: str) -> list[Reply]:
    """With a question open these words are its answer."""
    nudge = await scene.open_question() if scene.someone.is_leader else None
    if nudge is not None:
        return await answering.answer_in_words(scene, nudge, words)
    return [home.not_understood() if scene.someone.is_leader else _help(scene)]


async def _known(scene: Scene, heard: Heard) -> list[Reply]:
    match heard:
        case Press():
            return [await press(scene, heard, "") if scene.someone.is_leader else _help(scene)]
        case FormName():
            return [home.offer(heard) if may_use(scene.someone, heard) else _help(scene)]
        case PauseUntil():
            return [await pacing.pause_in_words(scene, heard)]
        case Word():
            return await _wish(scene, heard)
        case _:
            assert_never(heard)


async def _wish(scene: Scene, word: Word) -> list[Reply]:
    match word:
        case Word.HELP:
            return [_help(scene)]
        case Word.HELP_NOW:
            return [home.support()]
        case Word.AGREE:
            return await agreeing.agree_in_words(scene)
        case Word.DIGEST:
            return [await coaching.newest_digest(scene)]
        case Word.PAUSE:
            return [await pacing.pause_in_words(scene, None)]
        case Word.MY_DATA:
            return [home.offer(FormName.JOURNAL)]
        case Word.FORGET_ME:
            return [home.not_by_message(word.value)]
        case _:
            assert_never(word)


def _help(scene: Scene) -> Message:
    if scene.someone.is_leader:
        return home.help_words()
    return coach_words.coach_help() if scene.someone.is_coach else leading.lead_help()
