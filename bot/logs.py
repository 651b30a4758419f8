"""How the program speaks to its operator: one line of JSON for each event, ids and counts only."""

import logging
import sys
import traceback
from types import TracebackType

import structlog

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """An exception by its kind and where it arose, without its words."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's own name
        error = ei[1]
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


def start_logging(level: str) -> None:
    """Exceptions are named and never quoted: their text can hold what people wrote."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    # Libraries that would print statements, addresses or every wake-up.
    for name in ("sqlalchemy", "aiosqlite", "apscheduler", "alembic", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
