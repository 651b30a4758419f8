"""Which key store this database is sealed with."""

from uuid import UUID

from sqlmodel import Field, SQLModel


class SealedWith(SQLModel, table=True):
    """One row. A database that meets another key store is refused before anything is written."""

    __tablename__ = "sealed_with"

    id: int = Field(default=1, primary_key=True)
    store_id: UUID
