"""What leaders wrote in the time before, sealed in its place: for the drills and the measurements.

Laid out all at once. By the conversation itself, a year would take longer than anything that is
measured in it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.web.posting import PLATFORM, WORKSPACE
from prompts.bank import Bank
from prompts.composing.agreeing import NOTICE_VERSION
from prompts.question import Question
from storage.bundles import Placing, Try
from storage.engine import transaction
from storage.members import Member, NewMember, add_members
from storage.sealing import own_place, seal_all
from storage.tables import (
    Agreement,
    Allowed,
    Aside,
    CadenceRow,
    CoachingSession,
    CoachQuestion,
    DigestItem,
    Experiment,
    ExperimentState,
    Nudge,
    NudgeKind,
    NudgeState,
    Objective,
    Outcome,
    Pairing,
    Permission,
    Rating,
    Reflection,
    SharedKind,
    Workspace,
)
from storage.texts import Kept
from tests.drills.coaches import insert_all

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
# As a telephone writes it, with an apostrophe that is bent.
WORDS = "I asked the ward clerk first, and she’d known for weeks. "
# In an order in which each finds what it refers to.
TABLES: tuple[type[SQLModel], ...] = (
    Agreement,
    Permission,
    CadenceRow,
    Pairing,
    CoachingSession,
    Objective,
    Nudge,
    Reflection,
    Experiment,
    Rating,
    Aside,
    CoachQuestion,
    DigestItem,
)


@dataclass
class Laid:
    """Rows on their way into the database, and the words that are still to be sealed in them."""

    rows: dict[type[SQLModel], list[SQLModel]] = field(default_factory=lambda: defaultdict(list))
    words: list[tuple[Kept, str]] = field(default_factory=list)

    def add(self, *rows: SQLModel) -> None:
        for one in rows:
            self.rows[type(one)].append(one)

    def write(self, row: Kept, words: str) -> None:
        self.add(row)
        self.words.append((row, words))

    async def store(self, db: AsyncSession, workspace: UUID) -> None:
        places = [(own_place(row, "words"), words) for row, words in self.words]
        sealed = await seal_all(db, workspace, places)
        for (row, _), blob in zip(self.words, sealed, strict=True):
            row.words = blob
        for table in TABLES:
            if self.rows[table]:
                await insert_all(db, self.rows[table])


async def lay_out_journal(
    engine: AsyncEngine,
    now: datetime,
    answers: int,
    words: str = WORDS,
    *,
    at: UUID | None = None,
    amara: str = "amara",
) -> Member:
    """A leader who answered once a day, with these words."""
    laid = Laid()
    async with transaction(engine) as db:
        place = at or (await a_workspace(db)).id
        [leader] = await add_members(db, place, [_leader(amara)])
        laid.add(*_agreed(leader, now - answers * A_DAY))
        for number in range(answers):
            _answer(laid, leader, now - (number + 1) * A_DAY, f"{words} ({number})", None)
        await laid.store(db, place)
    return leader


async def lay_out_year(
    engine: AsyncEngine,
    now: datetime,
    bank: Bank,
    *,
    leaders: int,
    weeks: int = 52,
    at: UUID | None = None,
    ruth: str = "ruth",
) -> tuple[Member, UUID]:
    """A coach, and her newest digest, of yesterday. Each of her leaders has answered twice a week,
    tried something every fortnight and placed themselves every month, and shared all of it."""
    laid = Laid()
    async with transaction(engine) as db:
        place = at or (await a_workspace(db)).id
        [coach, *theirs] = await add_members(
            db,
            place,
            [
                NewMember(user_id=ruth, name="Ruth Ellis", is_coach=True),
                *(_leader(f"leader-{number}") for number in range(leaders)),
            ],
        )
        laid.add(
            CadenceRow(
                member_id=coach.id,
                kind=NudgeKind.DIGEST,
                workspace_id=place,
                slots="mon 09:00",
                zone=coach.timezone,
            )
        )
        digests = [
            _sent(coach, NudgeKind.DIGEST, now - week * A_WEEK - A_DAY) for week in range(weeks)
        ]
        laid.add(*digests)
        for leader in theirs:
            _a_year_of(laid, leader, coach, digests, bank)
        await laid.store(db, place)
    return coach, digests[0].id


async def a_workspace(db: AsyncSession) -> Workspace:
    workspace = Workspace(platform=PLATFORM, external_id=WORKSPACE)
    db.add(workspace)
    await db.flush()
    return workspace


def _leader(name: str) -> NewMember:
    return NewMember(user_id=name, address=name, name=f"{name.title()} Okafor", is_leader=True)


def _agreed(leader: Member, since: datetime) -> list[SQLModel]:
    agreement = Agreement(
        workspace_id=leader.workspace_id,
        member_id=leader.id,
        notice=NOTICE_VERSION,
        agreed_at=since,
    )
    switches = (Allowed.QUESTIONS, Allowed.SHARING)
    return [
        agreement,
        *(Permission(agreement_id=agreement.id, allows=one, given_at=since) for one in switches),
    ]


def _a_year_of(laid: Laid, leader: Member, coach: Member, digests: list[Nudge], bank: Bank) -> None:
    """`digests` are the newest first, one for each week."""
    whose: dict[str, Any] = {"workspace_id": leader.workspace_id, "member_id": leader.id}
    since, last = digests[-1].due_at - A_WEEK, digests[0].due_at
    pairing = Pairing(
        workspace_id=leader.workspace_id, leader_id=leader.id, coach_id=coach.id, accepted_at=since
    )
    laid.add(*_agreed(leader, since), pairing)
    laid.add(CoachingSession(pairing_id=pairing.id, starts_at=last + 3 * A_DAY))
    objective = Objective(**whose, words=b"", made_at=since, shared_at=since, pairing_id=pairing.id)
    laid.write(objective, "Partners start things together.")
    aside = Aside(**whose, words=b"", shared_at=last - A_DAY, pairing_id=pairing.id)
    laid.write(aside, "The merger, until it is public.")
    laid.write(
        CoachQuestion(
            workspace_id=coach.workspace_id,
            member_id=coach.id,
            pairing_id=pairing.id,
            words=b"",
            depth=2,
            kept_at=last,
        ),
        f"What would they miss, {leader.name}?",
    )
    for week, digest in enumerate(digests):
        about: dict[str, Any] = {**whose, "objective_id": objective.id, "pairing_id": pairing.id}
        shared_at = digest.due_at - A_DAY
        told: list[tuple[SharedKind, Reflection | Experiment | Rating | Aside]] = []
        for day in (2, 4):
            question = bank.themed[(2 * week + day) % len(bank.themed)]
            said = _answer(laid, leader, digest.due_at - day * A_DAY, WORDS * 4, question)
            said.objective_id = objective.id
            said.shared_at, said.pairing_id = shared_at, pairing.id
            told.append((SharedKind.REFLECTION, said))
        if week % 2 == 0:
            tried = Experiment(
                **about,
                state=ExperimentState.OBSERVED,
                due=shared_at.date(),
                words=b"",
                made_at=shared_at,
                moved_at=shared_at,
                shared_at=shared_at,
            )
            laid.write(tried, Try("Ask first.", observed=WORDS, surprise=WORDS).to_words())
            told.append((SharedKind.EXPERIMENT, tried))
        if week % 4 == 0:
            placed = Rating(**about, words=b"", rated_at=shared_at, shared_at=shared_at)
            laid.write(placed, Placing(week % 5 - 2, "Halfway.", WORDS).to_words())
            told.append((SharedKind.RATING, placed))
        if week == 0:
            told.append((SharedKind.ASIDE, aside))
        for kind, one in told:
            assert one.shared_at
            laid.add(
                DigestItem(
                    nudge_id=digest.id,
                    item_id=one.id,
                    kind=kind,
                    pairing_id=pairing.id,
                    member_id=leader.id,
                    shared_at=one.shared_at,
                )
            )


def _answer(
    laid: Laid, leader: Member, at: datetime, words: str, question: Question | None
) -> Reflection:
    asked = _sent(leader, NudgeKind.QUESTION, at)
    asked.question_id = question.id if question else "CON-OPN-1"
    asked.question_words = question.message if question else "What was it?"
    asked.closed_at, asked.outcome = at, Outcome.ANSWERED
    laid.add(asked)
    said = Reflection(
        workspace_id=leader.workspace_id,
        member_id=leader.id,
        nudge_id=asked.id,
        question_id=asked.question_id,
        question_version=1,
        question_words=asked.question_words,
        words=b"",
        answered_at=at,
    )
    laid.write(said, words)
    return said


def _sent(to: Member, kind: NudgeKind, at: datetime) -> Nudge:
    return Nudge(
        workspace_id=to.workspace_id,
        member_id=to.id,
        slot=f"{uuid4().hex}/{kind.value}",
        kind=kind,
        due_at=at,
        ready_at=at,
        expires_at=at,
        state=NudgeState.SENT,
        sent_at=at,
    )
