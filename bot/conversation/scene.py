"""Who is talking, when, and what a turn can reach."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from prompts.bank import Bank
from prompts.composing.agreeing import NOTICE_VERSION, Place
from prompts.composing.asking import Asked
from prompts.composing.saying import day, day_and_hour
from prompts.question import A_VARIABLE
from prompts.variables import Variables, filled
from scheduler.planning import to_cadence
from scheduler.reminding import QUESTION_OPEN_FOR, waits_until
from storage.agreements import Consent, consent_of
from storage.audit import Entry, record
from storage.cadences import away_days, cadence_of
from storage.changes import Change, Thing, note_change
from storage.experiments import find_experiment
from storage.members import Member
from storage.objectives import find_objective
from storage.pairings import coach_of
from storage.programmes import programme_of
from storage.questions import find_nudge, latest_question, open_question
from storage.tables import (
    Action,
    Allowed,
    CadenceRow,
    Experiment,
    Nudge,
    Objective,
    Pairing,
    Programme,
    Rating,
    Reflection,
)


@dataclass(frozen=True, slots=True)
class Scene:
    db: AsyncSession
    someone: Member
    now: datetime
    bank: Bank
    place: Place

    async def consent(self) -> Consent | None:
        return await consent_of(self.db, self.someone)

    async def has_agreed(self) -> bool:
        consent = await self.consent()
        return consent is not None and Allowed.QUESTIONS in consent.allows

    async def notice_has_changed(self) -> bool:
        """They agreed, but to an older notice than the present one."""
        consent = await self.consent()
        return consent is not None and consent.notice != NOTICE_VERSION

    async def programme(self) -> Programme | None:
        return await programme_of(self.db, self.someone.cohort_id)

    async def programme_is_open(self) -> bool:
        """Somebody in no programme waits for none."""
        programme = await self.programme()
        return programme is None or programme.opened_at is not None

    async def has_left(self) -> bool:
        """They agreed once, and switched questions off since. What they wrote is still theirs."""
        return not await self.has_agreed() and await cadence_of(self.db, self.someone) is not None

    async def may_read(self) -> bool:
        """What they wrote is theirs to read from their agreement on, also after they left."""
        return await self.has_agreed() or await self.has_left()

    async def coach(self) -> tuple[Pairing, Member] | None:
        return await coach_of(self.db, self.someone)

    async def coach_name(self) -> str:
        """Their coach's first name, or empty."""
        found = await self.coach()
        return first_name(found[1]) if found else ""

    async def shares_with(self) -> tuple[UUID | None, str]:
        """The pairing under which things can be read, and the coach's first name; or nobody."""
        found, consent = await self.coach(), await self.consent()
        if found is None or consent is None or Allowed.SHARING not in consent.allows:
            return None, ""
        return found[0].id, first_name(found[1])

    async def reader(self, kept: Reflection | Objective | Rating | Experiment) -> str:
        """The first name of the coach who can read this now, or empty: only its writer can."""
        pairing_id, coach = await self.shares_with()
        return coach if kept.shared_at is not None and kept.pairing_id == pairing_id else ""

    async def reader_of_titles(self) -> str:
        """The coach's first name, where the agreement lets the coach see every objective."""
        consent, (_, coach) = await self.consent(), await self.shares_with()
        return coach if consent is not None and Allowed.TITLES in consent.allows else ""

    async def reader_of_objective(self, objective: Objective) -> str:
        return await self.reader_of_titles() or await self.reader(objective)

    def record(
        self,
        action: Action,
        *,
        owner: UUID | None = None,
        about: UUID | None = None,
        detail: str = "",
    ) -> None:
        """In the audit log, as done by whoever is talking."""
        record(
            self.db,
            Entry(
                self.now,
                self.someone.workspace_id,
                action,
                actor=self.someone.id,
                owner=owner,
                about=about,
                detail=detail,
            ),
        )

    def changed(self, thing: Thing, about: UUID, before: str, after: str) -> None:
        """In the log of changes, as made by whoever is talking."""
        note_change(
            self.db,
            Change(
                self.now,
                self.someone.workspace_id,
                thing,
                before,
                after,
                about=about,
                actor=self.someone.id,
            ),
        )

    def local_now(self) -> datetime:
        return self.now.astimezone(ZoneInfo(self.someone.timezone))

    async def open_question(self) -> Nudge | None:
        return await open_question(self.db, self.someone, self.now)

    async def waits_until(self) -> datetime:
        """How long a question that is asked at this moment waits for its answer."""
        row = await cadence_of(self.db, self.someone)
        if row is None:
            return self.now + QUESTION_OPEN_FOR
        away = await away_days(self.db, [self.someone.id])
        return waits_until(to_cadence(row, away.get(self.someone.id, ())), self.now)

    async def question(self, about: str) -> Nudge | None:
        """The question a press names; for typed words, which name none, the newest."""
        if about == "":
            return await latest_question(self.db, self.someone)
        key = read_id(about)
        return await find_nudge(self.db, self.someone, key) if key else None

    async def asked(self, nudge: Nudge) -> Asked:
        """In the wording that was asked, whatever the bank has made of it since."""
        words = nudge.question_words
        if A_VARIABLE.search(words):
            question = self.bank.questions.get(nudge.question_id)
            words = filled(words, await self.known(nudge), question)
        chosen_by = await self.coach_name() if nudge.pin_id else ""
        about = nudge.experiment_id
        experiment = await find_experiment(self.db, self.someone, about) if about else None
        reader = await self.reader(experiment) if experiment else ""
        known = self.bank.questions.get(nudge.question_id)
        return Asked.of(nudge.id, words, nudge.question_id, known, chosen_by, reader)

    async def known(self, nudge: Nudge, objective: str = "") -> Variables:
        """What this question may name; `objective` only where the leader alone reads."""
        about = (
            await find_objective(self.db, self.someone, nudge.objective_id)
            if nudge.objective_id
            else None
        )
        review = about.next_review if about else None
        return Variables(
            objective_short=objective,
            coach_first_name=await self.coach_name(),
            review_date=day(review) if review else "",
        )


def first_name(someone: Member) -> str:
    return someone.name.split(" ")[0]


def read_id(about: str) -> UUID | None:
    """What a platform brought back as an id. Anything else is nobody's."""
    try:
        return UUID(about)
    except ValueError:
        return None


def coming(row: CadenceRow | None) -> str:
    """When the next question comes, as a sentence."""
    if row is not None and row.stopped_at is not None:
        return "No question is planned, for you said “stop”. Type “resume” when you want one."
    if row is None or row.next_due_at is None:
        return "No question is planned."
    return f"Your next question comes on {day_and_hour(row.next_due_at, row.zone)}."
