"""The log names what went wrong and where, and quotes nobody."""

import io
import logging

from bot.logs import Discreet

PRIVATE = "I am worried about the night team"


def test_an_exception_is_named_with_its_place_and_without_its_words() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Discreet("%(levelname)s %(message)s"))
    logger = logging.Logger("tests")
    logger.addHandler(handler)

    def answer(words: str) -> str:
        try:
            return {"": ""}[words]
        except KeyError as error:
            raise ValueError(f"cannot keep {words}") from error

    try:
        answer(PRIVATE)
    except ValueError:
        logger.exception("Exception in ASGI application")

    said = written.getvalue()
    assert PRIVATE not in said
    assert "ERROR Exception in ASGI application" in said
    for name in ("ValueError", "KeyError", "test_logs.py", "answer"):
        assert name in said
