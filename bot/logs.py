"""How the program speaks to its operator: ids, counts and kinds, and never a person's words.

Our own lines are JSON with fields from a closed list, each checked for what it holds. Of what
libraries say only the place is told, for their sentences may quote what passed through them.
"""

import asyncio
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HASH = re.compile(r"[0-9a-f]{64}")
KIND = re.compile(r"[A-Za-z_]{1,80}")


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _is_kind(value: object) -> bool:
    return isinstance(value, str) and KIND.fullmatch(value) is not None


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# Every field that a line may carry, and what it may hold.
FIELDS: Mapping[str, Callable[[object], bool]] = {
    "nudge": _is_id,
    "workspace": _is_id,
    "member": _is_id,
    "text": _is_id,
    "error": _is_kind,
    "count": _is_number,
    "finished": _is_number,
    "seconds": _is_number,
    "head": _is_hash,
}
LEFT_OUT = "left out"


def only_allowed(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A field that is not on the list, or holds something else, is left out."""
    for name in list(event):
        if name == "event":
            continue
        holds = FIELDS.get(name)
        if holds is None:
            del event[name]
            event["field"] = LEFT_OUT
        elif not holds(event[name]):
            event[name] = LEFT_OUT
    return event


def kinds_and_places(error: BaseException | None) -> str:
    """An exception, and what it came from, by kind and place; not a word of what it says."""
    said = []
    while error is not None:
        said += [
            f"{type(error).__name__} at",
            *(
                f"  {frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ),
        ]
        error = error.__cause__ or error.__context__
    return "\n".join(said)


class Discreet(logging.Formatter):
    """What a library reports, by its place and the kind of what was raised."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname} {record.name} at {record.pathname}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        return f"{line}\n{kinds_and_places(error)}" if error else line

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's own name
        return kinds_and_places(ei[1])


def start_logging(level: str) -> None:
    """Exceptions are named and never quoted: their text can hold what people wrote."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # Libraries that would tell of every statement, message or wake-up.
    for name in ("sqlalchemy", "aiosqlite", "apscheduler", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            only_allowed,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    sys.excepthook = _last_words
    threading.excepthook = lambda args: _last_words(
        args.exc_type, args.exc_value, args.exc_traceback
    )
    sys.unraisablehook = lambda raised: _last_words(
        raised.exc_type, raised.exc_value, raised.exc_traceback
    )


def _last_words(
    kind: type[BaseException], error: BaseException | None, _: TracebackType | None
) -> None:
    """Instead of Python's own traceback, which quotes the error and the line that raised it."""
    if issubclass(kind, KeyboardInterrupt):
        return
    print(kinds_and_places(error) or kind.__name__, file=sys.stderr)  # noqa: T201 - the last resort


def stay_discreet(loop: asyncio.AbstractEventLoop) -> None:
    """The event loop describes a lost task with everything in it; the kind and place will do."""

    def tell(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        logging.getLogger("bearings.loop").error(
            "lost", exc_info=error if isinstance(error, BaseException) else None
        )

    loop.set_exception_handler(tell)
