"""What is walked through again and again."""

from tests.bot.playing import MINE, WISH
from tests.browser.looking import Viewer


async def is_asked(seen: Viewer, objective: str = MINE) -> None:
    """Amara agrees, sets an objective and has a question in front of her."""
    await seen.goes("/leader")
    await seen.page.get_by_label("Send me questions").check()
    await seen.button("Agree").click()
    await seen.page.get_by_label(WISH).fill(objective)
    await seen.button("Keep this objective").click()
    await seen.sees("Your objective is kept.")
    await seen.button("Next moment").click()
    await seen.button("Save").wait_for()
