"""What stands between us and a chat platform: leave to speak there, what came in, what goes out."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import indexed, moment, sealed


class Installation(SQLModel, table=True):
    """A workspace that let us in. With `ended_at` it wants nothing from us any more."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id", unique=True)
    token: bytes = Field(sa_type=sealed())
    # Our own user there, whose messages are no news to us.
    bot_user: str = Field(max_length=40)
    # The organisation that the workspace is part of, or empty.
    enterprise: str = Field(default="", max_length=40)
    scopes: str = ""
    installed_at: datetime = Field(sa_type=moment())
    ended_at: datetime | None = Field(default=None, sa_type=moment())
    ended_because: str = Field(default="", max_length=200)
    # What the platform last said no to, for the workspace as a whole, in one sentence.
    refused_at: datetime | None = Field(default=None, sa_type=moment())
    refused_because: str = Field(default="", max_length=200)


class TeamAccess(SQLModel, table=True):
    """Whether a team of an organisation that let us in may be heard. Without a row it may."""

    __tablename__ = "team_access"

    # The organisation's.
    workspace_id: UUID = Field(foreign_key="workspace.id", primary_key=True)
    # The platform's own id of the team.
    team: str = Field(max_length=40, primary_key=True)
    is_granted: bool
    changed_at: datetime = Field(sa_type=moment())


class InstallState(SQLModel, table=True):
    """Somebody went to a platform to let us in there, and has not come back yet.

    Only the hash of what they bring back is kept.
    """

    __tablename__ = "install_state"

    digest: bytes = Field(sa_type=indexed(), primary_key=True)
    expires_at: datetime = Field(sa_type=moment())


class Intake(SQLModel, table=True):
    """An event that a platform was told we have, until its turn was taken. Some moments, mostly."""

    __table_args__ = (
        UniqueConstraint("workspace_id", "event_id"),
        Index("ix_intake_line", "line", "happened_at", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    # What the body is bound to: the number is not known before there is a row.
    id: UUID = Field(default_factory=uuid4, unique=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    event_id: str = Field(max_length=200)
    body: bytes = Field(sa_type=sealed())
    # A keyed hash of the chat that it was said in: what is said in one is taken in its order.
    line: bytes | None = Field(default=None, sa_type=indexed())
    happened_at: datetime = Field(sa_type=moment())
    received_at: datetime = Field(sa_type=moment())
    lease_until: int | None = Field(default=None, sa_type=BigInteger)
    owner: UUID | None = None
    attempts: int = 0


class Newcomer(SQLModel, table=True):
    """The app was put there for somebody whom nobody has made known here yet: what the platform
    said then, to be taken once they are. By each of their addresses; kept for weeks at most."""

    __table_args__ = (UniqueConstraint("workspace_id", "chat_index", "email_index"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    chat_index: bytes = Field(sa_type=indexed())
    email_index: bytes = Field(sa_type=indexed())
    body: bytes = Field(sa_type=sealed())
    came_at: datetime = Field(sa_type=moment())


class Reply(SQLModel, table=True):
    """What a turn answered, until the platform has it: a Message and where it belongs, as JSON."""

    number: int | None = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=uuid4, unique=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", index=True)
    # The question that it shows as it is now, where it shows one: the newest alone counts.
    nudge_id: UUID | None = None
    body: bytes = Field(sa_type=sealed())
    made_at: datetime = Field(sa_type=moment())
    # A try was begun, and nobody has said how it ended.
    sending: bool = False
    lease_until: int | None = Field(default=None, sa_type=BigInteger)
    owner: UUID | None = None
    attempts: int = 0
