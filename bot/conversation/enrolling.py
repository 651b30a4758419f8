"""A lead makes people known by forms: the same road as the table's."""

import csv
import io

from bot.conversation.adding_people import Outcome, Result, add_people, weigh
from bot.conversation.events import Submitted
from bot.conversation.mistakes import MistakesError
from bot.conversation.newpeople import read_people
from bot.conversation.scene import Scene
from prompts.composing import enrolling
from prompts.composing.agreeing import KnownBy
from prompts.message import Form, Message
from storage.members import people
from storage.programmes import cohorts_in, names_of, programmes_in

Reply = Message | Form

SAME = "known here already, and stays as before"
_FIELDS = ("name", "who", "role", "cohort", "coach", "timezone")


async def person_form(scene: Scene) -> Form:
    return await _person_form(scene, {})


async def _person_form(scene: Scene, typed: dict[str, str], error: str = "") -> Form:
    coaches = [
        (one.user_id, one.name)
        for one in await people(scene.db, scene.someone.workspace_id)
        if one.is_coach
    ]
    cohorts = await _cohorts(scene)
    if len(cohorts) == 1:
        typed = {"cohort": cohorts[0][0], **typed}
    return enrolling.person_form(scene.place.known_by, cohorts, coaches, typed, error)


async def _cohorts(scene: Scene) -> list[tuple[str, str]]:
    """(id, name); with its programme's where there are several."""
    cohorts = await cohorts_in(scene.db, scene.someone.workspace_id)
    programmes = await programmes_in(scene.db, scene.someone.workspace_id)
    names = {**await names_of(scene.db, cohorts), **await names_of(scene.db, programmes)}
    return [
        (
            str(one.id),
            names[one.id]
            if len(programmes) == 1
            else f"{names[one.programme_id]} / {names[one.id]}",
        )
        for one in cohorts
    ]


async def submit_person(scene: Scene, event: Submitted) -> list[Reply]:
    typed = {name: "".join(event.values.get(name, ())).strip() for name in _FIELDS}
    try:
        lines = read_people(await _as_table(scene, typed), scene.place.known_by)
        [outcome] = await add_people(
            scene.db, scene.someone.workspace_id, lines, scene.now, scene.someone.id
        )
    except MistakesError as error:
        words = " ".join(one.words for one in error.mistakes)
        return [await _person_form(scene, typed, f"{words} Nobody was added.")]
    if outcome.result is Result.SAME:
        return [enrolling.person_known(outcome.name)]
    return [enrolling.person_added(outcome.name, outcome.words)]


async def _as_table(scene: Scene, typed: dict[str, str]) -> str:
    """As it would stand in a file, so that it is looked at as that is."""
    who = "user_id" if scene.place.known_by is KnownBy.MEMBER_ID else "email"
    cohort = dict(await _cohorts(scene)).get(typed["cohort"], "")
    coach = "" if typed["coach"] == enrolling.NOBODY else typed["coach"]
    if "leader" not in typed["role"]:
        # What stood there for a leader is not meant for anybody else.
        cohort = coach = ""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(("name", who, "role", "cohort", "coach", "timezone"))
    table.writerow((typed["name"], typed["who"], typed["role"], cohort, coach, typed["timezone"]))
    return written.getvalue()


def people_form(scene: Scene) -> Form:
    return enrolling.people_form(scene.place.known_by)


async def submit_people(scene: Scene, event: Submitted) -> list[Reply]:
    text = "".join(event.values.get("people", ()))
    looks, known_by = bool(event.values.get("look")), scene.place.known_by
    workspace_id = scene.someone.workspace_id
    try:
        lines = read_people(text, known_by, head=True)
        if looks:
            outcomes = await weigh(scene.db, workspace_id, lines)
            report = enrolling.would_come([_row(one) for one in outcomes])
            return [enrolling.people_form(known_by, text, report, looks=False)]
        outcomes = await add_people(scene.db, workspace_id, lines, scene.now, scene.someone.id)
    except MistakesError as error:
        report = enrolling.to_correct([(one.line, one.words) for one in error.mistakes])
        form = enrolling.people_form(known_by, text, report, looks=looks, error=enrolling.NOT_ADDED)
        return [form]
    counts = {result: sum(one.result is result for one in outcomes) for result in Result}
    return [enrolling.people_added(counts[Result.NEW], counts[Result.CHANGED], counts[Result.SAME])]


def _row(one: Outcome) -> tuple[int, str, str]:
    return one.line, one.name, one.words or SAME
