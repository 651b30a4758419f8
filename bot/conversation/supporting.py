"""Who is there to talk to: shown to whoever writes of need, and to nobody else.

Nothing is stored, counted or told, and saving never waits for it. The page is a Form, because a
message would stay in the employer's chat.
"""

import asyncio
from functools import cache

import structlog

from bot.conversation.scene import Scene
from prompts.composing.supporting import support_card, support_page
from prompts.listening import Tier
from prompts.message import Form, Message
from prompts.supporting import Support, SupportError, load_support

logger = structlog.get_logger(__name__)


@cache
def shipped_support() -> Support:
    """The cards and phrases of this installation, read once. Raises SupportError."""
    return load_support()


async def card_if_heard(scene: Scene, words: str) -> list[Form]:
    """The page, where these words hold one of the phrases; else nothing."""
    try:
        # Beside the event loop: a long answer takes milliseconds, and the first one reads files.
        tier = await asyncio.to_thread(_heard, words)
    except SupportError:
        # The button stands beside every question all the same.
        logger.error("support phrases cannot be read")  # noqa: TRY400 - no quoting
        return []
    if tier is None:
        return []
    card = shipped_support().card(await _nation(scene))
    return [support_page(card, tier, await scene.coach_name())]


def _heard(words: str) -> Tier | None:
    return shipped_support().heard(words)


async def page(scene: Scene) -> Form:
    """Because they asked for it."""
    return support_page(
        shipped_support().card(await _nation(scene)), None, await scene.coach_name()
    )


async def help_now(scene: Scene) -> Message:
    """The same, by typed words."""
    return support_card(
        shipped_support().card(await _nation(scene)), None, await scene.coach_name()
    )


async def _nation(scene: Scene) -> str:
    programme = await scene.programme()
    return programme.nation if programme else ""
