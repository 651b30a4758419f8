"""Who is here: workspaces and the people known in them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.tables.columns import indexed, moment, sealed


class Workspace(SQLModel, table=True):
    """One Slack workspace, one Teams tenant or the local playground. Nothing crosses it."""

    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    platform: str = Field(max_length=20)
    external_id: str = Field(max_length=200)
    # True: what is typed in the chat is never an answer; the box is the only way.
    box_only: bool = False


class Leaving(StrEnum):
    """Why somebody is not here, where that is the platform's to say, and to take back."""

    GONE = "gone"  # their account is closed there
    OUTSIDE = "outside"  # they became a guest, or are of another organisation now


class MemberRow(SQLModel, table=True):
    """A person as they are stored. Opened it is `storage.members.Member`.

    Everything that names them is sealed with their own key; the indexes find them by it.
    """

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("workspace_id", "user_index"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    user_index: bytes = Field(sa_type=indexed())
    name_index: bytes = Field(sa_type=indexed(), index=True)
    email_index: bytes | None = Field(default=None, sa_type=indexed(), index=True)
    user_id: bytes = Field(sa_type=sealed())
    address: bytes = Field(sa_type=sealed())
    name: bytes = Field(sa_type=sealed())
    email: bytes = Field(sa_type=sealed())
    # The clock they live by: the one they chose, or what their chat says, or the programme's.
    timezone: str = Field(default="Europe/London", max_length=64)
    # What their chat says; empty where it has not said it.
    zone_told: str = Field(default="", max_length=64)
    zone_chosen: bool = False
    # When they were asked for it, which is done once.
    zone_asked_at: datetime | None = Field(default=None, sa_type=moment())
    # As their platform names it ("en-GB"); empty where it does not say.
    locale: str = Field(default="", max_length=35)
    # Known here as a guest of the workspace from the beginning, on purpose.
    is_guest: bool = False
    cohort_id: UUID | None = Field(default=None, foreign_key="cohort.id", index=True)
    is_leader: bool = False
    is_coach: bool = False
    is_lead: bool = False
    arrived_at: datetime | None = Field(default=None, sa_type=moment())
    left_at: datetime | None = Field(default=None, sa_type=moment())
    # One of Leaving. Empty beside a `left_at`: no news of the platform brings them back.
    left_because: str = Field(default="", max_length=20)
    # When they were told, once and in full, that the chat keeps what is typed in it.
    told_of_chat_at: datetime | None = Field(default=None, sa_type=moment())
    # The first of two steps to be forgotten; the second must follow soon.
    asked_to_be_forgotten_at: datetime | None = Field(default=None, sa_type=moment())
    # Until then the operator may hand them a copy of what is theirs.
    hand_over_until: datetime | None = Field(default=None, sa_type=moment())


class CopyLink(SQLModel, table=True):
    """A way to one's own data that is good for minutes, and once for each kind of file.

    Only the hash of what the address holds is kept: whoever reads this table can open nothing.
    """

    __tablename__ = "copy_link"

    digest: bytes = Field(sa_type=indexed(), primary_key=True)
    member_id: UUID = Field(foreign_key="member.id", index=True)
    expires_at: datetime = Field(sa_type=moment())
    text_taken: bool = False
    json_taken: bool = False


class CalendarLink(SQLModel, table=True):
    """A way to the calendar file of one session. Only the hash of its address is kept."""

    __tablename__ = "calendar_link"

    digest: bytes = Field(sa_type=indexed(), primary_key=True)
    member_id: UUID = Field(foreign_key="member.id", index=True)
    session_id: UUID = Field(foreign_key="coaching_session.id", index=True)
    expires_at: datetime = Field(sa_type=moment())
