"""The programme lead's side: people, pairings, days and hours. No road leads to a reflection."""

from collections.abc import Mapping
from uuid import UUID

from bot.conversation.events import Submitted
from bot.conversation.pacing import form_slots, read_rhythm, typed_rhythm
from bot.conversation.scene import Scene, first_name, read_id
from prompts.composing import home, leading
from prompts.composing.pacing import cadence_in_words
from prompts.message import Form, Message
from scheduler.cadence import CadenceError, to_text
from scheduler.planning import next_moment
from storage.cadences import away_days, cadences, following
from storage.members import people
from storage.pairings import pairings_in
from storage.programmes import Reach, cohorts_in, find_cohort, reach, with_own_hours
from storage.tables import CadenceRow, Cohort, Member, NudgeKind

NONE = "–"


def welcome(scene: Scene) -> Message:
    return leading.lead_welcome(first_name(scene.someone))


async def lead_home(scene: Scene) -> Form:
    workspace_id = scene.someone.workspace_id
    everyone = await people(scene.db, workspace_id)
    names = {one.id: one.name for one in everyone}
    coaches = {
        pairing.leader_id: names.get(pairing.coach_id, NONE)
        for pairing in await pairings_in(scene.db, workspace_id)
    }
    cohorts = {one.id: one for one in await cohorts_in(scene.db, workspace_id)}
    rows = await cadences(scene.db, names, NudgeKind.QUESTION)
    reached = await reach(scene.db, workspace_id)
    return leading.lead_home(
        [
            _person(one, cohorts, coaches.get(one.id, NONE), rows.get(one.id), reached)
            for one in everyone
        ],
        [_cohort_row(one) for one in cohorts.values()],
    )


def _person(
    someone: Member,
    cohorts: Mapping[UUID, Cohort],
    coach: str,
    row: CadenceRow | None,
    reached: Mapping[UUID, Reach],
) -> leading.PersonRow:
    cohort = cohorts.get(someone.cohort_id) if someone.cohort_id else None
    return leading.PersonRow(
        name=someone.name,
        role=_roles(someone),
        cohort=cohort.name if cohort else NONE,
        coach=coach,
        rhythm=_rhythm(row, cohort) if someone.is_leader else NONE,
        zone=row.zone if row else someone.timezone,
        messages=_messages(reached.get(someone.id)) if someone.is_leader else NONE,
    )


def _roles(someone: Member) -> str:
    roles = (
        (someone.is_leader, "Leader"),
        (someone.is_coach, "Coach"),
        (someone.is_lead, "Programme lead"),
    )
    return ", ".join(name for has, name in roles if has)


def _rhythm(row: CadenceRow | None, cohort: Cohort | None) -> str:
    if row is not None:
        return cadence_in_words(form_slots(row.slots)) + (" (their own)" if row.own else "")
    return cadence_in_words(form_slots(cohort.slots)) if cohort else NONE


def _messages(fared: Reach | None) -> str:
    if fared is None:
        return "None sent yet"
    return "Arriving" if fared.arrived else f"Not arriving. {fared.because}"


def _cohort_row(cohort: Cohort) -> leading.CohortRow:
    return leading.CohortRow(
        cohort.id, cohort.name, form_slots(cohort.slots), cohort.earliest, cohort.latest
    )


async def cohort_form(scene: Scene, about: str) -> Form | Message:
    cohort = await _cohort(scene, about)
    return leading.cohort_form(_cohort_row(cohort)) if cohort else home.not_yours()


async def submit_cohort(scene: Scene, event: Submitted) -> list[Message | Form]:
    cohort = await _cohort(scene, event.about)
    if cohort is None:
        return [home.not_yours()]
    try:
        slots, earliest, latest = read_rhythm(event.values)
    except CadenceError as error:
        return [leading.cohort_form(_typed(cohort, event), f"{error} Nothing was changed.")]
    cohort.slots = to_text(slots)
    cohort.earliest, cohort.latest = f"{earliest:%H:%M}", f"{latest:%H:%M}"
    scene.db.add(cohort)
    await _follow(scene, cohort)
    own = await with_own_hours(scene.db, cohort.id)
    everyone = await people(scene.db, scene.someone.workspace_id)
    # Counted without asking who has agreed, for that is not a lead's to know.
    followers = sum(one.is_leader and one.cohort_id == cohort.id for one in everyone) - own
    rhythm = cadence_in_words(form_slots(cohort.slots))
    return [leading.cohort_changed(cohort.name, rhythm, followers, own)]


def _typed(cohort: Cohort, event: Submitted) -> leading.CohortRow:
    """Refused, with what was typed still in the form."""
    typed = typed_rhythm(event.values)
    return leading.CohortRow(cohort.id, cohort.name, typed.slots, typed.earliest, typed.latest)


async def _follow(scene: Scene, cohort: Cohort) -> None:
    """Whoever has not chosen their own follows, from their next question on."""
    rows = await following(scene.db, cohort.id)
    away = await away_days(scene.db, [row.member_id for row in rows])
    for row in rows:
        row.slots, row.earliest, row.latest = cohort.slots, cohort.earliest, cohort.latest
        if row.next_due_at is not None:
            coming = next_moment(row, away.get(row.member_id, ()), scene.now)
            row.next_due_at, row.next_day = (coming.at, coming.day) if coming else (None, None)
        scene.db.add(row)


async def _cohort(scene: Scene, about: str) -> Cohort | None:
    key = read_id(about)
    return await find_cohort(scene.db, scene.someone.workspace_id, key) if key else None
