"""A new coach gets what the leader hands over, one thing at a time. Nothing moves by itself."""

from typing import assert_never
from uuid import UUID

from bot.conversation.events import Submitted
from bot.conversation.scene import Scene, read_id
from prompts.composing import handing_over, home, sharing
from prompts.message import Form, Message
from storage.bundles import DAMAGED, Placing, Try
from storage.handing_over import Handable, hand_over, left_behind
from storage.rights import Purpose
from storage.tables import Action, Experiment, Objective, Rating, Reflection
from storage.texts import open_texts

ON_ONE_PAGE = 30


async def can_hand_over(scene: Scene) -> bool:
    return bool(await left_behind(scene.db, scene.someone))


async def hand_over_form(scene: Scene, about: str) -> Form | Message:
    """`about` is the thing after which this page begins."""
    ready = await _ready(scene)
    if isinstance(ready, Message):
        return ready
    _, coach = ready
    page, older = _page(await left_behind(scene.db, scene.someone), read_id(about))
    words = await open_texts(scene.db, scene.someone, Purpose.OWN_PAGE, page, scene.now)
    things = [
        handing_over.Thing(one.id, kind_of(one), _in_words(one, words.get(one.id, "")))
        for one in page
    ]
    return handing_over.hand_over_form(coach, things, about, older)


async def _ready(scene: Scene) -> tuple[UUID, str] | Message:
    """The pairing and the coach's first name, or why nothing can be shared."""
    coach = await scene.coach_name()
    if not coach:
        return handing_over.no_new_coach()
    pairing_id, _ = await scene.shares_with()
    return (pairing_id, coach) if pairing_id else sharing.switch_on_first(coach)


def _page(things: list[Handable], after: UUID | None) -> tuple[list[Handable], UUID | None]:
    """These, and the one after which there are more."""
    ids = [one.id for one in things]
    start = ids.index(after) + 1 if after in ids else 0
    page = things[start : start + ON_ONE_PAGE]
    return page, page[-1].id if start + ON_ONE_PAGE < len(things) else None


def kind_of(thing: Handable) -> str:
    match thing:
        case Reflection():
            return "answers"
        case Objective():
            return "objectives"
        case Experiment():
            return "experiments"
        case Rating():
            return "placings"
        case _:
            assert_never(thing)


def _in_words(thing: Handable, words: str) -> str:
    match thing:
        case Experiment():
            return Try.read(words).action
        case Rating():
            placing = Placing.read(words)
            if placing is None:
                return DAMAGED
            return f"{placing.level:+d} {placing.level_words} {placing.evidence}"
        case Reflection() | Objective():
            return words
        case _:
            assert_never(thing)


async def submit_hand_over(scene: Scene, event: Submitted) -> list[Message | Form]:
    ready = await _ready(scene)
    if isinstance(ready, Message):
        return [ready]
    pairing_id, coach = ready
    wanted = {value for name in handing_over.KINDS for value in event.values.get(name, ())}
    things = await left_behind(scene.db, scene.someone)
    chosen = [one for one in things if str(one.id) in wanted]
    if not chosen:
        # What was chosen may have been taken back in the meantime.
        return [home.not_yours() if wanted else handing_over.nothing_chosen(coach)]
    await hand_over(scene.db, chosen, pairing_id, scene.now)
    for one in chosen:
        scene.record(Action.SHARED, owner=scene.someone.id, about=one.id, detail="handed over")
    return [handing_over.handed_over(coach, more=len(chosen) < len(things))]
