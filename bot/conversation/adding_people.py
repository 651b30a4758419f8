"""People are made known by lines: what would come of each, and then it is done, all or nothing.

Nobody hears of it: whoever is added waits for an invitation.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.cohorts import join
from bot.conversation.mistakes import Mistake, MistakesError, shown
from bot.conversation.newpeople import PersonLine, Role
from bot.conversation.noting import note_person, note_suggested, roles_in_words
from storage.invitations import wait_for_invitation
from storage.leaving import is_taken
from storage.members import Member, NewMember, add_members, give_roles, people, plainly
from storage.pairings import pairings_in, propose, proposed_in
from storage.programmes import cohorts_in, names_of, programmes_in
from storage.tables import Cohort

# The clock that is kept to until somebody's own is known.
ZONE = "Europe/London"


class Result(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one line, in words that may be shown to whoever wrote it."""

    line: int
    name: str
    result: Result
    words: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a platform itself says of somebody; empty where it does not."""

    zone: str = ""
    locale: str = ""
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """One line beside what is here. `coach` is the id, or the line of somebody who is new."""

    said: PersonLine
    known: Member | None
    cohort: Cohort | None
    coach: UUID | PersonLine | None
    words: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        result = Result.NEW if self.known is None else Result.CHANGED
        if self.known is not None and not self.words:
            result = Result.SAME
        return Outcome(self.said.line, self.said.name, result, "; ".join(self.words))


async def weigh(db: AsyncSession, workspace_id: UUID, lines: Sequence[PersonLine]) -> list[Outcome]:
    """What would come of it. Raises MistakesError."""
    return [step.outcome for step in await _steps(db, workspace_id, lines)]


async def add_people(
    db: AsyncSession,
    workspace_id: UUID,
    lines: Sequence[PersonLine],
    now: datetime,
    actor: UUID | None = None,
    told: Mapping[str, Told] | None = None,
) -> list[Outcome]:
    """`told`: what the platform says, by user id. Raises MistakesError, and has written nothing."""
    steps = await _steps(db, workspace_id, lines)
    here = await _add_new(db, workspace_id, steps, told or {}, now)
    for step in steps:
        someone = here[step.said.line]
        if step.known is not None:
            await _change(db, step, someone, now, actor)
        else:
            note_person(db, someone, "", roles_in_words(someone), now, actor)
    for step in steps:
        coach = here[step.coach.line] if isinstance(step.coach, PersonLine) else None
        if isinstance(step.coach, UUID):
            coach = next(one for one in await people(db, workspace_id) if one.id == step.coach)
        if coach is not None:
            note_suggested(db, await propose(db, here[step.said.line], coach, now), now, actor)
    return [step.outcome for step in steps]


async def _add_new(
    db: AsyncSession,
    workspace_id: UUID,
    steps: Sequence[_Step],
    told: Mapping[str, Told],
    now: datetime,
) -> dict[int, Member]:
    """Everybody of these lines, by the line."""
    new = [step for step in steps if step.known is None]
    added = await add_members(
        db, workspace_id, [_new(step, told.get(step.said.user_id, Told())) for step in new]
    )
    # A lead is here to set things up, and begins by themselves.
    await wait_for_invitation(db, [one for one in added if not one.is_lead], now)
    known = {step.said.line: step.known for step in steps if step.known is not None}
    return known | {step.said.line: one for step, one in zip(new, added, strict=True)}


def _new(step: _Step, told: Told) -> NewMember:
    said = step.said
    zone = told.zone or said.zone
    return NewMember(
        user_id=said.user_id,
        address=said.user_id,
        name=said.name,
        email=said.email,
        timezone=zone or ZONE,
        knows_zone=bool(zone),
        locale=told.locale,
        is_guest=told.is_guest,
        cohort_id=step.cohort.id if step.cohort else None,
        is_leader=Role.LEADER in said.roles,
        is_coach=Role.COACH in said.roles,
        is_lead=Role.LEAD in said.roles,
    )


async def _change(
    db: AsyncSession, step: _Step, someone: Member, now: datetime, actor: UUID | None
) -> None:
    moves = step.cohort is not None and step.cohort.id != someone.cohort_id
    changed = replace(
        someone,
        cohort_id=step.cohort.id if step.cohort else someone.cohort_id,
        is_leader=someone.is_leader or Role.LEADER in step.said.roles,
        is_coach=someone.is_coach or Role.COACH in step.said.roles,
        is_lead=someone.is_lead or Role.LEAD in step.said.roles,
    )
    await give_roles(
        db,
        someone,
        cohort_id=changed.cohort_id,
        is_leader=changed.is_leader,
        is_coach=changed.is_coach,
        is_lead=changed.is_lead,
    )
    after = roles_in_words(changed) + (", in another cohort" if moves else "")
    note_person(db, someone, roles_in_words(someone), after, now, actor)
    if step.cohort is not None and moves:
        await join(db, someone, step.cohort, now)


async def _steps(db: AsyncSession, workspace_id: UUID, lines: Sequence[PersonLine]) -> list[_Step]:
    look = await _look(db, workspace_id, lines)
    mistakes: list[Mistake] = []
    steps = []
    for said in lines:
        try:
            steps.append(await _step(db, look, said))
        except MistakesError as error:
            mistakes += error.mistakes
    if mistakes:
        raise MistakesError(mistakes)
    return steps


@dataclass(frozen=True, slots=True)
class _Here:
    """What is there, as lines speak of it."""

    workspace_id: UUID
    lines: Sequence[PersonLine]
    people: Sequence[Member]
    cohorts: Mapping[str, Sequence[Cohort]]
    names: Mapping[UUID, str]
    paired: frozenset[tuple[UUID, UUID]]


async def _look(db: AsyncSession, workspace_id: UUID, lines: Sequence[PersonLine]) -> _Here:
    cohorts, programmes = await cohorts_in(db, workspace_id), await programmes_in(db, workspace_id)
    names = {**await names_of(db, cohorts), **await names_of(db, programmes)}
    called: dict[str, list[Cohort]] = defaultdict(list)
    for one in cohorts:
        called[plainly(names[one.id])].append(one)
        called[plainly(f"{names[one.programme_id]} / {names[one.id]}")].append(one)
    pairings = [*await pairings_in(db, workspace_id), *await proposed_in(db, workspace_id)]
    return _Here(
        workspace_id,
        lines,
        await people(db, workspace_id),
        called,
        names,
        frozenset((one.leader_id, one.coach_id) for one in pairings),
    )


async def _step(db: AsyncSession, here: _Here, said: PersonLine) -> _Step:
    known = _known(here, said)
    if known is None and await is_taken(db, here.workspace_id, said.user_id):
        raise _wrong(
            said,
            "This person was known here once and left, or was forgotten. Whoever runs Bearings can "
            "bring them back.",
        )
    cohort = _cohort(here, said, known)
    coach = _coach(here, said, known)
    return _Step(said, known, cohort, coach, tuple(_words(here, said, known, cohort, coach)))


def _wrong(said: PersonLine, words: str) -> MistakesError:
    return MistakesError([Mistake(said.line, words)])


def _known(here: _Here, said: PersonLine) -> Member | None:
    found = [
        one
        for one in here.people
        if one.user_id == said.user_id or (said.email and plainly(one.email) == plainly(said.email))
    ]
    if len(found) > 1:
        raise _wrong(said, "The id and the address belong to two different people here.")
    return found[0] if found else None


def _cohort(here: _Here, said: PersonLine, known: Member | None) -> Cohort | None:
    if Role.LEADER not in said.roles:
        return None
    if not said.cohort:
        if known is not None and known.cohort_id is not None:
            return None
        # Each stands there twice: by its own name, and with its programme's.
        every = {one.id: one for some in here.cohorts.values() for one in some}
        if len(every) == 1:
            return next(iter(every.values()))
        words = "There are several cohorts" if every else "There is no cohort yet"
        raise _wrong(said, f"{words}. Say which in the column cohort.")
    match here.cohorts.get(plainly(said.cohort), ()):
        case [only]:
            return only
        case []:
            raise _wrong(said, f"There is no cohort {shown(said.cohort)}. {_there(here)}")
    raise _wrong(
        said, f"More than one cohort is called {shown(said.cohort)}. Write: Programme / Cohort."
    )


def _there(here: _Here) -> str:
    names = sorted({here.names[one.id] for some in here.cohorts.values() for one in some})
    return f"There are: {', '.join(names)}." if names else "Set one up first."


def _coach(here: _Here, said: PersonLine, known: Member | None) -> UUID | PersonLine | None:
    """None where nobody is named, or the two are paired or suggested already."""
    if not said.coach:
        return None
    meant = plainly(said.coach)
    new = [one for one in here.lines if Role.COACH in one.roles and meant in _as_named(one)]
    there = [one for one in here.people if one.is_coach and meant in _names_of(one)]
    # Somebody who is here and stands in the lines, too, is one person.
    there = [one for one in there if not any(_known(here, each) == one for each in new)]
    if len(new) + len(there) > 1:
        raise _wrong(said, f"More than one coach is called {shown(said.coach)}. Use the address.")
    if not new and not there:
        raise _wrong(said, f"There is no coach {shown(said.coach)}, here or in these lines.")
    coach = _known(here, new[0]) or new[0] if new else there[0]
    if coach == said or (known is not None and coach == known):
        raise _wrong(said, "Nobody coaches themselves.")
    if isinstance(coach, PersonLine):
        return coach
    is_paired = known is not None and (known.id, coach.id) in here.paired
    return None if is_paired else coach.id


def _as_named(one: PersonLine) -> set[str]:
    return {plainly(word) for word in (one.name, one.email, one.user_id) if word}


def _names_of(one: Member) -> set[str]:
    return {plainly(word) for word in (one.name, one.email, one.user_id) if word}


def _words(
    here: _Here,
    said: PersonLine,
    known: Member | None,
    cohort: Cohort | None,
    coach: UUID | PersonLine | None,
) -> Iterable[str]:
    has = _roles(known) if known else frozenset[Role]()
    if gained := [role.value for role in Role if role in said.roles - has]:
        yield " and ".join(gained)
    if cohort is not None and (known is None or known.cohort_id != cohort.id):
        yield f"cohort {here.names[cohort.id]}"
    if isinstance(coach, PersonLine):
        yield f"{coach.name} is suggested as coach"
    elif coach is not None:
        name = next(one.name for one in here.people if one.id == coach)
        yield f"{name} is suggested as coach"


def _roles(known: Member) -> frozenset[Role]:
    has = {Role.LEADER: known.is_leader, Role.COACH: known.is_coach, Role.LEAD: known.is_lead}
    return frozenset(role for role, is_one in has.items() if is_one)
