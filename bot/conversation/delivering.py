"""Whether messages go out as they should, for a lead: counts over a week, and nobody's own.

Only questions and digests are counted. How many reminders there were would tell how many had not
answered, and small groups are not told at all.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.conversation.scene import Scene
from prompts.composing import delivering
from prompts.composing.saying import day_and_hour
from prompts.message import Form
from scheduler.auditing import Alarm, alarms, look
from scheduler.figures import Figures, figures
from storage.health import Tally, tallies
from storage.tables import NudgeKind

LOOKED_BACK = timedelta(days=7)
COUNTED = (NudgeKind.QUESTION, NudgeKind.DIGEST)


async def delivery_page(scene: Scene) -> Form:
    here, least = scene.someone.workspace_id, scene.place.least
    counted = await tallies(scene.db, scene.now - LOOKED_BACK, scene.now, here)
    amiss = alarms(await look(scene.db, scene.now, here))
    by_kind = {one.kind: one for one in figures(counted, least)}
    return delivering.delivery_page(
        [_in_words(one, scene.someone.timezone) for one in amiss],
        [_row(by_kind[kind], counted, least) for kind in COUNTED],
    )


def _in_words(one: Alarm, zone: str) -> tuple[str, str]:
    since = day_and_hour(one.since, zone) if one.since else ""
    why = one.why.value if one.why else ""
    return delivering.alarm(one.amiss.value, one.count, since, why)


def _row(one: Figures, counted: Sequence[Tally], least: int) -> delivering.DeliveryRow:
    # One person may stand in several tallies: the largest of them is how many there are at least.
    theirs = [each.people for each in counted if each.kind is one.kind]
    if max(theirs, default=0) < least:
        return delivering.DeliveryRow(one.kind.value)
    return delivering.DeliveryRow(
        one.kind.value,
        delivered=one.delivered,
        late=one.late,
        waiting=one.waiting + one.put_off,
        lost=one.given_up + one.in_doubt,
    )
