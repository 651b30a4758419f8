"""Who is there to talk to: shown to whoever writes of need, and to nobody else.

Nothing is stored, counted or told, and saving never waits for it. The page is a Form, because a
message would stay in the employer's chat.
"""

from functools import cache

import structlog

from bot.conversation.scene import Scene
from prompts.composing.supporting import support_card, support_page
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
        support = shipped_support()
    except SupportError:
        # The button stands beside every question all the same.
        logger.error("support phrases cannot be read")  # noqa: TRY400 - no quoting
        return []
    tier = support.heard(words)
    if tier is None:
        return []
    return [support_page(support.card(await _nation(scene)), tier, await scene.coach_name())]


async def page(scene: Scene) -> Form:
    """Because they asked for it."""
    return support_page(shipped_support().card(await _nation(scene)), None)


async def help_now(scene: Scene) -> Message:
    """The same, by typed words."""
    return support_card(shipped_support().card(await _nation(scene)), None)


async def _nation(scene: Scene) -> str:
    programme = await scene.programme()
    return programme.nation if programme else ""
