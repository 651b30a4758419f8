"""How a person is reached in a chat platform that names the way to each of them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment, sealed


class Reference(SQLModel, table=True):
    """One person's, kept as it was told at their last contact.

    With `ended_at` the platform or the person wants nothing from us there, until they write again.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspace.id")
    member_id: UUID = Field(foreign_key="member.id", unique=True)
    # Their chat with us, empty until there is one, and what the platform calls them to this app.
    conversation: bytes = Field(sa_type=sealed())
    user: bytes = Field(sa_type=sealed())
    service_url: str
    # Our own name there.
    bot: str = Field(max_length=200)
    seen_at: datetime = Field(sa_type=moment())
    ended_at: datetime | None = Field(default=None, sa_type=moment())
    ended_because: str = Field(default="", max_length=200)
