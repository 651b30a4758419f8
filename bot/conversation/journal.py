"""A leader's own reflections: to read, to look something up in, and to have erased one by one."""

from datetime import date, datetime, time, timedelta

from bot.conversation import forgetting
from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, read_id
from prompts.composing import asking, home, journal
from prompts.message import Form, Message
from prompts.variables import Variables, filled
from scheduler.cadence import local_moment
from storage.objectives import all_objectives, find_objective, objectives_by_id
from storage.reflections import (
    Looked,
    find_reflection,
    reflection_on,
    to_the_hour,
)
from storage.reflections import journal as entries_of
from storage.rights import Purpose
from storage.searching import find_in_answers
from storage.tables import Reflection
from storage.texts import Kept, open_texts

# Slack shows a hundred blocks, and each entry is five of them.
SHOWN = 12
LONGEST_SEARCH = 100
A_DAY = timedelta(days=1)


async def journal_page(scene: Scene, about: str) -> Form | Message:
    """The newest; or what is older than the entry named, or all about the objective named."""
    if not about:
        return await _page(scene, Looked())
    key = read_id(about)
    last = await find_reflection(scene.db, scene.someone, key) if key else None
    if last is not None:
        return await _page(scene, Looked(older_than=last))
    objective = await find_objective(scene.db, scene.someone, key) if key else None
    if objective is None:
        return home.not_yours()
    return await _page(scene, Looked(objective_id=objective.id))


async def _page(scene: Scene, looked: Looked, found: str = "") -> Form:
    entries = await entries_of(scene.db, scene.someone, SHOWN + 1, looked)
    shown, more = entries[:SHOWN], len(entries) > SHOWN
    older = str(shown[-1].id) if more and not found and looked.objective_id is None else ""
    return journal.journal_page(
        await _entries(scene, shown), scene.someone.timezone, more=more, older=older, found=found
    )


async def _entries(scene: Scene, shown: list[Reflection]) -> list[journal.Entry]:
    named = await objectives_by_id(scene.db, {one.objective_id for one in shown})
    kept: list[Kept] = [*shown, *named.values()]
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, kept, scene.now)
    pairing_id, coach = await scene.shares_with()
    return [
        journal.Entry(
            nudge=one.nudge_id,
            question=filled(one.question_words, Variables()),
            words=words[one.id],
            answered_at=one.answered_at,
            objective=words.get(one.objective_id, "") if one.objective_id else "",
            shared_with=coach if one.shared_at and one.pairing_id == pairing_id else "",
        )
        for one in shown
    ]


# ---- looking something up ----


async def search_form(scene: Scene) -> Form:
    return journal.search_form(await _objectives(scene))


async def _objectives(scene: Scene) -> list[tuple[str, str]]:
    """(id, words) of every one they ever had."""
    mine = await all_objectives(scene.db, scene.someone)
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, mine, scene.now)
    return [(str(one.id), words[one.id]) for one in mine]


async def submit_search(scene: Scene, event: Submitted) -> list[Message | Form]:
    wanted = journal.Wanted(
        *("".join(event.values.get(name, ())).strip() for name in journal.FIELDS)
    )
    first, last = _day(wanted.first), _day(wanted.last)
    objectives = await _objectives(scene)
    if problem := _problem(wanted, first, last, {key for key, _ in objectives}):
        return [journal.search_form(objectives, wanted, problem)]
    among = None
    if wanted.words:
        among = await find_in_answers(scene.db, scene.someone, wanted.words)
    looked = Looked(
        objective_id=read_id(wanted.objective),
        first=_start(scene, first) if first else None,
        until=_start(scene, last + A_DAY) if last and last < date.max else None,
        among=among,
    )
    return [await _page(scene, looked, journal.in_words(wanted, first, last))]


def _problem(
    wanted: journal.Wanted, first: date | None, last: date | None, objectives: set[str]
) -> str:
    if not any((wanted.words, wanted.objective, wanted.first, wanted.last)):
        return "Say what to look for: a word, an objective or a day."
    if len(wanted.words) > LONGEST_SEARCH:
        return f"It has {len(wanted.words)} characters, and {LONGEST_SEARCH} fit. Shorten it."
    if (wanted.first and first is None) or (wanted.last and last is None):
        return "One of these is not a day. Choose it from the calendar."
    if first and last and last < first:
        return "The last day comes before the first. Give the earlier one first."
    if wanted.objective and wanted.objective not in objectives:
        return "This objective is not here any more. Choose again."
    return ""


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _start(scene: Scene, day: date) -> datetime:
    """Its first moment on the leader's clock, to the hour, as answers are kept."""
    try:
        start = local_moment(day, time(0), scene.someone.timezone)
    except OverflowError:
        return scene.now
    return to_the_hour(start or scene.now)


# ---- erasing one ----


async def ask_before_erasing(scene: Scene, about: str) -> Message:
    """The first of two steps. Typed words name none, and mean the newest question's answer."""
    nudge = await scene.question(about)
    if nudge is None or await reflection_on(scene.db, nudge) is None:
        return home.not_yours() if about else asking.nothing_answered()
    return journal.ask_before_erasing(nudge.id)


async def erase(scene: Scene, about: str) -> Message:
    nudge = await scene.question(about)
    kept = await reflection_on(scene.db, nudge) if nudge else None
    if nudge is None or kept is None:
        return home.not_yours() if about else asking.nothing_answered()
    return await forgetting.erase(scene, nudge, kept)
