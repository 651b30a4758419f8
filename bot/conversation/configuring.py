"""What a lead decides for a programme and its workspace. No road leads to a reflection."""

from bot.conversation.changing import latest_changes
from bot.conversation.cohorts import keep_holidays
from bot.conversation.events import Submitted
from bot.conversation.renaming import rename_to
from bot.conversation.scene import Scene, read_id
from bot.conversation.setups import (
    PURPOSE,
    PURPOSE_REWRITTEN,
    SetupError,
    box_in_words,
    checked_nation,
    clean_purpose,
    programme_in_words,
)
from bot.conversation.supporting import shipped_support
from prompts.composing import configuring, home
from prompts.message import Form, Message
from prompts.supporting import out_of_date
from storage.changes import Thing
from storage.members import takes_the_box_only
from storage.programmes import cohorts_of, names_of, programmes_in, purposes_of, say_purpose
from storage.tables import Programme, Workspace

SHOWN = 100


async def programme_form(scene: Scene, about: str) -> Form | Message:
    programme = await _programme(scene, about)
    if programme is None:
        return home.not_yours()
    return await _form(scene, programme)


async def _form(
    scene: Scene, programme: Programme, error: str = "", event: Submitted | None = None
) -> Form:
    """`event`: what was typed stands in it again."""
    typed = event.values if event else {}
    name = (await names_of(scene.db, [programme]))[programme.id]
    purpose = await _purpose(scene, programme)
    box_only = await takes_the_box_only(scene.db, programme.workspace_id)
    return configuring.programme_form(
        programme.id,
        "".join(typed.get("name", (name,))),
        "".join(typed.get("nation", (programme.nation,))),
        "".join(typed.get("purpose", (purpose,))),
        box_only=bool(typed.get("box_only")) if event else box_only,
        error=error,
    )


async def _purpose(scene: Scene, programme: Programme) -> str:
    return (await purposes_of(scene.db, [programme])).get(programme.id, "")


async def submit_programme(scene: Scene, event: Submitted) -> list[Message | Form]:
    programme = await _programme(scene, event.about)
    if programme is None:
        return [home.not_yours()]
    present = await _purpose(scene, programme)
    try:
        nation = checked_nation("".join(event.values.get("nation", ())))
        # A form as it was before says nothing of it.
        purpose = clean_purpose("".join(event.values.get("purpose", (present,))))
        theirs = await programmes_in(scene.db, programme.workspace_id)
        await rename_to(scene, programme, theirs, "".join(event.values.get("name", ())))
    except SetupError as error:
        return [await _form(scene, programme, f"{error} Nothing was changed.", event)]
    workspace = await scene.db.get_one(Workspace, programme.workspace_id)
    was, box = _programme_in_words(programme), box_in_words(box_only=workspace.box_only)
    programme.nation, workspace.box_only = nation, bool(event.values.get("box_only"))
    scene.db.add_all([programme, workspace])
    if purpose != present:
        await say_purpose(scene.db, programme, purpose)
        scene.changed(Thing.PROGRAMME, programme.id, PURPOSE, PURPOSE_REWRITTEN)
    await scene.db.flush()
    for cohort in await cohorts_of(scene.db, programme):
        await keep_holidays(scene.db, cohort, scene.now)
    scene.changed(Thing.PROGRAMME, programme.id, was, _programme_in_words(programme))
    is_box = box_in_words(box_only=workspace.box_only)
    scene.changed(Thing.WORKSPACE, workspace.id, box, is_box)
    return [configuring.settings_changed()]


def _programme_in_words(programme: Programme) -> str:
    return programme_in_words(programme.nation, is_open=programme.opened_at is not None)


async def open_programme(scene: Scene, about: str) -> Message:
    """Nobody begins while what they would be shown in need has not been checked."""
    programme = await _programme(scene, about)
    if programme is None:
        return home.not_yours()
    overdue = out_of_date(shipped_support(), scene.now.date())
    if overdue:
        return configuring.cards_out_of_date(overdue)
    name = (await names_of(scene.db, [programme]))[programme.id]
    if programme.opened_at is None:
        was = _programme_in_words(programme)
        programme.opened_at = scene.now
        scene.db.add(programme)
        scene.changed(Thing.PROGRAMME, programme.id, was, _programme_in_words(programme))
    return configuring.programme_opened(name)


async def changes_page(scene: Scene) -> Form:
    told = await latest_changes(scene.db, scene.someone.workspace_id, SHOWN)
    return configuring.changes_page(told, scene.someone.timezone)


async def _programme(scene: Scene, about: str) -> Programme | None:
    """Only one of this workspace's; typed words name none, and mean the only one there is."""
    key = read_id(about)
    theirs = await programmes_in(scene.db, scene.someone.workspace_id)
    if about == "" and len(theirs) == 1:
        return theirs[0]
    return next((one for one in theirs if one.id == key), None)
