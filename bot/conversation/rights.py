"""What a leader can do with everything that is theirs: see it, take it away, have it forgotten."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from bot.conversation.scene import Scene
from prompts.composing import rights
from prompts.message import Form, Message
from prompts.variables import Variables, filled
from storage.agreements import disallow
from storage.audit import of_owner
from storage.copies import Kind, make_link
from storage.erasing import forget
from storage.members import let_hand_over, mark_asked_to_be_forgotten, opened_names
from storage.reflections import asked_about
from storage.tables import Action, Allowed

SECOND_STEP_WITHIN = timedelta(hours=1)
HANDED_OVER_WITHIN = timedelta(days=7)
SHOWN = 100
# What somebody else did with a leader's things.
BY_OTHERS = (Action.OPENED, Action.TOOK_DATA)
OPERATOR = "Whoever runs Bearings"


def my_data() -> Message:
    return rights.my_data()


async def take_my_data(scene: Scene) -> Form:
    """The way to a copy. Making one is recorded, for the leader alone to see."""
    scene.record(Action.ASKED_FOR_DATA, owner=scene.someone.id)
    if scene.place.address is None:
        return rights.copy_page("", "")
    token = await make_link(scene.db, scene.someone, scene.now)
    way = f"{scene.place.address}/data/{token}"
    return rights.copy_page(*(f"{way}/{kind.value}" for kind in (Kind.TEXT, Kind.JSON)))


async def hand_me_my_data(scene: Scene) -> Message:
    until = scene.now + HANDED_OVER_WITHIN
    await let_hand_over(scene.db, scene.someone, until)
    scene.record(Action.ASKED_FOR_DATA, owner=scene.someone.id)
    return rights.hand_over(until, scene.someone.timezone)


async def readers_page(scene: Scene) -> Form:
    rows = [
        row
        for row in await of_owner(scene.db, scene.someone.id, BY_OTHERS, SHOWN)
        if row.actor_id != scene.someone.id
    ]
    names = await opened_names(scene.db, {row.actor_id for row in rows if row.actor_id})
    things = await asked_about(scene.db, scene.someone, {row.about for row in rows if row.about})
    return rights.readers_page(
        [
            rights.Opening(
                reader=names.get(row.actor_id, "Somebody who has left")
                if row.actor_id
                else OPERATOR,
                what=_what(things, row.about),
                at=row.at,
            )
            for row in rows
        ],
        scene.someone.timezone,
    )


def _what(things: Mapping[UUID, str], about: UUID | None) -> str:
    if about is None:
        return "A copy of everything"
    return filled(things.get(about, "An objective"), Variables())


async def leave_totals(scene: Scene) -> Message:
    """From the next release on. Figures that were released before do not move."""
    if await disallow(scene.db, scene.someone, Allowed.TOTALS, scene.now):
        scene.record(Action.LEFT_TOTALS, owner=scene.someone.id)
    return rights.left_totals()


async def ask_before_forgetting(scene: Scene) -> Message:
    """The first of two steps."""
    await mark_asked_to_be_forgotten(scene.db, scene.someone, scene.now)
    return rights.ask_before_forgetting()


async def keep_everything(scene: Scene) -> Message:
    await mark_asked_to_be_forgotten(scene.db, scene.someone, None)
    return rights.kept()


async def forget_me(scene: Scene) -> Message:
    """The second step. From here on nothing they wrote can be read by anybody."""
    asked_at = scene.someone.asked_to_be_forgotten_at
    if asked_at is None or scene.now - asked_at > SECOND_STEP_WITHIN:
        return rights.ask_first()
    receipt = uuid4()
    await forget(scene.db, scene.someone.workspace_id, scene.someone.id)
    scene.record(Action.ERASED, owner=scene.someone.id, about=receipt)
    return rights.forgotten(str(receipt))
