"""The only door: one event in, messages out, in the one transaction that it is given."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation import agreeing, following, inviting, leaving, moving
from bot.conversation.events import (
    Arrived,
    Event,
    Left,
    Opened,
    Pressed,
    Returned,
    Reworded,
    Said,
    Submitted,
    Unsaid,
)
from bot.conversation.opening import open_form
from bot.conversation.pressing import press
from bot.conversation.saying import say
from bot.conversation.scene import Scene, coming
from bot.conversation.submitting import submit
from prompts.bank import Bank
from prompts.composing import home
from prompts.composing.agreeing import Place
from prompts.message import Form, Message
from storage.cadences import cadence_of
from storage.members import find_member, mark_arrived
from storage.receipts import first_time

Reply = Message | Form


async def take_turn(
    db: AsyncSession, event: Event, *, now: datetime, bank: Bank, place: Place
) -> list[Reply]:
    """What the companion answers; empty for an event that was taken before.

    Looking (Opened) changes nothing and leaves no receipt; only a look at what somebody else wrote
    leaves a trace in the audit log. Everything else locks the member's
    row first, so two events of one person are taken one after the other.
    """
    if isinstance(event, Returned):
        await leaving.come_back(db, event, now)
        return []
    looks = isinstance(event, Opened)
    someone = await find_member(
        db, event.platform, event.workspace, event.user_id, to_change=not looks
    )
    if someone is None:
        return [home.stranger()]
    if not looks and not await first_time(db, someone.workspace_id, event.id, now):
        return []
    scene = Scene(db, someone, now, bank, place)
    return [*await _answer(scene, event), *await moving.ask_once(scene, event)]


def was_refused(event: Event, replies: Sequence[Reply]) -> bool:
    """The form comes back with what was typed, and says what has to be changed."""
    return isinstance(event, Submitted) and any(map(_has_errors, replies))


def _has_errors(reply: Reply) -> bool:
    return isinstance(reply, Form) and any((reply.error, *(one.error for one in reply.fields)))


async def _answer(scene: Scene, event: Event) -> list[Reply]:
    match event:
        case Arrived():
            return await _arrive(scene, is_back=event.is_back)
        case Left():
            return await leaving.leave(scene, event)
        case Returned():
            return []  # they were here all the time
        case Said():
            return await say(scene, event)
        case Reworded():
            return await following.reword(scene, event)
        case Unsaid():
            return await following.unsay(scene, event)
        case Pressed(press=pressed, about=about):
            return await press(scene, pressed, about)
        case Opened(form=form, about=about):
            return [await open_form(scene, form, about)]
        case Submitted():
            return await submit(scene, event)
        case _:
            assert_never(event)


async def _arrive(scene: Scene, *, is_back: bool) -> list[Reply]:
    """A hello the first time, one for each of their roles; the notice for who has not agreed."""
    held = await inviting.hold_hello(scene) if scene.someone.arrived_at is None else None
    if held is not None:
        return held
    if not await mark_arrived(scene.db, scene.someone, scene.now):
        return [await _back(scene)] if is_back else []
    return await inviting.hello(scene)


async def _back(scene: Scene) -> Reply:
    """Nothing that was due meanwhile comes late."""
    row = await cadence_of(scene.db, scene.someone)
    if row is None and scene.someone.is_leader:
        return await agreeing.notice(scene)
    return home.back_again(coming(row) if await scene.has_agreed() else "")
