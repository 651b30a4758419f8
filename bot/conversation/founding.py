"""A lead sets up programmes and cohorts by forms: the same road as the file's."""

from uuid import UUID

from bot.conversation.events import Submitted
from bot.conversation.rhythm import form_slots, read_rhythm, typed_rhythm
from bot.conversation.scene import Scene, read_id
from bot.conversation.setting_up import present_setup, set_up
from bot.conversation.setups import (
    EARLIEST,
    LATEST,
    NATION,
    SLOTS,
    CohortSetup,
    ProgrammeSetup,
    Setup,
    SetupError,
    checked_nation,
    clean_name,
    clean_purpose,
)
from prompts.composing import founding, home, leading
from prompts.message import Form, Message
from scheduler.cadence import CadenceError, to_text
from storage.members import plainly
from storage.programmes import names_of, programmes_in
from storage.tables import Programme

Reply = Message | Form


def new_programme_form() -> Form:
    return founding.new_programme_form()


async def submit_new_programme(scene: Scene, event: Submitted) -> list[Reply]:
    name, purpose, nation = (_one(event, field) for field in ("name", "purpose", "nation"))
    try:
        wanted = ProgrammeSetup(clean_name(name), clean_purpose(purpose), checked_nation(nation))
        await _is_new(scene, wanted)
        await set_up(
            scene.db,
            scene.someone.workspace_id,
            Setup(programmes=(wanted,)),
            scene.now,
            scene.someone.id,
        )
    except SetupError as error:
        words = f"{error} Nothing was changed."
        return [founding.new_programme_form(name, purpose, nation or NATION, words)]
    made = await _named(scene, wanted.name)
    return [founding.programme_made(made.id, wanted.name)]


async def _is_new(scene: Scene, wanted: ProgrammeSetup) -> None:
    """A programme of that name, or its cohort of that name, must not be there yet."""
    present = await present_setup(scene.db, scene.someone.workspace_id)
    here = {plainly(one.name): one for one in present.programmes}
    there = here.get(plainly(wanted.name))
    if there is None:
        return
    if not wanted.cohorts:
        raise SetupError("There is a programme of that name already. Give it another.")
    names = {plainly(one.name) for one in there.cohorts}
    if any(plainly(one.name) in names for one in wanted.cohorts):
        raise SetupError("It has a cohort of that name already. Give it another.")


async def _named(scene: Scene, name: str) -> Programme:
    theirs = await programmes_in(scene.db, scene.someone.workspace_id)
    names = await names_of(scene.db, theirs)
    return next(one for one in theirs if plainly(names[one.id]) == plainly(name))


async def new_cohort_form(scene: Scene, about: str) -> Reply:
    found = await _programme(scene, about)
    if found is None:
        return home.not_yours() if about else founding.which_programme()
    programme, title = found
    usual = leading.CohortRow(programme.id, "", form_slots(SLOTS), EARLIEST, LATEST)
    return founding.new_cohort_form(programme.id, title, usual)


async def submit_new_cohort(scene: Scene, event: Submitted) -> list[Reply]:
    found = await _programme(scene, event.about)
    if found is None:
        return [home.not_yours()]
    programme, title = found
    try:
        wanted = ProgrammeSetup(title, cohorts=(_typed(event),))
        await _is_new(scene, wanted)
        await set_up(
            scene.db,
            scene.someone.workspace_id,
            Setup(programmes=(wanted,)),
            scene.now,
            scene.someone.id,
        )
    except (SetupError, CadenceError) as error:
        row = _as_typed(programme.id, event)
        return [founding.new_cohort_form(programme.id, title, row, f"{error} Nothing was changed.")]
    [cohort] = wanted.cohorts
    return [founding.cohort_made(cohort.name, form_slots(cohort.slots or ""))]


def _typed(event: Submitted) -> CohortSetup:
    """Raises SetupError and CadenceError."""
    name = clean_name(_one(event, "name"))
    slots, earliest, latest = read_rhythm(event.values)
    nation = _one(event, "nation") or leading.AS_THE_PROGRAMME
    holidays = "" if nation == leading.AS_THE_PROGRAMME else nation
    return CohortSetup(name, to_text(slots), f"{earliest:%H:%M}", f"{latest:%H:%M}", holidays)


def _as_typed(programme: UUID, event: Submitted) -> leading.CohortRow:
    typed = typed_rhythm(event.values)
    return leading.CohortRow(
        programme,
        _one(event, "name"),
        typed.slots,
        typed.earliest,
        typed.latest,
        _one(event, "nation"),
    )


async def _programme(scene: Scene, about: str) -> tuple[Programme, str] | None:
    """Only one of this workspace's; typed words name none, and mean the only one there is."""
    key = read_id(about)
    theirs = await programmes_in(scene.db, scene.someone.workspace_id)
    names = await names_of(scene.db, theirs)
    if about == "" and len(theirs) == 1:
        return theirs[0], names[theirs[0].id]
    return next(((one, names[one.id]) for one in theirs if one.id == key), None)


def _one(event: Submitted, name: str) -> str:
    return "".join(event.values.get(name, ())).strip()
