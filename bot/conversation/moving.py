"""By which clock somebody is asked: as their chat says, until they choose another."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Event, Pressed, Said, Submitted
from bot.conversation.scene import Scene, coming
from bot.conversation.weekly import move_preview
from bot.conversation.words import understand
from prompts.composing import zones
from prompts.message import Form, Message
from scheduler.cadence import CadenceError, check_zone
from scheduler.planning import replan
from storage.cadences import cadence_of
from storage.members import Member
from storage.tables import NudgeKind
from storage.zones import ask_for_zone, choose_zone, follow_zone, let_chat_say


async def follow_clock(db: AsyncSession, someone: Member, told: str, now: datetime) -> None:
    """Their chat says where they are. Where they chose a zone themselves, that one stands."""
    try:
        zone = check_zone(told)
    except CadenceError:
        return
    if zone != someone.zone_told and await follow_zone(db, someone, zone):
        await _move(db, someone, zone, now)


async def live_by(scene: Scene, zone: str, shown: str) -> str:
    """What they wrote into a form that had shown them one: nothing means as their chat says.
    Returns the zone they live by now. Raises CadenceError."""
    someone = scene.someone
    if not zone:
        if not someone.zone_told:
            raise CadenceError("Your chat says no zone. Give a region and a city.")
        await let_chat_say(scene.db, someone)
        chosen = someone.zone_told
    else:
        chosen = check_zone(zone)
        if chosen == shown and (someone.zone_told or someone.zone_chosen):
            # It was left as it stood: nothing was chosen by that.
            return shown
        await choose_zone(scene.db, someone, chosen)
    await _move(scene.db, someone, chosen, scene.now, is_choice=True)
    return chosen


async def _move(
    db: AsyncSession, someone: Member, zone: str, now: datetime, *, is_choice: bool = False
) -> None:
    for kind in (NudgeKind.QUESTION, NudgeKind.DIGEST):
        row = await cadence_of(db, someone, kind)
        # Whoever chose another clock for it than their own had their reason.
        if row is None or row.zone == zone or not (is_choice or row.zone == someone.timezone):
            continue
        row.zone = zone
        await replan(db, row, now, zone_moved=True)
        if kind is NudgeKind.QUESTION:
            await move_preview(db, someone, row, now)


# Asked for, where the chat does not say it


async def ask_once(scene: Scene, event: Event) -> list[Message]:
    """With the first thing that they do after something is planned for them. Not after words that
    are no wish: those may be an answer, or a cry for help."""
    match event:
        case Pressed() | Submitted():
            pass
        case Said(words=words) if understand(words, scene.local_now().date()) is not None:
            pass
        case _:
            return []
    someone = scene.someone
    if someone.zone_told or someone.zone_chosen:
        return []
    if not await ask_for_zone(scene.db, someone, scene.now):
        return []
    return [zones.ask(someone.timezone)]


def zone_form(scene: Scene) -> Form:
    return zones.zone_form(shown(scene.someone))


def shown(someone: Member) -> zones.Shown:
    return zones.Shown(
        someone.timezone, is_chosen=someone.zone_chosen, is_told=bool(someone.zone_told)
    )


async def submit_zone(scene: Scene, event: Submitted) -> list[Message | Form]:
    typed = "".join(event.values.get("zone", ())).strip()
    try:
        zone = await live_by(scene, typed, scene.someone.timezone)
    except CadenceError as error:
        return [zones.zone_form(shown(scene.someone), typed, f"{error} Nothing was changed.")]
    row = await cadence_of(scene.db, scene.someone)
    return [zones.kept(zone, coming(row) if row else "", follows=not typed)]
