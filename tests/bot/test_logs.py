"""The log names what went wrong and where, and quotes nobody."""

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.app import note_heads
from bot.logs import FIELDS, LEFT_OUT, Discreet, only_allowed, start_logging, stay_discreet
from storage.audit import verify
from storage.engine import reading
from tests.cast import Programme

PRIVATE = "I am worried about the night team"


@contextmanager
def speaking() -> Iterator[io.StringIO]:
    """As a process does, with everything that it says caught; and then as it was before."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handlers, level, error = root.handlers[:], root.level, sys.stderr
    sys.stderr = said = io.StringIO()
    try:
        start_logging("DEBUG")
        yield said
    finally:
        sys.stderr = error
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        root.handlers[:], root.level = handlers, level
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


def fails(words: str) -> str:
    try:
        return {"": ""}[words]
    except KeyError as error:
        raise ValueError(f"cannot keep {words}") from error


def test_an_exception_is_named_with_its_place_and_without_its_words() -> None:
    with speaking() as said:
        try:
            fails(PRIVATE)
        except ValueError:
            logging.getLogger("uvicorn.error").exception("Exception in %s", PRIVATE)
    assert PRIVATE not in said.getvalue()
    for told in ("ERROR uvicorn.error at", "ValueError", "KeyError", "test_logs.py", "fails"):
        assert told in said.getvalue()


def test_what_a_library_says_is_told_by_its_place_alone() -> None:
    with speaking() as said:
        for say in ("debug", "info", "warning", "error"):
            getattr(logging.getLogger("library"), say)(f"body: {PRIVATE}")
            getattr(logging.getLogger("library"), say)("body: %r", PRIVATE)
    assert PRIVATE not in said.getvalue()
    assert said.getvalue().count("library at") == 8


def test_the_formatter_never_falls_back_to_quoting() -> None:
    try:
        fails(PRIVATE)
    except ValueError as error:
        raised = (type(error), error, error.__traceback__)
    assert PRIVATE not in Discreet().formatException(raised)


def test_an_error_that_nobody_caught_ends_without_its_words() -> None:
    with speaking() as said:
        try:
            fails(PRIVATE)
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
        thread = threading.Thread(target=fails, args=(PRIVATE,))
        thread.start()
        thread.join()
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert PRIVATE not in said.getvalue()
    assert said.getvalue().count("ValueError at") == 2
    assert "KeyboardInterrupt" not in said.getvalue()


async def test_a_task_that_was_lost_is_told_without_what_it_held() -> None:
    with speaking() as said:
        loop = asyncio.get_running_loop()
        stay_discreet(loop)
        loop.call_exception_handler({"message": PRIVATE, "exception": ValueError(PRIVATE)})
        loop.call_exception_handler({"message": PRIVATE})
        loop.set_exception_handler(None)
    assert PRIVATE not in said.getvalue()
    assert "ValueError" in said.getvalue()


def test_our_own_lines_carry_what_is_on_the_list_and_nothing_else() -> None:
    nudge = str(uuid4())
    with speaking() as said:
        structlog.get_logger("ours").error(
            "gave up", nudge=nudge, error="DeliveryError", count=2, because=PRIVATE
        )
        structlog.get_logger("ours").error("gave up", nudge=PRIVATE, error=PRIVATE, count=PRIVATE)
    first, second = (json.loads(line) for line in said.getvalue().splitlines())
    assert (first["nudge"], first["error"], first["count"]) == (nudge, "DeliveryError", 2)
    assert first["field"] == LEFT_OUT
    assert PRIVATE not in said.getvalue()
    assert {second[name] for name in ("nudge", "error", "count")} == {LEFT_OUT}


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans() | st.none()))
def test_whatever_is_passed_no_free_words_come_through(fields: dict[str, object]) -> None:
    kept = only_allowed(None, "info", {**fields, "event": "something"})
    for name, value in kept.items():
        assert name in {*FIELDS, "event", "field"}
        assert value in {"something", LEFT_OUT} or FIELDS[name](value)


async def test_the_end_of_each_chain_is_told_to_whoever_keeps_the_log(
    programme: Programme,
) -> None:
    await programme.agrees("amara")
    with speaking() as said:
        await note_heads(programme.engine)
    [line] = [json.loads(one) for one in said.getvalue().splitlines() if "audit head" in one]
    async with reading(programme.engine) as db:
        [verdict] = await verify(db)
    assert (line["head"], line["count"]) == (verdict.head, verdict.rows)


@pytest.mark.parametrize("value", [True, "12", None, [1]])
def test_a_count_is_a_number(value: object) -> None:
    assert only_allowed(None, "info", {"event": "x", "count": value})["count"] == LEFT_OUT
