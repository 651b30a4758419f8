"""A button was pressed: which capability answers."""

from typing import assert_never

from bot.conversation import agreeing, answering, pacing, sharing
from bot.conversation.scene import Scene
from prompts.composing import agreeing as words
from prompts.composing import home
from prompts.message import Form, Message, Press


async def press(scene: Scene, pressed: Press, about: str) -> Message | Form:
    if not scene.someone.is_leader:
        return home.not_yours()
    if not await scene.has_agreed():
        return await _without_agreement(scene, pressed)
    match pressed:
        case Press.NOT_NOW:
            return home.too_old()
        case Press.SKIP:
            return await pacing.skip(scene, about)
        case Press.LATER:
            return await pacing.later(scene, about)
        case Press.LATER_TOMORROW:
            return await pacing.put_off(scene, about, days=1)
        case Press.LATER_NEXT_WEEK:
            return await pacing.put_off(scene, about, days=7)
        case Press.LATER_BACK:
            return await pacing.back_to_the_question(scene, about)
        case Press.HEAVY_WEEK:
            return await pacing.heavy_week(scene, about)
        case Press.NOT_FOR_ME:
            return await pacing.not_for_me(scene, about)
        case Press.WHY:
            return await answering.why(scene, about)
        case Press.SHARE:
            return await sharing.share(scene, about)
        case Press.ALLOW_SHARING:
            return await sharing.allow_sharing(scene, about)
        case Press.TAKE_BACK:
            return await sharing.take_back(scene, about)
        case Press.ASK_NOW:
            return await answering.ask_now(scene)
        case Press.RESUME:
            return await pacing.resume(scene)
        case Press.STOP:
            return await pacing.stop(scene)
        case _:
            assert_never(pressed)


async def _without_agreement(scene: Scene, pressed: Press) -> Message:
    has_left = await scene.has_left()
    if not has_left and pressed in {Press.NOT_NOW, Press.STOP}:
        return words.not_now()
    return agreeing.not_agreed(has_left=has_left)
