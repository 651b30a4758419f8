"""The offer: programmes, cohorts, and who coaches whom."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, sealed


class Programme(SQLModel, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id", index=True)
    name: bytes = Field(sa_type=sealed())
    # What it is for, as its lead says it to whoever is invited.
    purpose: bytes | None = Field(default=None, sa_type=sealed())
    # Whose helplines its people are shown.
    nation: str = Field(default="england", max_length=40)
    opened_at: datetime | None = Field(default=None, sa_type=moment())
    # Months after a leader's last answer; then they are told, and then forgotten.
    kept_months: int = 24


class Cohort(SQLModel, table=True):
    """Leaders who start together. Its days and hours hold for whoever has not chosen their own."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id", index=True)
    programme_id: UUID = Field(foreign_key="programme.id")
    name: bytes = Field(sa_type=sealed())
    slots: str = "tue 12:00, thu 16:00"
    earliest: str = Field(default="08:00", max_length=5)
    latest: str = Field(default="18:00", max_length=5)
    # Whose bank holidays are kept; empty: the programme's nation's.
    nation: str = Field(default="", max_length=40)


class Invitation(SQLModel, table=True):
    """Somebody who was made known and hears of it by an invitation, and not before.

    What they answered is for them to know; nobody else is shown it.
    """

    member_id: UUID = Field(foreign_key="member.id", primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id", index=True)
    programme_id: UUID | None = Field(default=None, foreign_key="programme.id")
    added_at: datetime = Field(sa_type=moment())
    invited_by: UUID | None = Field(default=None, foreign_key="member.id")
    invited_at: datetime | None = Field(default=None, sa_type=moment())
    answered_at: datetime | None = Field(default=None, sa_type=moment())
    declined: bool = False


class Pairing(SQLModel, table=True):
    """A leader and a coach who both accepted. `accepted_at` is the moment of the second yes."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id", index=True)
    leader_id: UUID = Field(foreign_key="member.id", index=True)
    coach_id: UUID = Field(foreign_key="member.id", index=True)
    proposed_at: datetime | None = Field(default=None, sa_type=moment())
    leader_accepted_at: datetime | None = Field(default=None, sa_type=moment())
    coach_accepted_at: datetime | None = Field(default=None, sa_type=moment())
    accepted_at: datetime | None = Field(default=None, sa_type=moment())
    ended_at: datetime | None = Field(default=None, sa_type=moment())
    # The leader lets no digest that is due by then tell of anything; it waits for the next.
    digest_held_until: datetime | None = Field(default=None, sa_type=moment())


class CoachingSession(SQLModel, table=True):
    """When the two of them talk. No notes are kept."""

    __tablename__ = "coaching_session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    starts_at: datetime = Field(sa_type=moment())
    minutes: int = 60
    # Counts what was changed of it, so that a calendar knows the newest.
    changes: int = 0
    # It will not take place, or did not.
    cancelled_at: datetime | None = Field(default=None, sa_type=moment())
