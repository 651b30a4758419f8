"""How many statements something takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.sealing import vault_at


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """Of the database and of its key store."""
    statements: list[str] = []
    both = (engine.sync_engine, vault_at(engine).store.sync_engine)

    def note(_c: object, _u: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    for one in both:
        listen(one, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for one in both:
            remove(one, "before_cursor_execute", note)
