"""The floor: the same row changes in the same batches, by the database's driver and nothing else.

No question is chosen, nothing is looked up about the leaders, and every next moment is the same.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg

from scheduler.planning import BATCH
from scheduler.sending import LEASED_AT_ONCE, WINDOW

NUDGE = (
    "id, workspace_id, member_id, slot, kind, due_at, ready_at, expires_at, state, attempts, "
    "ended_because, message_id, question_id, question_version, question_words, reason"
)


@dataclass(frozen=True, slots=True)
class Floor:
    connection: Any
    mark: str
    begin: str

    def plan(self, now: datetime) -> int:
        planned = 0
        while True:
            self._run(self.begin)
            due = self._run(
                "SELECT member_id, workspace_id FROM cadence WHERE next_due_at <= ? "
                "ORDER BY next_due_at LIMIT ?",
                (now, BATCH),
            ).fetchall()
            later = now + timedelta(days=7)
            self._many(
                "UPDATE cadence SET next_due_at = ?, next_day = ?, last_day = ? "
                "WHERE member_id = ? AND kind = 'question'",
                [(later, later.date(), now.date(), member) for member, _ in due],
            )
            self._many(
                f"INSERT INTO nudge ({NUDGE}) VALUES "  # noqa: S608 - our own words
                "(?, ?, ?, ?, 'question', ?, ?, ?, 'ready', 0, '', '', '', 0, '', '') "
                "ON CONFLICT DO NOTHING",
                [
                    (self._id(), workspace, member, "today/question", now, now, later)
                    for member, workspace in due
                ],
            )
            self._run("COMMIT")
            planned += len(due)
            if len(due) < BATCH:
                return planned

    def send(self, now: datetime) -> int:
        sent, owner = 0, self._id()
        while True:
            self._run(self.begin)
            ids = self._run(
                "SELECT id FROM nudge WHERE state = 'ready' AND ready_at <= ? "
                "ORDER BY ready_at LIMIT ?",
                (now, LEASED_AT_ONCE),
            ).fetchall()
            self._many(
                "UPDATE nudge SET state = 'leased', owner = ?, lease_until = 1 WHERE id = ?",
                [(owner, one) for (one,) in ids],
            )
            self._run("COMMIT")
            for start in range(0, len(ids), WINDOW):
                self._send_window(ids[start : start + WINDOW], owner, now)
            sent += len(ids)
            if len(ids) < LEASED_AT_ONCE:
                return sent

    def _send_window(self, ids: list[Any], owner: object, now: datetime) -> None:
        self._run(self.begin)
        self._many(
            "UPDATE nudge SET state = 'sending', attempts = attempts + 1, lease_until = 1, "
            "question_id = 'CON-OPN-1', question_version = 1, reason = 'Because.' WHERE id = ?",
            ids,
        )
        self._run("COMMIT")
        self._run(self.begin)
        self._many(
            "UPDATE nudge SET state = 'sent', sent_at = ?, message_id = '1', owner = NULL, "
            "lease_until = NULL WHERE id = ? AND owner = ?",
            [(now, one, owner) for (one,) in ids],
        )
        self._run("COMMIT")

    def _id(self) -> object:
        return uuid4().hex if self.mark == "?" else uuid4()

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        return self.connection.execute(statement.replace("?", self.mark), self._plain(values))

    def _many(self, statement: str, rows: list[Any]) -> None:
        if rows:
            cursor = self.connection.cursor()
            cursor.executemany(
                statement.replace("?", self.mark), [self._plain(row) for row in rows]
            )
            cursor.close()

    def _plain(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """SQLite keeps moments as text, as SQLAlchemy writes them."""
        if self.mark == "%s":
            return values
        return tuple(
            one.replace(tzinfo=None).isoformat(" ", "microseconds")
            if isinstance(one, datetime)
            else one.isoformat()
            if hasattr(one, "isoformat")
            else one
            for one in values
        )


@contextmanager
def open_floor(url: str) -> Iterator[Floor]:
    if url.startswith("sqlite"):
        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        floor = Floor(connection, "?", "BEGIN IMMEDIATE")
    else:
        connection = psycopg.connect(url, autocommit=True)
        floor = Floor(connection, "%s", "BEGIN")
    try:
        yield floor
    finally:
        connection.close()
