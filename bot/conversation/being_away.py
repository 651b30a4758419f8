"""The days on which nothing is asked."""

from datetime import date

from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, coming, read_id
from prompts.composing import home, pacing
from prompts.message import Form, Message
from scheduler.planning import replan
from storage.cadences import add_away, away_days, cadence_of, remove_away

MOST = 20


async def away_form(scene: Scene) -> Form:
    return pacing.away_form(await _known(scene))


async def _known(scene: Scene) -> list[pacing.DaysAway]:
    """Those that are not over."""
    today = scene.local_now().date()
    theirs = (await away_days(scene.db, [scene.someone.id])).get(scene.someone.id, [])
    return [
        pacing.DaysAway(one.id, one.first, one.last)
        for one in sorted(theirs, key=lambda one: (one.first, one.last))
        if one.last >= today
    ]


async def submit_away(scene: Scene, event: Submitted) -> list[Message | Form]:
    row, known = await cadence_of(scene.db, scene.someone), await _known(scene)
    if row is None:
        return [home.not_yours()]
    typed = ["".join(event.values.get(name, ())).strip() for name in ("first", "last")]
    first, last = _day(typed[0]), _day(typed[1] or typed[0])
    problems = _problems(first, last, scene.local_now().date(), len(known))
    if any(problems) or first is None or last is None:
        return [pacing.away_form(known, typed[0], typed[1], problems)]
    await add_away(scene.db, scene.someone, first, last)
    await replan(scene.db, row, scene.now)
    return [pacing.away_kept(first, last, coming(row))]


def _problems(first: date | None, last: date | None, today: date, known: int) -> tuple[str, str]:
    if first is None:
        return "Choose the first day.", ""
    if last is None:
        return "", "This is not a day. Choose one from the calendar."
    if last < first:
        return "", "The last day comes before the first. Give the earlier one first."
    if last < today:
        return "", "These days are over. Choose days to come."
    if (last - first).days > 366 or (first - today).days > 731:
        return "", "Choose days within the next two years, a year at most at a time."
    if known >= MOST:
        return f"There are {MOST} already. Take one out first.", ""
    return "", ""


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


async def not_away(scene: Scene, about: str) -> Message:
    """Typed words name none, and mean the first that is to come."""
    row, known = await cadence_of(scene.db, scene.someone), await _known(scene)
    if about == "" and not known:
        return pacing.never_away()
    key = read_id(about) if about else known[0].key
    if row is None or key is None or not await remove_away(scene.db, scene.someone, key):
        return home.not_yours()
    await replan(scene.db, row, scene.now)
    return pacing.away_taken_out(coming(row))
