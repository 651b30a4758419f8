"""`bearings health`: what it prints, how it ends, and that it names nobody."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from bot import cli
from prompts.composing.delivering import AMISS, HELD_BACK, KINDS, TROUBLES
from scheduler.auditing import Amiss
from storage.tables import NudgeKind, WhyNot
from tests.bot.commands import Bearings

PEOPLE = ("Amara", "Dan", "Ruth", "Priya")


@contextmanager
def data(file: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file)) as db, db:
        yield db


def add(file: str, state: str, why: str | None, *, hours: int = 1, kind: str = "question") -> None:
    """A nudge of somebody's that was due so long ago."""
    at = f"{datetime.now(UTC) - timedelta(hours=hours):%Y-%m-%d %H:%M:%S.%f}"
    with data(file) as db:
        [member, place] = db.execute("SELECT id, workspace_id FROM member LIMIT 1").fetchone()
        db.execute(
            "INSERT INTO nudge (id, workspace_id, member_id, slot, kind, due_at, ready_at,"
            " expires_at, state, attempts, ended_because, why_not, message_id, sent_at,"
            " question_id, question_version, question_words, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '', ?, '', ?, '', 0, '', '')",
            [uuid4().hex, place, member, uuid4().hex, kind, at, at, at, state, why, at],
        )


def test_there_are_words_for_whatever_can_be_counted() -> None:
    assert set(KINDS) == {kind.value for kind in NudgeKind}
    assert set(TROUBLES) == {why.value for why in WhyNot if why.is_trouble}
    assert set(HELD_BACK) == {why.value for why in WhyNot if not why.is_trouble}
    assert set(AMISS) == {amiss.value for amiss in Amiss}


def test_where_all_is_well_it_says_so_and_ends_well(bearings: Bearings, laid_out: str) -> None:
    add(laid_out, "sent", None)
    shown = bearings("health")
    assert shown.code == 0
    assert "Nothing is amiss." in shown.out
    found = bearings("health", "--json").json
    question = next(one for one in found["kinds"] if one["kind"] == "question")
    assert (question["due"], question["sent"], question["delivered"]) == (1, 1, 1)
    assert found["alarms"] == []


def test_what_is_amiss_is_told_in_words_with_what_to_do(bearings: Bearings, laid_out: str) -> None:
    add(laid_out, "ready", None)
    add(laid_out, "given up", "misconfigured")
    shown = bearings("health")
    assert shown.code == cli.Exit.REFUSED
    words = " ".join(shown.out.split())
    assert "wrong 1 message was ready and nobody sent it, since" in words
    assert "See that `bearings work` runs" in words
    assert "the app’s settings and the platform’s do not fit together" in words
    rows = bearings("health", "--json").json["alarms"]
    assert [(one["amiss"], one["why"], one["count"]) for one in rows] == [
        ("not sent", None, 1),
        ("not delivered", "misconfigured", 1),
    ]
    assert all(one["what"] and one["do"] for one in rows)


def test_nobody_is_named_and_few_are_not_told_apart(bearings: Bearings, laid_out: str) -> None:
    add(laid_out, "expired", "stopped")
    add(laid_out, "given up", "unreachable")
    for shown in (bearings("health"), bearings("health", "--json")):
        assert shown.code == 0
        assert not [name for name in PEOPLE if name in shown.out]
        assert "stop" not in shown.out
    assert "too few to show" in bearings("health").out


def test_it_looks_back_as_far_as_it_is_told(bearings: Bearings, laid_out: str) -> None:
    add(laid_out, "sent", None, hours=30, kind="digest")
    for hours, delivered in (("24", 0), ("48", 1)):
        found = bearings("health", "--hours", hours, "--json").json
        assert (
            next(one for one in found["kinds"] if one["kind"] == "digest")["delivered"] == delivered
        )
    assert bearings("health", "--hours", "0").code == cli.Exit.USAGE


@pytest.mark.parametrize("state", ["leased", "sending"])
def test_what_nobody_settled_is_told(bearings: Bearings, laid_out: str, state: str) -> None:
    add(laid_out, state, None)
    with data(laid_out) as db:
        db.execute("UPDATE nudge SET lease_until = 1 WHERE state = ?", [state])
    assert "asks the platform whether" in " ".join(bearings("health").out.split())
