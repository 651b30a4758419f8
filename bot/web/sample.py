"""The sample programme: two leaders in different zones, their coach, and a programme lead."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.events import Arrived
from bot.conversation.weekly import plan_digest
from bot.web.chatting import hear
from bot.web.posting import PLATFORM, WORKSPACE
from bot.web.showing import Asker, people_here
from prompts.bank import Bank
from prompts.composing.agreeing import NOTICE_VERSION
from prompts.question import Question
from scheduler.planning import replan
from storage.agreements import agree
from storage.members import Member, NewMember, add_members
from storage.objectives import set_objective
from storage.programmes import add_cohort, add_programme
from storage.reflections import keep_reflection
from storage.tables import (
    Allowed,
    CadenceRow,
    Nudge,
    NudgeKind,
    NudgeState,
    Outcome,
    Pairing,
    Workspace,
)

DIGEST_SLOTS = "mon 09:00"
# What Dan was asked in the weeks before the playground opens, and what he kept to himself.
DANS_WEEKS = (
    (9, "CON-OPN-1", "The call with the island council. They asked what we would stop doing."),
    (5, "CON-EXL-1", "The ambulance volunteers. Nobody had thought to ring them."),
)


async def lay_out_sample(db: AsyncSession, bank: Bank, now: datetime) -> UUID:
    """Returns the workspace's id. Amara is new; Dan has been here for a fortnight."""
    workspace = Workspace(platform=PLATFORM, external_id=WORKSPACE)
    db.add(workspace)
    await db.flush()
    await lay_out_programme(db, bank, workspace.id, now)
    return workspace.id


async def lay_out_programme(
    db: AsyncSession,
    bank: Bank,
    workspace_id: UUID,
    now: datetime,
    user_ids: Mapping[str, str] | None = None,
) -> None:
    """`user_ids`: theirs on another platform, by their short names; where they are reached there
    it says itself."""
    programme = await add_programme(db, workspace_id, "Leading across boundaries", now)
    cohort = await add_cohort(db, programme, "Autumn cohort")
    new = [
        _person("amara", "Amara Okafor", cohort_id=cohort.id, is_leader=True),
        _person(
            "dan",
            "Dan Whitfield",
            cohort_id=cohort.id,
            is_leader=True,
            timezone="Atlantic/Stanley",
        ),
        _person("ruth", "Ruth Ellis", is_coach=True),
        _person("priya", "Priya Nair", is_lead=True),
    ]
    if user_ids is not None:
        new = [replace(one, user_id=user_ids[one.user_id], address="") for one in new]
    amara, dan, ruth, _ = await add_members(db, workspace_id, new)
    db.add_all([_pairing(amara, ruth, now), _pairing(dan, ruth, now)])
    await db.flush()
    await plan_digest(db, ruth, now)
    await _dans_fortnight(db, bank, dan, now)


async def lay_out_lead(db: AsyncSession) -> None:
    """Priya alone, with everything still to be set up."""
    workspace = Workspace(platform=PLATFORM, external_id=WORKSPACE)
    db.add(workspace)
    await db.flush()
    await add_members(db, workspace.id, [_person("priya", "Priya Nair", is_lead=True)])


async def greet_everyone(db: AsyncSession, bank: Bank, now: datetime) -> None:
    """Each of them arrives, as they would by opening the chat for the first time."""
    for person, member in await people_here(db):
        asker = Asker(person, member, now, bank)
        await hear(db, asker, Arrived(f"arrived-{member.id}", PLATFORM, WORKSPACE, person.key))


def _person(key: str, name: str, **more: Any) -> NewMember:
    return NewMember(user_id=key, address=key, name=name, email=f"{key}@example.org", **more)


def _pairing(leader: Member, coach: Member, now: datetime) -> Pairing:
    return Pairing(
        workspace_id=leader.workspace_id,
        leader_id=leader.id,
        coach_id=coach.id,
        proposed_at=now,
        leader_accepted_at=now,
        coach_accepted_at=now,
        accepted_at=now,
    )


async def _dans_fortnight(db: AsyncSession, bank: Bank, dan: Member, now: datetime) -> None:
    await agree(db, dan, NOTICE_VERSION, set(Allowed), now - timedelta(days=14))
    objective = await set_objective(
        db,
        dan,
        "Partners start things together without waiting for me.",
        ["connect"],
        now - timedelta(days=13),
        next_review=(now + timedelta(days=78)).date(),
    )
    row = CadenceRow(
        member_id=dan.id,
        kind=NudgeKind.QUESTION,
        workspace_id=dan.workspace_id,
        slots="tue 12:00, thu 16:00",
        zone=dan.timezone,
    )
    await replan(db, row, now)
    for days, question_id, words in DANS_WEEKS:
        question = bank.questions[question_id]
        at = now - timedelta(days=days)
        nudge = _past_question(dan, question, objective.id, at)
        db.add(nudge)
        await db.flush()
        await keep_reflection(db, dan, nudge, question.message, words, at)


def _past_question(who: Member, question: Question, objective_id: UUID, at: datetime) -> Nudge:
    return Nudge(
        id=uuid4(),
        workspace_id=who.workspace_id,
        member_id=who.id,
        slot=f"{at.date().isoformat()}/{NudgeKind.QUESTION}",
        kind=NudgeKind.QUESTION,
        due_at=at,
        ready_at=at,
        expires_at=at,
        state=NudgeState.SENT,
        sent_at=at,
        question_id=question.id,
        question_version=question.version,
        question_words=question.message,
        reason="Your objective touches partners.",
        objective_id=objective_id,
        closed_at=at,
        outcome=Outcome.ANSWERED,
    )
