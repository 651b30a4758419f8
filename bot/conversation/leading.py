"""The programme lead's side: people, pairings, days and hours. No road leads to a reflection."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from bot.conversation.cohorts import follow
from bot.conversation.events import Submitted
from bot.conversation.renaming import rename_to
from bot.conversation.rhythm import form_slots, read_rhythm, typed_rhythm
from bot.conversation.scene import Scene, first_name, read_id
from bot.conversation.setups import SetupError, as_setup, cohort_in_words
from bot.conversation.totalling import totals_of
from prompts.composing import home, leading
from prompts.composing.pacing import cadence_in_words
from prompts.message import Form, Message
from scheduler.cadence import CadenceError, check_for_others, to_text
from storage.changes import Thing
from storage.invitations import waiting_in
from storage.members import Member, people
from storage.pairings import pairings_in, proposed_in
from storage.programmes import (
    cohorts_in,
    find_cohort,
    names_of,
    programmes_in,
    refused_deliveries,
)
from storage.tables import Cohort

NONE = "–"


def welcome(scene: Scene) -> Message:
    return leading.lead_welcome(first_name(scene.someone))


async def lead_home(scene: Scene) -> Form:
    workspace_id = scene.someone.workspace_id
    everyone = await people(scene.db, workspace_id)
    names = {one.id: one.name for one in everyone}
    coaches = await _coaches(scene, names)
    cohorts = await cohorts_in(scene.db, workspace_id)
    called = await names_of(scene.db, cohorts)
    rows = {one.id: _cohort_row(one, called[one.id]) for one in cohorts}
    refused = await refused_deliveries(scene.db, workspace_id)
    programmes = await programmes_in(scene.db, workspace_id)
    titles = await names_of(scene.db, programmes)
    waiting = await waiting_in(scene.db, workspace_id)
    theirs: dict[UUID, list[UUID]] = defaultdict(list)
    for cohort in cohorts:
        theirs[cohort.programme_id].append(cohort.id)
    return leading.lead_home(
        [
            leading.ProgrammeRow(
                one.id,
                titles[one.id],
                is_open=one.opened_at is not None,
                waiting=sum(
                    each.id in waiting and each.cohort_id in {None, *theirs.get(one.id, ())}
                    for each in everyone
                ),
            )
            for one in sorted(programmes, key=lambda one: titles[one.id])
        ],
        [
            _person(one, rows, coaches.get(one.id, NONE), _arriving(one, refused, waiting))
            for one in everyone
        ],
        sorted(rows.values(), key=lambda row: row.name),
        await totals_of(scene, cohorts),
    )


async def _coaches(scene: Scene, names: Mapping[UUID, str]) -> dict[UUID, str]:
    """Who coaches each leader, and who is suggested; never who has said yes or no to it."""
    workspace_id = scene.someone.workspace_id
    theirs: dict[UUID, list[str]] = defaultdict(list)
    for pairing in await pairings_in(scene.db, workspace_id):
        theirs[pairing.leader_id].append(names.get(pairing.coach_id, NONE))
    for pairing in await proposed_in(scene.db, workspace_id):
        theirs[pairing.leader_id].append(f"{names.get(pairing.coach_id, NONE)} (suggested)")
    return {leader: ", ".join(coaches) for leader, coaches in theirs.items()}


def _person(
    someone: Member, cohorts: Mapping[UUID, leading.CohortRow], coach: str, messages: str
) -> leading.PersonRow:
    """What the programme itself set up. Nothing that only a leader's agreement brings about."""
    cohort = cohorts.get(someone.cohort_id) if someone.cohort_id else None
    return leading.PersonRow(
        name=someone.name,
        role=_roles(someone),
        cohort=cohort.name if cohort else NONE,
        coach=coach,
        messages=messages,
    )


def _arriving(someone: Member, refused: Mapping[UUID, str], waiting: Collection[UUID]) -> str:
    if someone.id in waiting:
        return "Not invited yet"
    why = refused.get(someone.id, "")
    return f"Not arriving. {why}" if why else "No trouble known"


def _roles(someone: Member) -> str:
    roles = (
        (someone.is_leader, "Leader"),
        (someone.is_coach, "Coach"),
        (someone.is_lead, "Programme lead"),
    )
    return ", ".join(name for has, name in roles if has)


def _cohort_row(cohort: Cohort, name: str) -> leading.CohortRow:
    return leading.CohortRow(
        cohort.id, name, form_slots(cohort.slots), cohort.earliest, cohort.latest, cohort.nation
    )


async def cohort_form(scene: Scene, about: str) -> Form | Message:
    cohort = await _cohort(scene, about)
    if cohort is None:
        return home.not_yours()
    name = (await names_of(scene.db, [cohort]))[cohort.id]
    return leading.cohort_form(_cohort_row(cohort, name))


async def submit_cohort(scene: Scene, event: Submitted) -> list[Message | Form]:
    cohort = await _cohort(scene, event.about)
    if cohort is None:
        return [home.not_yours()]
    name = (await names_of(scene.db, [cohort]))[cohort.id]
    nation = _nation(event)
    try:
        slots, earliest, latest = read_rhythm(event.values)
        check_for_others(slots)
        check_nation(nation)
    except CadenceError as error:
        return [leading.cohort_form(_typed(cohort, name, event), f"{error} Nothing was changed.")]
    try:
        name = await rename_to(
            scene, cohort, await _beside(scene, cohort), "".join(event.values.get("name", ()))
        )
    except SetupError as error:
        return [leading.cohort_form(_typed(cohort, name, event), f"{error} Nothing was changed.")]
    before = cohort_in_words(as_setup(cohort))
    cohort.nation = "" if nation == leading.AS_THE_PROGRAMME else nation
    cohort.slots = to_text(slots)
    cohort.earliest, cohort.latest = f"{earliest:%H:%M}", f"{latest:%H:%M}"
    scene.db.add(cohort)
    await follow(scene.db, cohort, scene.now)
    scene.changed(Thing.COHORT, cohort.id, before, cohort_in_words(as_setup(cohort)))
    return [leading.cohort_changed(name, cadence_in_words(form_slots(cohort.slots)))]


def _nation(event: Submitted) -> str:
    return "".join(event.values.get("nation", ())) or leading.AS_THE_PROGRAMME


def _typed(cohort: Cohort, name: str, event: Submitted) -> leading.CohortRow:
    """Refused, with what was typed still in the form."""
    typed = typed_rhythm(event.values)
    name = "".join(event.values.get("name", ())) or name
    return leading.CohortRow(
        cohort.id, name, typed.slots, typed.earliest, typed.latest, _nation(event)
    )


def check_nation(nation: str) -> None:
    if nation not in {value for value, _ in leading.HOLIDAYS}:
        raise CadenceError("Choose whose bank holidays are kept.")


async def _beside(scene: Scene, cohort: Cohort) -> list[Cohort]:
    every = await cohorts_in(scene.db, cohort.workspace_id)
    return [one for one in every if one.programme_id == cohort.programme_id]


async def _cohort(scene: Scene, about: str) -> Cohort | None:
    key = read_id(about)
    return await find_cohort(scene.db, scene.someone.workspace_id, key) if key else None
