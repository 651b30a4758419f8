"""Alembic's way in. The connection is handed over by storage.migrating."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime, String, Text
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - the metadata must know every table


def _plain_types(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """A migration is history: it names the database's own types, not classes that may move."""
    if kind != "type":
        return False
    match getattr(thing, "impl", None):
        case DateTime():
            return "sa.DateTime(timezone=True)"
        case Text():
            return "sa.Text()"
        case String(length=length):
            return f"sa.String({length or ''})"
        case _:
            return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=_plain_types,
)
with context.begin_transaction():
    context.run_migrations()
