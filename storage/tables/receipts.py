"""Which events were taken already."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class Receipt(SQLModel, table=True):
    """Written in the transaction of its turn; a second delivery finds it and is silent."""

    workspace_id: UUID = Field(foreign_key="workspace.id", primary_key=True)
    event_id: str = Field(max_length=200, primary_key=True)
    received_at: datetime = Field(sa_type=moment(), index=True)
