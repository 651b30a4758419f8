"""Column types that hold the house rules: aware UTC in and out, closed sets as words."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, LargeBinary, TypeDecorator
from sqlmodel import SQLModel

# Alembic compares constraints by name, so every one has a name that both databases share.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite forgets zones, so what comes out is told that it is UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment() -> Any:
    """A field's `sa_type` for an aware moment."""
    return UtcDateTime


def one_of(words: type[StrEnum]) -> Any:
    """A closed set, stored as its words: readable in the database, the same on both of them."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Sealed(TypeDecorator[bytes]):
    """What a person wrote, or what names them: only the vault can make it or open it."""

    impl = LargeBinary
    cache_ok = True


def sealed() -> Any:
    """A field's `sa_type` for a sealed text."""
    return Sealed


def indexed() -> Any:
    """A field's `sa_type` for a keyed hash that something sealed is found by: 32 bytes."""
    return LargeBinary(32)
